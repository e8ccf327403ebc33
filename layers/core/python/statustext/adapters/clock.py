"""Time and randomness as the flows are given them."""

import secrets
import time
from typing import Protocol


class Clock(Protocol):
    """A wall clock that can be waited on. Times are seconds since the epoch."""

    def now(self) -> float:
        """The time."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Entropy(Protocol):
    """A cryptographic source of random bytes."""

    def __call__(self, count: int, /) -> bytes:
        """`count` bytes nobody can guess."""


system_entropy: Entropy = secrets.token_bytes
