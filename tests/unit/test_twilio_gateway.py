"""Twilio's answers as ours: accepted, refused, slow down, or unknown; and nothing personal told."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioException
from twilio.http.response import Response

from statustext.adapters.channel import Accepted, Text
from statustext.adapters.secret_store import TwilioLogin
from statustext.adapters.twilio_gateway import TwilioGateway
from statustext.adapters.twilio_http import CONNECT_TIMEOUT, READ_TIMEOUT, TwilioHttp
from statustext.domain.carrier import Carrier, ErrorCode
from statustext.domain.delivery import fingerprint
from statustext.errors import (
    GatewayError,
    OutcomeUnknownError,
    RefusedError,
    SlowDownError,
)

PHONE = "+15551234567"
SID = "SM" + "0" * 32
TEXT = Text(
    "+15550001111",
    PHONE,
    "Your code is 123456",
    "https://api.example.test/twilio/p/status/a#rc=5",
    validity=590.7,
)
LOGIN = TwilioLogin("AC" + "1" * 32, "AC" + "1" * 32, "secret-token")
MESSAGE = {"sid": SID, "status": "queued", "to": PHONE, "body": TEXT.body}
NOW = 1_800_000_000.0


class Answers(TwilioHttp):
    """Answers with what it is given, or raises it."""

    def __init__(self, status: int = 201, body: Any = None, error: Exception | None = None) -> None:
        super().__init__()
        self._status, self._error = status, error
        self._body = body if isinstance(body, str) else json.dumps(body)
        self.asked: list[tuple[str, str, Mapping[str, Any]]] = []

    def request(self, method: str, uri: str, *args: Any, **given: Any) -> Response:
        self.asked.append((method, uri, given.get("data") or given.get("params") or {}))
        if self._error:
            raise self._error
        return Response(self._status, self._body, {})


def gateway(http: TwilioHttp) -> TwilioGateway:
    return TwilioGateway(LOGIN, http)


def test_a_text_is_handed_over() -> None:
    http = Answers(201, MESSAGE)
    assert gateway(http).send(TEXT) == Accepted(SID, "queued")
    ((method, uri, data),) = http.asked
    assert (method, uri.rpartition("/")[2]) == ("POST", "Messages.json")
    assert data == {
        "To": PHONE,
        "From": "+15550001111",
        "Body": TEXT.body,
        "StatusCallback": TEXT.status_callback,
        "ValidityPeriod": 590,
    }


@pytest.mark.parametrize(("seconds", "given"), [(0.2, 1), (-3.0, 1), (48 * 3600.0, 36_000)])
def test_how_long_a_text_may_wait_is_within_twilio_s_bounds(seconds: float, given: int) -> None:
    http = Answers(201, MESSAGE)
    gateway(http).send(replace(TEXT, validity=seconds))
    assert http.asked[0][2]["ValidityPeriod"] == given


def test_a_messaging_service_is_named_as_such() -> None:
    http = Answers(201, MESSAGE)
    service = "MG" + "2" * 32
    gateway(http).send(replace(TEXT, sender=service))
    assert http.asked[0][2]["MessagingServiceSid"] == service
    assert "From" not in http.asked[0][2]


def problem(status: int, code: int) -> dict[str, Any]:
    return {"code": code, "message": f"no to {PHONE}", "status": status, "more_info": "x"}


def problem_9457(status: int, code: int) -> dict[str, Any]:
    """https://www.rfc-editor.org/rfc/rfc9457, which newer APIs of Twilio's answer with."""
    return {"type": "about:blank", "title": f"no to {PHONE}", "status": status, "code": code}


