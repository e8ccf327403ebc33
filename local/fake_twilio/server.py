"""The fake Twilio over HTTP, on 127.0.0.1 only: Twilio's API, the phones, the side door."""

import random
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

import urllib3
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from local.fake_aws_sms import NUMBER, FakeAwsSms
from local.fake_ses import FakeSes
from local.http_server import is_local_name
from local.mailbox import answer as mailbox_answer
from local.mailbox import is_about_mails
from local.second_carrier import answer as second_carrier_answer
from local.second_carrier import is_text

from . import rest, side_door
from .answers import Answer, Refusal
from .courier import Courier
from .deactivations import FILE
from .ledger import FakeTwilio

HOST = "127.0.0.1"
LARGEST_REQUEST = 64 * 1024
_PAGE = Path(__file__).with_name("phones.html")
_ABORT = struct.pack("ii", 1, 0)


class FakeTwilioServer:
    """Serves `fake` until `stop()`. Also a context manager.

    Hold `state` while touching `fake` from outside. `status_page_url` is shown on the phones page.
    Webhooks go out by `http`, if given.
    """

    def __init__(
        self,
        fake: FakeTwilio,
        port: int = 0,
        *,
        status_page_url: str = "",
        clock: Callable[[], float] = time.time,
        http: urllib3.PoolManager | None = None,
    ) -> None:
        """Raises OSError if the port is taken; 0 takes a free one."""
        self.fake, self.mails = fake, FakeSes(random.Random())  # noqa: S311 (only picks ids)
        self.aws_sms = FakeAwsSms(random.Random())  # noqa: S311 (only picks ids)
        fake.others[NUMBER] = self.aws_sms.reply
        self.state = threading.Condition()
        self._status_page_url, self._clock = status_page_url, clock
        self._stopping = threading.Event()
        self._courier = Courier(fake, self.state, clock, http)
        # Bound here because werkzeug ends the process when a port is taken.
        with socket.create_server((HOST, port)) as listener:
            self._server = make_server(
                HOST,
                listener.getsockname()[1],
                self,
                threaded=True,
                request_handler=_Handler,
                fd=listener.fileno(),
            )
        self.port = self._server.port
        self.url = f"http://{HOST}:{self.port}"
        fake.deactivations.served_at = self.url
        # A connection with SO_LINGER set must not be shut down first, or it is no reset.
        self._server.shutdown_request = self._server.close_request  # type: ignore[method-assign]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="fake-twilio", daemon=True
        )

    def start(self) -> Self:
        self._courier.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stops answering and delivering; requests being held are let go."""
        self._stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._courier.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The WSGI application."""
        request = Request(environ)
        if is_about_mails(request.path) and is_local_name(request.host):
            with self.state:
                return mailbox_answer(self.mails, request)(environ, start_response)
        request.max_content_length = LARGEST_REQUEST
        if is_text(request) and is_local_name(request.host):
            with self.state:
                sent = second_carrier_answer(self.aws_sms, self.fake, request, self._clock())
                self.state.notify_all()
            return sent(environ, start_response)
        answer = self._answer(request)
        if answer.delay:
            self._stopping.wait(answer.delay)
        if answer.fate != "answered":
            if answer.fate == "reset":
                environ["werkzeug.socket"].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
            raise ConnectionAbortedError
        response = Response(
            answer.payload,
            answer.status,
            {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **answer.headers},
            content_type=answer.headers.get("Content-Type", "application/json"),
        )
        return response(environ, start_response)

    def _answer(self, request: Request) -> Answer:
        api = request.path.startswith(rest.PREFIXES)
        try:
            return self._from_twilio(request) if api else self._from_side_door(request)
        except RequestEntityTooLarge:
            message = f"Send at most {LARGEST_REQUEST} bytes."
            return Refusal(20413).answer() if api else side_door.problem(413, "too_large", message)
        except HTTPException as error:
            message = error.description or error.name
            refusal = Refusal(20001, detail="unreadable request")
            return refusal.answer() if api else side_door.problem(400, "bad_request", message)

    def _from_twilio(self, request: Request) -> Answer:
        params = (request.form if request.method == "POST" else request.args).to_dict()
        given = request.authorization
        basic = given is not None and given.type == "basic"
        credentials = (given.username or "", given.password or "") if given and basic else None
        with self.state:
            answer = rest.respond(
                self.fake, request.method, request.path, params, credentials, self._clock()
            )
            self.state.notify_all()
        return answer

    def _from_side_door(self, request: Request) -> Answer:
        if not is_local_name(request.host):
            message = "Call the phones by the address that the local run printed."
            return side_door.problem(421, "misdirected_request", message)
        if request.path == "/" and request.method in ("GET", "HEAD"):
            return Answer(200, _PAGE.read_text(), {"Content-Type": "text/html; charset=utf-8"})
        if (found := FILE.fullmatch(request.path)) and request.method == "GET":
            until, signature = request.args.get("Expires", ""), request.args.get("Signature", "")
            with self.state:
                return self.fake.deactivations.file(found[1], until, signature, self._clock())
        data = request.get_data(parse_form_data=False, cache=True)
        with self.state:
            answer = side_door.respond(
                self.fake,
                request.method,
                request.path,
                request.form.to_dict(),
                data,
                self._clock(),
            )
            self.state.notify_all()
        if request.path == "/_phones" and isinstance(answer.body, dict) and answer.status == 200:
            return Answer(200, answer.body | {"status_page_url": self._status_page_url})
        return answer


def serve(
    fake: FakeTwilio,
    port: int = 0,
    *,
    status_page_url: str = "",
    clock: Callable[[], float] = time.time,
) -> FakeTwilioServer:
    """Starts serving `fake` on 127.0.0.1. Raises OSError if the port is taken."""
    return FakeTwilioServer(fake, port, status_page_url=status_page_url, clock=clock).start()


class _Handler(WSGIRequestHandler):
    def connection_dropped(self, *_: object, **__: object) -> None:
        """Drops the connection that the application gave up; it would be kept alive otherwise."""
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing: paths and queries hold phone numbers."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Says nothing of what clients do to their connections, for the same reason."""
