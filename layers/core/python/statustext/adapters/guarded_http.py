"""Calls of an address that a stranger gave, so that they harm nobody: not our network, not us.

The name is resolved once; every address that it has must be a public one (domain/endpoint.py), and
the connection goes to the very address that was checked, so that a name that leads elsewhere a
moment later gains nothing. TLS names and checks the host by its name. Redirects are not followed,
and the whole call, look-up included, takes WHOLE_CALL seconds at most.
"""

import http.client
import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import certifi

from statustext.adapters.deadlines import WHOLE_CALL, PromptResponse, left, within
from statustext.domain.endpoint import (
    Endpoint,
    UnusableEndpointError,
    is_for_strangers,
    parse_endpoint,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LONGEST_REQUEST = 256 * 1024
LONGEST_ANSWER = 16 * 1024
"""Bytes of an answer, headers included, after which no more is read."""
BODY_READ = 4 * 1024
PIECE = 16 * 1024
ADDRESSES_TRIED = 3
LONGEST_WAIT = 24 * 3600.0


class Verdict(StrEnum):
    """What became of a request. The receiver has it for certain only when ACCEPTED; for certain not
    when FORBIDDEN or UNREACHABLE."""

    ACCEPTED = "accepted"  # 2xx
    REFUSED = "refused"  # 3xx and 4xx: the same request will be refused again
    GONE = "gone"  # 410: send nothing more
    SLOW_DOWN = "slow_down"  # 429 and 503: later
    UNKNOWN = "unknown"  # 408, other 5xx, no answer or none that can be read
    UNREACHABLE = "unreachable"  # no name, no connection, no TLS
    FORBIDDEN = "forbidden"  # the address must not be called


@dataclass(frozen=True)
class Answer:
    """`reason` is a word for logs, without the address; `status` the HTTP status, None without an
    answer; `retry_after` what a SLOW_DOWN asks for, in seconds; `body` its first bytes, BODY_READ
    of a POST's, fewer where they came too slowly."""

    verdict: Verdict
    reason: str
    status: int | None = None
    retry_after: float | None = None
    body: bytes = field(default=b"", repr=False)


Resolve = Callable[[str, int], Sequence[str]]
"""The IP addresses of a name and port. Raises OSError where there are none."""


def resolve(host: str, port: int) -> Sequence[str]:
    """By the machine's resolver, IPv4 first: Lambda has no IPv6 outside of a VPC."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(one[4][0]) for one in found)
    return sorted(addresses, key=lambda one: ":" in one)


@cache
def authorities() -> ssl.SSLContext:
    """Checks certificates and their names by Mozilla's list of authorities, TLS 1.2 and later."""
    return ssl.create_default_context(cafile=certifi.where())


class GuardedHttp:
    """Calls addresses that others gave. `is_local_run` allows 127.0.0.1, by http too."""

    def __init__(
        self,
        *,
        is_local_run: bool = False,
        resolve: Resolve = resolve,
        tls: Callable[[], ssl.SSLContext] = authorities,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._is_local_run = is_local_run
        self._resolve = resolve
        self._tls = tls
        self._clock = clock

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send `body` once, which has at most LONGEST_REQUEST bytes. Never raises for what the
        receiver does."""
        if len(body) > LONGEST_REQUEST:
            raise ValueError(f"a body of {len(body)} bytes is too long to be sent")
        return self._call(url, _Request("POST", body, headers))

    def get(self, url: str, *, longest: int) -> Answer:
        """What stands at an address: of an answer of `longest` bytes at most all that came, headers
        not counted. Never raises for what the other side does."""
        headers = {"Accept": "application/json"}
        return self._call(url, _Request("GET", None, headers, longest + LONGEST_ANSWER, longest))

    def _call(self, url: str, request: "_Request") -> Answer:
        try:
            endpoint = parse_endpoint(url, is_local_run=self._is_local_run)
        except UnusableEndpointError as error:
            return Answer(Verdict.FORBIDDEN, error.code)
        with within(WHOLE_CALL, self._clock):
            connected = self._connected(endpoint)
            if isinstance(connected, Answer):
                return connected
            with connected:
                return _exchange(connected, endpoint, request)

    def _connected(self, endpoint: Endpoint) -> socket.socket | Answer:
        addresses = self._addresses(endpoint)
        if not addresses:
            return Answer(Verdict.UNREACHABLE, "no_such_name")
        if not all(is_for_strangers(one, is_local_run=self._is_local_run) for one in addresses):
            return Answer(Verdict.FORBIDDEN, "address_not_public")
        for address in addresses[:ADDRESSES_TRIED]:
            try:
                plain = socket.create_connection((address, endpoint.port), _seconds_left())
            except OSError:
                continue
            return self._secured(plain, endpoint)
        return Answer(Verdict.UNREACHABLE, "not_connected")

    def _secured(self, plain: socket.socket, endpoint: Endpoint) -> socket.socket | Answer:
        if endpoint.scheme == "http":
            return plain
        try:
            plain.settimeout(_seconds_left())
            return self._tls().wrap_socket(plain, server_hostname=endpoint.host)
        except (OSError, ValueError) as error:  # ssl's own; a name that it cannot write
            plain.close()
            is_certificate = isinstance(error, ssl.SSLCertVerificationError)
            reason = "certificate_not_valid" if is_certificate else "no_tls"
            return Answer(Verdict.UNREACHABLE, reason)

    def _addresses(self, endpoint: Endpoint) -> Sequence[str]:
        """What the name resolves to, or nothing at the deadline. A look-up cannot be interrupted,
        so its thread is left to end by itself."""
        found: queue.SimpleQueue[Sequence[str]] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                found.put(self._resolve(endpoint.host, endpoint.port))
            except (OSError, UnicodeError):
                found.put(())

        threading.Thread(target=look_up, daemon=True).start()
        try:
            return found.get(timeout=_seconds_left())
        except (queue.Empty, TimeoutError):
            return ()


def _seconds_left() -> float:
    """Raises TimeoutError when the call's time is over, as 0 would mean not to wait at all."""
    seconds = left()
    if seconds <= 0:
        raise TimeoutError("the call's deadline is over")
    return seconds


@dataclass(frozen=True)
class _Request:
    """`longest` bytes of the answer are received at most, headers included, and of its body the
    first `read` are kept."""

    method: str
    body: bytes | None
    headers: Mapping[str, str]
    longest: int = LONGEST_ANSWER
    read: int = BODY_READ


def _exchange(connected: socket.socket, endpoint: Endpoint, request: _Request) -> Answer:
    connection = _Connection(endpoint.host, endpoint.port)
    connection.response_class = partial(_Response, longest=request.longest)
    connection.default_port = 443 if endpoint.scheme == "https" else 80  # for the Host header
    connection.sock = connected
    own = {"Accept-Encoding": "identity", "Connection": "close", "User-Agent": "Statustext"}
    try:
        named = {**own, **request.headers}
        connection.request(request.method, endpoint.target, request.body, named)
        answer = connection.getresponse()
    except TimeoutError:
        return Answer(Verdict.UNKNOWN, "timed_out")
    except OSError:
        return Answer(Verdict.UNKNOWN, "connection_lost")
    except http.client.HTTPException:
        return Answer(Verdict.UNKNOWN, "answer_not_readable")
    with answer:
        return _judged(answer, request.read)


def _judged(answer: http.client.HTTPResponse, read: int) -> Answer:
    verdict = verdict_of(answer.status)
    waits = _retry_after(answer) if verdict is Verdict.SLOW_DOWN else None
    reason, body = f"http_{answer.status}", _beginning(answer, read)
    return Answer(verdict, reason, answer.status, waits, body)


def verdict_of(status: int) -> Verdict:
    """What an HTTP status says about a request."""
    if 200 <= status < 300:
        return Verdict.ACCEPTED
    if status in (429, 503):
        return Verdict.SLOW_DOWN
    if status == 410:
        return Verdict.GONE
    if 300 <= status < 500 and status != 408:
        return Verdict.REFUSED
    return Verdict.UNKNOWN


def _beginning(answer: http.client.HTTPResponse, longest: int) -> bytes:
    """As much of the body as comes in time. The verdict is known without it."""
    got = b""
    try:
        while len(got) < longest:
            more = answer.read1(longest - len(got))
            if not more:
                break
            got += more
    except (OSError, http.client.HTTPException, ValueError):
        pass
    return got


def _retry_after(answer: http.client.HTTPResponse) -> float | None:
    """Seconds that the receiver asks us to wait; a date counts from its own clock."""
    asked = (answer.getheader("Retry-After") or "").strip()
    if asked.isascii() and asked.isdigit():
        return min(float(asked[:9]), LONGEST_WAIT)
    try:
        since = parsedate_to_datetime(answer.getheader("Date") or "")
        seconds = (parsedate_to_datetime(asked) - since).total_seconds()
    except (TypeError, ValueError):  # no dates, or one without a zone
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)


class _Received(io.RawIOBase):
    """What is received, until `longest` bytes."""

    def __init__(self, received: io.RawIOBase, longest: int) -> None:
        self._received = received
        self._left = longest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        if not self._left:
            raise http.client.HTTPException("the answer is too long")
        got = self._received.readinto(memoryview(buffer)[: self._left])
        self._left -= got or 0
        return got

    def close(self) -> None:
        self._received.close()
        super().close()


class _Response(PromptResponse):
    def __init__(self, sock: socket.socket, *args: object, longest: int, **named: object) -> None:
        super().__init__(sock, *args, **named)
        self.fp = io.BufferedReader(_Received(self.fp.detach(), longest))


class _Connection(http.client.HTTPConnection):
    """Speaks on a socket that is connected already, and never connects by itself."""

    response_class: Any
    auto_open = 0

    def send(self, data: Any) -> None:
        """In pieces: over TLS a time-out is that of a record, not of the whole."""
        for start in range(0, len(data), PIECE):
            self.sock.settimeout(_seconds_left())
            self.sock.sendall(data[start : start + PIECE])
