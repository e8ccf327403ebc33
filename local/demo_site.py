"""The HTTP face of a local run: /healthz, the template's API, and the tour of it at /tour."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from local.api_gateway import MAX_PAYLOAD, RestApi
from local.http_messages import HttpRequest, HttpResponse
from local.http_server import RAW_HEADERS, is_local_name

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

STARTING = """\
<!doctype html><html lang="en"><meta charset="utf-8"><title>Starting</title>
<meta http-equiv="refresh" content="1"><p>Statustext is starting; this page follows by itself.</p>
"""
STARTING_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Retry-After", "1"),
)
DEMO = Path(__file__).with_name("demo")


class DemoSite:
    """A WSGI application. Answers 503 until `open`."""

    def __init__(self, static: Path = DEMO) -> None:
        self._static = static
        self._api: RestApi | None = None
        self._facts: Mapping[str, str] = {}
        self._ready = threading.Event()
        self._at_work = 0
        self._changed = threading.Condition()

    def open(self, api: RestApi, facts: Mapping[str, str]) -> None:
        """Serve from now on. `facts` are what the demo page must know: /demo.json."""
        self._api, self._facts = api, facts
        self._ready.set()

    def close(self) -> None:
        """Answer 503 from now on, and return when what came before is answered, or in 3 s."""
        self._ready.clear()
        with self._changed:
            self._changed.wait_for(lambda: not self._at_work, timeout=3)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._counted():
            answer = self._answer(environ)
        headers = [
            (name, value)
            for name, value in answer.headers
            if name.lower() not in ("content-length", "connection", "transfer-encoding")
        ]
        without_body = answer.status in (204, 304) or answer.status < 200
        body = b"" if without_body else answer.body
        if not without_body:
            headers.append(("Content-Length", str(len(body))))
        start_response(f"{answer.status} {_phrase(answer.status)}", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        with self._changed:
            self._at_work += 1
        try:
            yield
        finally:
            with self._changed:
                self._at_work -= 1
                self._changed.notify_all()

    def _answer(self, environ: WSGIEnvironment) -> HttpResponse:
        method, target = environ["REQUEST_METHOD"], urlsplit(environ["RAW_URI"])
        path = _path_of(environ["RAW_URI"])
        if not is_local_name(environ.get("HTTP_HOST", "")):
            message = "Call the local run by the address that it printed."
            return _json(421, {"error": {"code": "misdirected_request", "message": message}})
        if path == "/healthz" and method in ("GET", "HEAD"):
            ready = self._ready.is_set()
            return _json(200 if ready else 503, {"status": "ok" if ready else "starting"})
        if self._api is None or not self._ready.is_set():
            if "text/html" in environ.get("HTTP_ACCEPT", ""):
                return HttpResponse(503, STARTING.encode(), STARTING_HEADERS)
            message = "The local run is not up; try again in a moment."
            return _json(503, {"error": {"code": "unavailable", "message": message}})
        if method in ("GET", "HEAD") and path == "/demo.json":
            return _json(200, self._facts)
        if method in ("GET", "HEAD") and path in ("/tour", "/tour/"):
            return self._tour()
        try:
            body = get_input_stream(environ, max_content_length=MAX_PAYLOAD).read()
        except RequestEntityTooLarge:
            return self._api.too_large()
        return self._api.answer(
            HttpRequest(
                method=method,
                path=path,
                query=target.query,
                headers=tuple(environ[RAW_HEADERS]),
                body=body,
                source_ip=environ["REMOTE_ADDR"],
                protocol=environ["SERVER_PROTOCOL"],
            )
        )

    def _tour(self) -> HttpResponse:
        headers = (("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"))
        return HttpResponse(200, (self._static / "tour.html").read_bytes(), headers)


def _path_of(raw_uri: str) -> str:
    # A path that begins with two slashes would be read as a host by urlsplit.
    path = raw_uri.split("?", 1)[0].split("#", 1)[0]
    return path if path.startswith("/") else urlsplit(path).path or "/"


def _json(status: int, content: object) -> HttpResponse:
    headers = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
    return HttpResponse(status, json.dumps(content).encode(), headers)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
