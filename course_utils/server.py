"""Two things that JupyterLab's server does for the course: no dead widgets, and no message that waits.

A notebook saved in JupyterLab names its widgets, which live in the kernel. On
the next day the page would show "Error displaying widget" for each. Without
the names it shows what stands beside them: the line of text, the question of a
prediction with its answer folded, the still picture.

A message that follows another closely is held back by the network until the
other one is confirmed, for which the receiver takes its time, 40 ms: one sees
it at about every third move of a slider. So each message is sent at once.

`make lab` switches it on: --ServerApp.jpserver_extensions="{'course_utils.server': True}".
"""

from jupyter_core.utils import ensure_async
from tornado.web import HTTPError

WIDGET = "application/vnd.jupyter.widget-view+json"


def _load_jupyter_server_extension(app):
    """Called by the server when it starts."""
    contents, sessions = app.contents_manager, app.session_manager
    get = contents.get

    async def get_readable(path, *args, **options):
        model = await ensure_async(get(path, *args, **options))
        if model["type"] == "notebook" and model["content"] and not await _has_kernel(sessions, model["path"]):
            drop_widgets(model["content"])
        return model

    contents.get = get_readable
    send_at_once(app.web_app.settings)


def send_at_once(settings):
    """Let no message from a kernel to the browser wait until the one before it is confirmed (TCP_NODELAY)."""

    class AtOnce(settings["kernel_websocket_connection_class"]):
        def connect(self):
            self.websocket_handler.set_nodelay(True)
            return super().connect()

    settings["kernel_websocket_connection_class"] = AtOnce


async def _has_kernel(sessions, path):
    try:
        return bool(await sessions.get_session(path=path))
    except HTTPError:
        return False


def drop_widgets(notebook):
    """Take the widgets out of a notebook's outputs, where something else stands beside them; not those saved whole."""
    saved = notebook.get("metadata", {}).get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {})
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if len(data) > 1 and data.get(WIDGET, {}).get("model_id") not in saved.get("state", {}):
                data.pop(WIDGET, None)
