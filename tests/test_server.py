"""What JupyterLab's server does for the course. That dead widgets leave is seen in a real browser: tests/browser."""

from types import SimpleNamespace

import pytest

from course_utils.server import send_at_once


def test_what_a_kernel_sends_does_not_wait_until_the_browser_has_confirmed_what_came_before():
    done = []

    class Usual:
        websocket_handler = SimpleNamespace(set_nodelay=lambda wanted: done.append(("nodelay", wanted)))

        def connect(self):
            done.append("connected")
            return "what the server waits for"

    settings = {"kernel_websocket_connection_class": Usual}
    send_at_once(settings)
    connection = settings["kernel_websocket_connection_class"]()
    assert isinstance(connection, Usual) and connection.connect() == "what the server waits for"
    assert done == [("nodelay", True), "connected"]


def test_the_server_asks_its_settings_for_the_connection_of_a_kernel():
    pytest.importorskip("jupyter_server", reason="only JupyterLab brings it")
    from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
    from jupyter_server.services.kernels.websocket import KernelWebsocketHandler

    class Handler(KernelWebsocketHandler):
        def __init__(self):
            self.application = SimpleNamespace(
                settings={"kernel_websocket_connection_class": ZMQChannelsWebsocketConnection}
            )

    chosen = Handler()
    send_at_once(chosen.settings)
    assert issubclass(chosen.kernel_websocket_connection_class, ZMQChannelsWebsocketConnection)
    assert chosen.kernel_websocket_connection_class is not ZMQChannelsWebsocketConnection
    assert callable(chosen.set_nodelay)
