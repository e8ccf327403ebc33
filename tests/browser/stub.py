"""A stand-in for the public API, and pages that embed the widget, each on its own origin."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from functions.widget import app as widget

ID = "sub_0123456789"
TOKEN = f"{ID}.secret.part"
CONSENT = "I agree that Demo may text me about incidents. Msg & data rates may apply. <b>STOP</b>"
PREFERENCES: dict[str, Any] = {
    "severity_filter": ["none", "minor", "major", "critical"],
    "services": [],
    "new_incidents": True,
    "updates": False,
    "resolutions": True,
    "maintenance": False,
}
FORM: dict[str, Any] = {
    "page": {"id": "default", "name": "Demo", "url": "https://status.example.com"},
    "consent": {"text": CONSENT, "version": "2026-11-01"},
    "countries": ["US", "CA"],
    "components": [
        {"id": "abcdefghijkl", "key": "svc_api", "name": "API"},
        {"id": "mnopqrstuvwx", "key": "svc_payments", "name": "Payments <script>"},
    ],
    "sender": "+15550001111",
}
STRICT_POLICY = "default-src 'none'; script-src {api}; connect-src {api}; style-src 'none'"
HOST_PAGE = """<!doctype html><html lang="en" dir="{direction}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>Host</title>
<body>{widgets}<script src="{api}/prod/widget.js" async></script></body></html>"""
DIV = '<div data-statustext data-page="default"></div>'


@dataclass
class Call:
    """One request the widget made, without the CORS preflights."""

    method: str
    path: str
    body: Any
    authorization: str | None


@dataclass
class StubApi:
    """Answers by (method, last path word); a test changes `answers` to make it refuse."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    form: dict[str, Any] = field(default_factory=lambda: json.loads(json.dumps(FORM)))
    answers: dict[tuple[str, str], tuple[int, Any, dict[str, str]]] = field(default_factory=dict)
    preferences: dict[str, Any] = field(default_factory=lambda: dict(PREFERENCES))

    def refuse(
        self, method: str, word: str, status: int, message: str, retry_after: int = 0, **more: Any
    ) -> None:
        headers = {"Retry-After": str(retry_after)} if retry_after else {}
        error = {"error": {"code": "refused", "message": message, **more}}
        self.answers[method, word] = (status, error, headers)

    def made(self, method: str, word: str) -> list[Call]:
        return [c for c in self.calls if c.method == method and c.path.endswith("/" + word)]

    def usual(self, method: str, word: str, body: Any) -> tuple[int, Any]:
        if word == "subscription_form":
            return 200, self.form
        if word in ("subscriptions", "resend_confirmation"):
            return 202, {"id": ID}
        if method == "PATCH":
            self.preferences = {**self.preferences, **body["preferences"]}
        if method == "DELETE":
            return 204, None
        known = {"id": ID, "status": "active", "preferences": self.preferences}
        return 200, {**known, "manage_token": TOKEN} if word == "verify" else known

    def answer(self, request: Request) -> Response:
        if request.path == "/prod/widget.js":
            event = {"httpMethod": request.method, "headers": dict(request.headers)}
            found = widget.handler(event, None)
            return Response(found["body"], found["statusCode"], found["headers"])
        cors = {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Headers": "Content-Type, Authorization, Idempotency-Key",
            "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
            "Access-Control-Expose-Headers": "Retry-After",
        }
        if request.method == "OPTIONS":
            return Response(status=204, headers=cors)
        word = request.path.rsplit("/", 1)[-1]
        body = request.get_json(silent=True)
        authorization = request.headers.get("Authorization")
        self.calls.append(Call(request.method, request.path, body, authorization))
        if (request.method, word) in self.answers:
            status, answer, headers = self.answers[request.method, word]
        else:
            (status, answer), headers = self.usual(request.method, word, body), {}
        text = answer if isinstance(answer, str) else "" if answer is None else json.dumps(answer)
        return Response(text, status, {**cors, **headers}, mimetype="application/json")


@dataclass
class HostPage:
    """A status page: its widgets, what its style sheet does to everything, its policy."""

    url: str = ""
    api: str = ""
    widgets: str = DIV
    direction: str = "ltr"
    policy: str = STRICT_POLICY

    def answer(self, request: Request) -> Response:
        text = HOST_PAGE.format(widgets=self.widgets, api=self.api, direction=self.direction)
        headers = {"Content-Security-Policy": self.policy.format(api=self.api)}
        return Response(text, headers=headers, mimetype="text/html")


@contextmanager
def serving(answer: Callable[[Request], Response]) -> Iterator[str]:
    """Those answers on a free port of 127.0.0.1, for the length of the block; gives the URL."""
    server = make_server("127.0.0.1", 0, Request.application(answer), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
