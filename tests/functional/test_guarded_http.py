"""Calling strangers' addresses: real sockets, receivers that misbehave, names that lie."""

import itertools
import json
import socket
import ssl
import struct
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from statustext.adapters.deadlines import WHOLE_CALL
from statustext.adapters.guarded_http import (
    BODY_READ,
    LONGEST_ANSWER,
    LONGEST_REQUEST,
    Answer,
    GuardedHttp,
    Verdict,
    authorities,
)
from tests.functional.receivers import OK, Behaviour, answers, certificate, receiver, status

BODY = json.dumps({"incident": "x"}).encode()
HEADERS = {"Content-Type": "application/json", "webhook-id": "msg_1"}
NAME = "hooks.example.test"


class Clock:
    """Time that passes by `step` seconds whenever it is read. `ticks` counts how often it was."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step
        self.ticks = threading.Semaphore(0)

    def __call__(self) -> float:
        self.now += self.step
        self.ticks.release()
        return self.now


def post_to(behaviour: Behaviour) -> Answer:
    with receiver(behaviour) as there:
        return GuardedHttp(is_local_run=True).post(there.url, BODY, HEADERS)


def test_the_request_is_what_was_asked_for() -> None:
    with receiver(answers(OK)) as there:
        answer = GuardedHttp(is_local_run=True).post(there.url, BODY, HEADERS)
    assert answer == Answer(Verdict.ACCEPTED, "http_200", 200, None, b"ok")
    head, _, body = there.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook?of=mine HTTP/1.1"
    assert set(lines[1:]) == {
        f"Host: 127.0.0.1:{there.port}",
        f"Content-Length: {len(BODY)}",
        "Accept-Encoding: identity",
        "Connection: close",
        "User-Agent: Statustext",
        "Content-Type: application/json",
        "webhook-id: msg_1",
    }
    assert body == BODY


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("200 OK", Verdict.ACCEPTED),
        ("202 Accepted", Verdict.ACCEPTED),
        ("204 No Content", Verdict.ACCEPTED),
        ("300 Multiple Choices", Verdict.REFUSED),
        ("400 Bad Request", Verdict.REFUSED),
        ("401 Unauthorized", Verdict.REFUSED),
        ("404 Not Found", Verdict.REFUSED),
        ("408 Request Timeout", Verdict.UNKNOWN),
        ("410 Gone", Verdict.GONE),
        ("413 Too Large", Verdict.REFUSED),
        ("429 Too Many Requests", Verdict.SLOW_DOWN),
        ("500 Oh", Verdict.UNKNOWN),
        ("502 Bad Gateway", Verdict.UNKNOWN),
        ("503 Unavailable", Verdict.SLOW_DOWN),
        ("504 Gateway Timeout", Verdict.UNKNOWN),
        ("599 ?", Verdict.UNKNOWN),
    ],
)
def test_what_a_status_means(line: str, verdict: Verdict) -> None:
    answer = post_to(status(line))
    assert answer.verdict is verdict
    assert answer.status == int(line[:3])


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (["Retry-After: 7"], 7.0),
        (["Retry-After: 0"], 0.0),
        (["Retry-After: 99999999999999999999"], 86400.0),
        (["Retry-After: -5"], None),
        (["Retry-After: soon"], None),
        (["Retry-After: ٧"], None),
        ([], None),
        (["Retry-After: Wed, 21 Oct 2026 07:28:30 GMT"], None),
        (
            [
                "Date: Wed, 21 Oct 2026 07:28:00 GMT",
                "Retry-After: Wed, 21 Oct 2026 07:28:30 GMT",
            ],
            30.0,
        ),
        (
            [
                "Date: Wed, 21 Oct 2026 07:28:00 GMT",
                "Retry-After: Wed, 21 Oct 2026 07:00:00 GMT",
            ],
            0.0,
        ),
        (
            ["Date: Wed, 21 Oct 2026 07:28:00 -0000", "Retry-After: Wed, 21 Oct 2026 07:29:00 GMT"],
            None,
        ),
    ],
)
def test_how_long_a_receiver_asks_us_to_wait(headers: list[str], seconds: float | None) -> None:
    answer = post_to(status("429 Too Many Requests", *headers))
    assert (answer.verdict, answer.retry_after) == (Verdict.SLOW_DOWN, seconds)


def sends(first: bytes, rest: Iterator[bytes]) -> Behaviour:
    def behave(connected: socket.socket) -> None:
        connected.sendall(first)
        for piece in rest:
            connected.sendall(piece)

    return behave


def waits(connected: socket.socket) -> None:
    while connected.recv(999):
        pass


def resets(connected: socket.socket) -> None:
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connected.close()


UNREADABLE = (Verdict.UNKNOWN, "answer_not_readable")
ACCEPTED = (Verdict.ACCEPTED, "http_200")
MISBEHAVING: dict[str, tuple[Behaviour, Verdict, str]] = {
    "hangs up": (lambda connected: None, Verdict.UNKNOWN, "connection_lost"),
    "resets the connection": (resets, Verdict.UNKNOWN, "connection_lost"),
    "speaks no HTTP": (answers(b"220 mail.example ESMTP\r\n"), *UNREADABLE),
    "sends bytes at random": (answers(b"\x00\xff\xfe" * 99), *UNREADABLE),
    "ends within its headers": (answers(b"HTTP/1.1 200 OK\r\nA: b"), *ACCEPTED),
    "has endless headers": (
        sends(b"HTTP/1.1 200 OK\r\n", itertools.repeat(b"A: b\r\n")),
        *UNREADABLE,
    ),
    "has one endless header": (
        sends(b"HTTP/1.1 200 OK\r\nA: ", itertools.repeat(b"b" * 999)),
        *UNREADABLE,
    ),
    "continues for ever": (
        sends(b"", itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n")),
        *UNREADABLE,
    ),
    "sends an endless body": (
        sends(b"HTTP/1.1 200 OK\r\n\r\n", itertools.repeat(b"b" * 9999)),
        *ACCEPTED,
    ),
    "sends an endless chunk": (
        sends(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
            itertools.repeat(b"b" * 9999),
        ),
        *ACCEPTED,
    ),
    "counts its chunks in no number": (
        answers(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\nb"),
        *ACCEPTED,
    ),
    "promises more than it sends": (
        answers(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nb"),
        *ACCEPTED,
    ),
    "leads elsewhere": (
        status("302 Found", "Location: http://169.254.169.254/latest/meta-data/"),
        Verdict.REFUSED,
        "http_302",
    ),
    "leads elsewhere for good, with the body": (
        status("308 Permanent Redirect", "Location: http://127.0.0.1:1/"),
        Verdict.REFUSED,
        "http_308",
    ),
}


@pytest.mark.parametrize("behaviour", MISBEHAVING)
def test_a_misbehaving_receiver_costs_a_bounded_time_and_size(behaviour: str) -> None:
    behave, verdict, reason = MISBEHAVING[behaviour]
    with receiver(behave) as there:
        answer = GuardedHttp(is_local_run=True).post(there.url, BODY, HEADERS)
    assert (answer.verdict, answer.reason) == (verdict, reason)
    assert len(answer.body) <= BODY_READ < LONGEST_ANSWER
    assert there.calls == 1


@pytest.mark.parametrize(
    ("first", "verdict", "reason"),
    [
        (b"", Verdict.UNKNOWN, "timed_out"),
        (b"HTTP/1.1 200 OK\r\nA: ", Verdict.UNKNOWN, "timed_out"),
        (b"HTTP/1.1 200 OK\r\n\r\n", *ACCEPTED),
    ],
)
def test_an_answer_that_drips_ends_at_the_deadline(
    first: bytes, verdict: Verdict, reason: str
) -> None:
    """A byte comes whenever the clock is read, which is then half a second later."""
    clock = Clock(0.5)

    def drips(connected: socket.socket) -> None:
        connected.sendall(first)
        while clock.ticks.acquire(timeout=5):
            connected.sendall(b"1")

    with receiver(drips) as there:
        answer = GuardedHttp(is_local_run=True, clock=clock).post(there.url, BODY, HEADERS)
        clock.ticks.release(99)  # it hears that the caller has hung up
    assert (answer.verdict, answer.reason) == (verdict, reason)
    assert clock.now >= WHOLE_CALL
    assert len(answer.body) <= WHOLE_CALL / clock.step


def test_a_receiver_that_never_answers_is_given_up_at_the_deadline() -> None:
    """The clock's sixth reading, after the request is out, leaves a quarter of a second."""
    with receiver(waits) as there:
        http = GuardedHttp(is_local_run=True, clock=Clock(1.95))
        answer = http.post(there.url, BODY, HEADERS)
    assert (answer.verdict, answer.reason) == (Verdict.UNKNOWN, "timed_out")


