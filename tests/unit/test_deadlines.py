"""A call ends at its deadline, however slowly its answer comes: no time-out per byte does that."""

import contextlib
import json
import math
import socket
import threading
from collections.abc import Iterator

import pytest
from botocore.exceptions import ReadTimeoutError

from statustext.adapters import aws
from statustext.adapters.channel import Accepted, Text
from statustext.adapters.deadlines import WHOLE_CALL, begin, left
from statustext.adapters.secret_store import TwilioLogin
from statustext.adapters.twilio_gateway import TwilioGateway
from statustext.adapters.twilio_http import TwilioHttp
from statustext.errors import OutcomeUnknownError

SID = "SM" + "0" * 32
TEXT = Text("+15550001111", "+15551234567", "On it.", "https://api.example.test/x", validity=600)
BODY = json.dumps({"sid": SID, "status": "queued", "more": "." * 50}).encode()
HEAD = f"HTTP/1.1 201 Created\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()


class Trickle:
    """A server whose answer comes byte by byte, but for the first `quick`, and a clock by which
    each byte takes a second: one is sent whenever the clock is read, and now and then by itself."""

    def __init__(self, answer: bytes, quick: int) -> None:
        self._quick, self._rest = answer[:quick], answer[quick:]
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.now = 0.0
        self.requests = 0
        self.is_whole = False
        self._next = threading.Semaphore(0)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # whoever asked has hung up, or the test is over
            while True:
                self._answer(self._listening.accept()[0])

    def _answer(self, to: socket.socket) -> None:
        head, body = b"", b""
        while not body:  # every request here has one
            head += to.recv(65536)
            body = head.partition(b"\r\n\r\n")[2]
        self.requests += 1
        with to:
            to.sendall(self._quick)
            for number in range(len(self._rest)):
                self._next.acquire(timeout=0.02)
                to.sendall(self._rest[number : number + 1])
        self.is_whole = True

    def clock(self) -> float:
        self.now += 1
        self._next.release()
        return self.now

    def close(self) -> None:
        self._listening.close()


@contextlib.contextmanager
def trickling(answer: bytes, quick: int = 0) -> Iterator[Trickle]:
    server = Trickle(answer, quick)
    try:
        yield server
    finally:
        server.close()


def send(server: Trickle) -> Accepted:
    http = TwilioHttp(server.url, clock=server.clock)
    return TwilioGateway(TwilioLogin("AC" + "1" * 32, "AC" + "1" * 32, "secret"), http).send(TEXT)


@pytest.mark.parametrize("quick", [0, len(HEAD)], ids=["from the first byte", "in its body"])
def test_a_text_of_which_the_answer_trickles_in_is_unknown_at_the_deadline(quick: int) -> None:
    with trickling(HEAD + BODY, quick) as server:
        with pytest.raises(OutcomeUnknownError):
            send(server)
        assert not server.is_whole
        assert server.now <= WHOLE_CALL + 2


def test_an_answer_that_is_whole_in_time_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statustext.adapters.twilio_http.WHOLE_CALL", 1000.0)
    with trickling(HEAD + BODY) as server:
        assert send(server) == Accepted(SID, "queued")


def test_a_call_to_aws_ends_at_its_deadline_and_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = (
        b"HTTP/1.1 200 OK\r\nDate: Fri, 27 Nov 2026 10:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}"
    )
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with trickling(answer) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
        monkeypatch.setattr(aws, "begin", lambda seconds: begin(seconds, server.clock))
        with pytest.raises(ReadTimeoutError):
            aws.client("dynamodb").get_item(TableName="t", Key={"pk": {"S": "a"}})
        assert not server.is_whole
        assert server.requests == 1
    assert left() == math.inf, "what this thread calls next would have no time"


def test_a_call_that_is_over_leaves_no_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with trickling(answer) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
        monkeypatch.setattr(aws, "begin", lambda _seconds: begin(1000.0, server.clock))
        aws.client("dynamodb").get_item(TableName="t", Key={"pk": {"S": "a"}})
        assert server.is_whole
    assert left() == math.inf