@pytest.mark.parametrize("shape", [problem, problem_9457])
@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 21610, RefusedError),
        (400, 21211, RefusedError),
        (401, 20003, RefusedError),
        (404, 20404, RefusedError),
        (429, 20429, SlowDownError),
        (400, 21611, SlowDownError),
        (400, 14107, SlowDownError),
        (500, 20500, OutcomeUnknownError),
        (503, 20503, OutcomeUnknownError),
        (302, 20001, OutcomeUnknownError),
    ],
)
def test_a_refusal_is_told_by_its_code(
    status: int, code: int, kind: type[GatewayError], shape: Any
) -> None:
    with pytest.raises(kind) as caught:
        gateway(Answers(status, shape(status, code))).send(TEXT)
    assert caught.value.code == ErrorCode(Carrier.TWILIO, code)
    assert_silent(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, "<html>Forbidden</html>", RefusedError),
        (429, "", SlowDownError),
        (502, "<html>Bad gateway</html>", OutcomeUnknownError),
        (400, '{"code": "abc"}', RefusedError),
        (400, '{"code": null}', RefusedError),
        (400, '{"code": {"a": 1}}', RefusedError),
        (400, "[]", RefusedError),
        (400, "7", RefusedError),
        (201, "", OutcomeUnknownError),
        (201, '{"sid": "SM', OutcomeUnknownError),
        (201, "{}", OutcomeUnknownError),
        (201, "[]", OutcomeUnknownError),
        (201, "null", OutcomeUnknownError),
        (201, '"SM"', OutcomeUnknownError),
        (201, "7", OutcomeUnknownError),
        (201, '{"sid": 7}', OutcomeUnknownError),
        (201, '{"sid": ""}', OutcomeUnknownError),
        (200, "{}", OutcomeUnknownError),
    ],
)
def test_an_answer_that_cannot_be_read_is_unknown_unless_it_is_a_no(
    status: int, body: str, kind: type[GatewayError]
) -> None:
    with pytest.raises(kind) as caught:
        gateway(Answers(status, body)).send(TEXT)
    assert type(caught.value) is kind
    assert_silent(caught.value)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (requests.exceptions.ConnectTimeout(PHONE), SlowDownError),
        (requests.exceptions.ReadTimeout(PHONE), OutcomeUnknownError),
        (requests.exceptions.ConnectionError("reset", PHONE), OutcomeUnknownError),
        (requests.exceptions.ConnectionError(), OutcomeUnknownError),
        (requests.exceptions.ChunkedEncodingError(PHONE), OutcomeUnknownError),
        (requests.exceptions.SSLError(PHONE), OutcomeUnknownError),
        (TwilioException(PHONE), OutcomeUnknownError),
        (ValueError(PHONE), OutcomeUnknownError),
    ],
)
def test_silence_is_unknown_unless_there_was_no_connection(
    error: Exception, kind: type[GatewayError]
) -> None:
    with pytest.raises(kind) as caught:
        gateway(Answers(error=error)).send(TEXT)
    assert type(caught.value) is kind
    assert_silent(caught.value)


def assert_silent(error: BaseException) -> None:
    """Neither the error nor what it hides says whom it was about."""
    told = f"{error} {error!r} {error.args} {error.__cause__}"
    assert PHONE not in told
    assert "123456" not in told
    assert LOGIN.password not in told
    assert error.__context__ is None or error.__suppress_context__


def test_a_text_and_credentials_do_not_show_themselves() -> None:
    assert PHONE not in repr(TEXT)
    assert "123456" not in repr(TEXT)
    assert LOGIN.password not in repr(LOGIN)


# Over a real socket.


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        self.rfile.read(int(self.headers["Content-Length"]))
        server.seen.append((self.path, dict(self.headers)))
        server.act(self)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def twilio_at(act: Any) -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    server: Any = HTTPServer(("127.0.0.1", 0), _Handler)
    server.act, server.seen = act, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def answer(handler: BaseHTTPRequestHandler) -> None:
    body = json.dumps(MESSAGE).encode()
    handler.send_response(201)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def redirect(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(307)
    handler.send_header("Location", handler.path)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def test_a_request_says_who_it_is_from() -> None:
    with twilio_at(answer) as (url, seen):
        assert gateway(TwilioHttp(url)).send(TEXT).sid == SID
    ((path, headers),) = seen
    assert path == f"/2010-04-01/Accounts/{LOGIN.account_sid}/Messages.json"
    assert headers["Authorization"].startswith("Basic ")
    assert headers["User-Agent"].startswith("twilio-python/")


@pytest.mark.parametrize("act", [hang_up, redirect])
def test_nothing_is_repeated_by_the_client(act: Any) -> None:
    with twilio_at(act) as (url, seen), pytest.raises(OutcomeUnknownError):
        gateway(TwilioHttp(url)).send(TEXT)
    assert len(seen) == 1


def test_a_refused_connection_is_a_certain_no() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SlowDownError) as caught:
            gateway(TwilioHttp(url)).send(TEXT)
    assert_silent(caught.value)