def test_a_receiver_that_reads_nothing_is_given_up_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:  # connects, and never reads
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        http = GuardedHttp(is_local_run=True, clock=Clock(0.7))
        answer = http.post(url, b"b" * LONGEST_REQUEST, HEADERS)
    assert (answer.verdict, answer.reason) == (Verdict.UNKNOWN, "timed_out")


def test_nobody_listening_is_certain() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    answer = GuardedHttp(is_local_run=True).post(url, BODY, HEADERS)
    assert answer == Answer(Verdict.UNREACHABLE, "not_connected")


def test_a_body_too_long_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="too long"):
        GuardedHttp().post("https://example.com/", b"b" * (LONGEST_REQUEST + 1), {})


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["1.1.1.1", "10.0.0.1"],
        ["fe80::1%eth0"],
        ["not an address"],
    ],
)
def test_a_name_that_leads_inside_is_never_connected_to(
    addresses: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*args: object) -> None:
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "create_connection", connect)
    http = GuardedHttp(resolve=lambda host, port: addresses)
    assert http.post("https://hooks.example.com/", BODY, HEADERS) == Answer(
        Verdict.FORBIDDEN, "address_not_public"
    )


def test_a_url_that_must_not_be_called_is_not_even_resolved() -> None:
    def look_up(host: str, port: int) -> Sequence[str]:
        raise AssertionError("looked up")

    answer = GuardedHttp(resolve=look_up).post("http://127.0.0.1/", BODY, HEADERS)
    assert answer == Answer(Verdict.FORBIDDEN, "not_https")


