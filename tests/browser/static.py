"""Serves the static site as any host of files would, for the tests and the latency benchmark."""

import http.server
import json
import threading
from contextlib import contextmanager
from functools import partial


class Handler(http.server.SimpleHTTPRequestHandler):
    """The files of the site; the notebooks come from another folder, so that a test may write some more there."""

    def __init__(self, *args, notebooks, **options):
        self.notebooks = notebooks
        super().__init__(*args, **options)

    def translate_path(self, path):
        name = path.split("?")[0].removeprefix("/files/")
        return str(self.notebooks / name) if name != path.split("?")[0] else super().translate_path(path)

    def do_GET(self):
        if self.path.split("?")[0] != "/api/contents/all.json" or self.notebooks.parent.samefile(self.directory):
            return super().do_GET()
        listing = json.dumps({"type": "directory", "content": [described(path) for path in self.notebooks.iterdir()]})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(listing.encode())

    def log_message(self, *_):
        pass


def described(path):
    """A notebook as JupyterLite's list of files has it."""
    then = "2026-01-01T00:00:00Z"
    return {
        "name": path.name, "path": path.name, "type": "notebook", "format": None, "mimetype": None, "content": None,
        "created": then, "last_modified": then, "size": path.stat().st_size, "writable": True,
    }  # fmt: skip


@contextmanager
def serve(site, notebooks):
    """The site of this folder with these notebooks; its address."""
    handler = partial(Handler, directory=str(site), notebooks=notebooks)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
