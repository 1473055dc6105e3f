"""What JupyterLab's server does for the course. That dead widgets leave is seen in a real browser: tests/browser."""

import asyncio
import socket

import pytest

from course_utils.server import send_at_once

pytest.importorskip("tornado", reason="it comes with JupyterLab")
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from tornado.websocket import WebSocketHandler, websocket_connect


class Connection:
    """Stands for what the server joins a kernel and a browser by."""

    def __init__(self, websocket_handler):
        self.websocket_handler = websocket_handler

    def connect(self):
        return "connected"


class Handler(WebSocketHandler):
    """As jupyter_server's: it asks the settings, and connects once it is open."""

    def open(self):
        connection = self.settings["kernel_websocket_connection_class"](websocket_handler=self)
        said = connection.connect()
        at_once = self.ws_connection.stream.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        self.write_message(f"{said}, {bool(at_once)}")


async def heard(settings):
    """What a handler says on a websocket of its own."""
    (listening,) = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(Application([("/", Handler)], **settings))
    server.add_socket(listening)
    client = await websocket_connect(f"ws://127.0.0.1:{listening.getsockname()[1]}/")
    try:
        return await client.read_message()
    finally:
        client.close()
        server.stop()


def test_what_a_kernel_sends_does_not_wait_until_the_browser_has_confirmed_what_came_before():
    settings = {"kernel_websocket_connection_class": Connection}
    assert asyncio.run(heard(settings)) == "connected, False"
    send_at_once(settings)
    assert asyncio.run(heard(settings)) == "connected, True"


def test_jupyters_server_asks_its_settings_for_that_class():
    websocket = pytest.importorskip("jupyter_server.services.kernels.websocket", reason="only JupyterLab brings it")

    class Asked(websocket.KernelWebsocketHandler):
        settings = {"kernel_websocket_connection_class": Connection}  # noqa: RUF012

        def __init__(self):
            """Without a request."""

    send_at_once(Asked.settings)
    chosen = Asked().kernel_websocket_connection_class
    assert issubclass(chosen, Connection) and chosen is not Connection