def test_a_name_that_nobody_has_is_a_certain_no() -> None:
    with pytest.raises(SlowDownError):
        gateway(TwilioHttp("http://twilio.invalid")).send(TEXT)


def test_time_outs_are_always_set(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def request(*_: Any, **given: Any) -> requests.Response:
        seen.append(given)
        answered = requests.Response()
        answered.status_code, answered._content = 201, json.dumps(MESSAGE).encode()
        return answered

    monkeypatch.setattr(requests.Session, "request", request)
    gateway(TwilioHttp()).send(TEXT)
    assert seen[0]["timeout"] == (CONNECT_TIMEOUT, READ_TIMEOUT) == (2.0, 8.0)
    assert seen[0]["allow_redirects"] is False


def test_a_body_is_utf_8_whatever_the_headers_leave_out() -> None:
    def act(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps({**MESSAGE, "body": "Größe 🚨"}, ensure_ascii=False).encode()
        handler.send_response(201)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    with twilio_at(act) as (url, _):
        http = TwilioHttp(url)
        found = http.request("POST", f"{url}/x", data={"a": "b"})
    assert json.loads(found.text)["body"] == "Größe 🚨"


# The list.


def listed(*messages: Mapping[str, Any]) -> Answers:
    return Answers(
        200,
        {
            "messages": list(messages),
            "page": 0,
            "page_size": 50,
            "uri": "/x",
            "first_page_uri": "/x",
            "next_page_uri": None,
            "previous_page_uri": None,
        },
    )


def message_of(created: str, **more: Any) -> dict[str, Any]:
    return {**MESSAGE, "date_created": created, **more}


JUST_NOW = "Fri, 15 Jan 2027 08:00:01 +0000"
A_BIT_BEFORE = "Fri, 15 Jan 2027 07:59:10 +0000"
LONG_BEFORE = "Fri, 15 Jan 2027 07:58:59 +0000"


def test_an_accepted_text_is_found_by_number_body_and_time() -> None:
    http = listed(message_of(JUST_NOW, body="Another", sid="SM1"), message_of(A_BIT_BEFORE))
    assert gateway(http).find(TEXT.to, fingerprint(TEXT.body), since=NOW) == Accepted(SID, "queued")
    assert http.asked[0][2]["To"] == PHONE


@pytest.mark.parametrize(
    "message",
    [
        message_of(LONG_BEFORE),
        message_of(JUST_NOW, body="Your code is 654321"),
        message_of(JUST_NOW, sid=None),
        message_of("nonsense"),
        {k: v for k, v in MESSAGE.items() if k != "body"},
    ],
)
def test_what_is_not_this_text_is_not_found(message: Mapping[str, Any]) -> None:
    assert gateway(listed(message)).find(TEXT.to, fingerprint(TEXT.body), since=NOW) is None


@pytest.mark.parametrize(
    "http",
    [
        Answers(500, {}),
        Answers(429, problem(429, 20429)),
        Answers(200, "not json"),
        Answers(200, []),
        Answers(200, {"messages": None}),
        Answers(200, {"messages": [7]}),
        Answers(error=requests.exceptions.ReadTimeout(PHONE)),
    ],
    ids=["500", "429", "text", "list", "none", "numbers", "silence"],
)
def test_a_list_that_cannot_be_read_is_unknown(http: Answers) -> None:
    with pytest.raises(OutcomeUnknownError) as caught:
        gateway(http).find(TEXT.to, fingerprint(TEXT.body), since=NOW)
    assert_silent(caught.value)


def test_what_became_of_a_message_is_asked_by_its_sid() -> None:
    message = MESSAGE | {"status": "undelivered", "error_code": 30003, "from": "+15550001111"}
    http = Answers(200, message)
    receipt = gateway(http).fetch(SID)
    assert (receipt.status, receipt.sid) == ("undelivered", SID)
    assert (str(receipt.error), receipt.sender) == ("twilio 30003", "+15550001111")
    assert receipt.to == PHONE
    assert PHONE not in repr(receipt)
    assert http.asked[0][0] == "GET"
    assert SID in http.asked[0][1]


@pytest.mark.parametrize("answers", [Answers(404, problem(404, 20404)), Answers(503, {})])
def test_a_message_that_cannot_be_read_tells_nothing(answers: "Answers") -> None:
    with pytest.raises(OutcomeUnknownError):
        gateway(answers).fetch(SID)
