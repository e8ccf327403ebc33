"""One deadline over a whole HTTP call.

A read time-out begins anew with every byte that comes (urllib3's "total" too, once it is
connected), so that an answer of a byte a second would hold its caller for as long as it lasts.
https://urllib3.readthedocs.io/en/stable/reference/urllib3.util.html#urllib3.util.Timeout
"""

import http.client
import io
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from socket import SocketIO, socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

WHOLE_CALL = 10.0
"""Seconds that a call to a carrier or to AWS takes at most, from its first byte sent to its last
received. Not in it is the look-up of a name, which only the machine's resolver ends."""


@dataclass(frozen=True)
class Deadline:
    """The moment, by `clock`, at which a call ends."""

    ends_at: float
    clock: Callable[[], float]

    def left(self) -> float:
        """Seconds until then; less than 0 after it."""
        return self.ends_at - self.clock()


_NONE = Deadline(math.inf, time.monotonic)
_current: ContextVar[Deadline] = ContextVar("_current")


def begin(seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
    """The calls that this thread makes from now on end in so many seconds."""
    _current.set(Deadline(clock() + seconds, clock))


def end() -> None:
    """The call is over: what this thread calls next has no deadline but its own."""
    _current.set(_NONE)


def left() -> float:
    """Seconds that the call under way in this thread has left."""
    return _current.get(_NONE).left()


@contextmanager
def within(seconds: float, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """The calls made meanwhile end in so many seconds."""
    before = _current.get(_NONE)
    begin(seconds, clock)
    try:
        yield
    finally:
        _current.set(before)


class PromptResponse(http.client.HTTPResponse):
    """An answer that must be whole when the deadline of its call comes.

    Raises TimeoutError while it is read where it is not. To be the `response_class` of an
    http.client connection, which urllib3's and botocore's are.
    """

    def __init__(self, sock: socket, *args: Any, **named: Any) -> None:
        super().__init__(sock, *args, **named)
        received: Any = self.fp
        self.fp = io.BufferedReader(_Received(received.detach(), sock, _current.get(_NONE)))


class _Received(io.RawIOBase):
    """What a socket receives until a deadline. The socket's own time-out holds for each part."""

    def __init__(self, received: SocketIO, sock: socket, deadline: Deadline) -> None:
        self._received, self._sock, self._deadline = received, sock, deadline
        self._each = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        left = self._deadline.left()
        if left <= 0:
            raise TimeoutError("the call's deadline is over")
        if not math.isinf(left):
            self._sock.settimeout(left if self._each is None else min(self._each, left))
        return self._received.readinto(buffer)

    def close(self) -> None:
        self._received.close()
        super().close()
