"""A threaded HTTP server on the loopback address, around werkzeug's."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1"
RAW_HEADERS = "local.raw_headers"
"""WSGI key of the request's headers as sent: names in their own case, repeats kept."""


LOCAL_NAMES = frozenset({"127.0.0.1", "localhost"})


def is_local_name(host: str) -> bool:
    """Whether a Host header names this machine. A page elsewhere whose name is made to lead here
    (DNS rebinding) sends its own name, and must not read what the local run shows. Names below
    localhost are this machine's too (RFC 6761, 6.3): domains of pages, to try them."""
    name = host.partition(":")[0].lower()
    return name in LOCAL_NAMES or name.endswith(".localhost")


class PortTakenError(OSError):
    """Something already listens on the port; the message is one sentence."""


class QuietHandler(WSGIRequestHandler):
    """Says nothing on the terminal, nor about itself to callers."""

    protocol_version = "HTTP/1.1"
    error_content_type = "application/json"
    error_message_format = '{"message":"%(message)s"}'

    def version_string(self) -> str:
        return "local"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Requests hold numbers and tokens, so none are logged."""

    def make_environ(self) -> dict[str, Any]:
        environ = super().make_environ()
        environ[RAW_HEADERS] = list(self.headers.items())
        return environ


class HttpServer:
    """Serves one WSGI application. Takes its port when made, and answers from `start` on."""

    def __init__(
        self,
        app: WSGIApplication,
        port: int,
        handler: type[WSGIRequestHandler] = QuietHandler,
    ) -> None:
        """`port` 0 takes any free one. Raises PortTakenError."""
        listening = _listen(port)
        # werkzeug prints and exits the process where it cannot bind, so it is given the socket.
        with listening:
            self._server: BaseWSGIServer = make_server(
                HOST, 0, app, threaded=True, request_handler=handler, fd=listening.fileno()
            )
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        return int(self._server.socket.getsockname()[1])

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name=f"http-{self.port}",
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise PortTakenError(
            f"Port {port} of {HOST} cannot be used ({error.strerror}); is Statustext up already?"
        ) from None
    return listening