@pytest.mark.parametrize("raised", [socket.gaierror(), TimeoutError(), UnicodeError()])
def test_a_name_without_addresses_is_certain(raised: Exception) -> None:
    def look_up(host: str, port: int) -> Sequence[str]:
        raise raised

    answer = GuardedHttp(resolve=look_up).post("https://hooks.example.com/", BODY, HEADERS)
    assert answer == Answer(Verdict.UNREACHABLE, "no_such_name")


def test_a_look_up_that_hangs_is_given_up_at_the_deadline() -> None:
    is_over = threading.Event()

    def look_up(host: str, port: int) -> Sequence[str]:
        is_over.wait(timeout=5)
        return ["1.1.1.1"]

    http = GuardedHttp(resolve=look_up, clock=Clock(9.99))
    answer = http.post("https://hooks.example.com/", BODY, HEADERS)
    is_over.set()
    assert answer == Answer(Verdict.UNREACHABLE, "no_such_name")


def test_the_address_that_was_checked_is_the_one_that_is_called(tmp_path: Path) -> None:
    """A name whose every look-up tells another address, as rebinding servers do, is looked up
    once."""
    server, client = certificate(tmp_path, NAME)
    looked_up: list[tuple[str, int]] = []
    told = iter([["127.0.0.1"], ["169.254.169.254"]])

    def rebind(host: str, port: int) -> Sequence[str]:
        looked_up.append((host, port))
        return next(told)

    with receiver(answers(OK), server) as there:
        http = GuardedHttp(is_local_run=True, resolve=rebind, tls=lambda: client)
        answer = http.post(f"https://{NAME}:{there.port}/hook", BODY, HEADERS)
    assert answer.verdict is Verdict.ACCEPTED
    assert looked_up == [(NAME, there.port)]
    assert f"Host: {NAME}:{there.port}".encode() in there.requests[0]


def test_tls_names_the_host_and_checks_its_certificate(tmp_path: Path) -> None:
    server, client = certificate(tmp_path, NAME)
    asked_for: list[str | None] = []
    server.sni_callback = lambda _, name, __: asked_for.append(name)

    def post(name: str, tls: ssl.SSLContext) -> Answer:
        with receiver(answers(OK), server) as there:
            http = GuardedHttp(
                is_local_run=True, resolve=lambda host, port: ["127.0.0.1"], tls=lambda: tls
            )
            answer = http.post(f"https://{name}:{there.port}/", BODY, HEADERS)
            assert bool(there.requests) == (answer.verdict is Verdict.ACCEPTED)
        return answer

    wrong = Answer(Verdict.UNREACHABLE, "certificate_not_valid")
    assert post(NAME, client).verdict is Verdict.ACCEPTED
    assert post("other.example.test", client) == wrong
    assert post(NAME, authorities()) == wrong  # signed by nobody known
    assert asked_for == [NAME, "other.example.test", NAME]


def test_a_port_without_tls_is_certain() -> None:
    with receiver(answers(OK)) as there:
        http = GuardedHttp(is_local_run=True, resolve=lambda host, port: ["127.0.0.1"])
        with_tls = there.url.replace("http:", "https:")
        answer = http.post(with_tls, BODY, HEADERS)
    assert answer == Answer(Verdict.UNREACHABLE, "no_tls")


def test_another_address_of_the_name_is_tried_where_one_does_not_connect(tmp_path: Path) -> None:
    server, client = certificate(tmp_path, NAME)
    tried: list[str] = []
    connect = socket.create_connection

    def note(address: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(address[0])
        if address[0] != "127.0.0.1":
            raise ConnectionRefusedError
        return connect(address, timeout)

    with pytest.MonkeyPatch.context() as patched, receiver(answers(OK), server) as there:
        patched.setattr(socket, "create_connection", note)
        http = GuardedHttp(
            is_local_run=True,
            resolve=lambda host, port: ["1.1.1.1", "2606:4700::1", "127.0.0.1"],
            tls=lambda: client,
        )
        answer = http.post(f"https://{NAME}:{there.port}/", BODY, HEADERS)
    assert answer.verdict is Verdict.ACCEPTED
    assert tried == ["1.1.1.1", "2606:4700::1", "127.0.0.1"]


def test_what_stands_at_an_address_is_got() -> None:
    long = b"HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n" + 40_000 * b"x"
    with receiver(answers(long)) as there:
        answer = GuardedHttp(is_local_run=True).get(there.url, longest=50_000)
    assert (answer.verdict, len(answer.body)) == (Verdict.ACCEPTED, 40_000)
    lines = there.requests[0].decode().split("\r\n")
    assert lines[0] == "GET /hook?of=mine HTTP/1.1"
    assert "Accept: application/json" in lines
    assert not any(line.startswith(("Content-Length", "Transfer-Encoding")) for line in lines)


def test_and_no_more_of_it_than_was_asked_for() -> None:
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + 100_000 * b"x"
    with receiver(answers(endless)) as there:
        answer = GuardedHttp(is_local_run=True).get(there.url, longest=50_000)
    assert len(answer.body) == 50_000


@pytest.mark.parametrize("url", ["http://status.example", "https://10.0.0.1/", "https://[::1]/"])
def test_what_leads_into_a_network_is_not_got(url: str) -> None:
    assert GuardedHttp().get(url, longest=1).verdict is Verdict.FORBIDDEN
