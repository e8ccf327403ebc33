"""Tells whoever polls the emulator that there may be something new, or that it is time to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LIVELY_FOR = 60.0
LIVELY_WAIT = 0.1
QUIET_WAIT = 0.5

Idle = Callable[[], float]
"""How many seconds to wait for the bell before looking anyway."""


class Bells:
    """One for who reads queues, one for who reads streams: most writes concern only the latter."""

    def __init__(self) -> None:
        self.queues = Doorbell()
        self.tables = Doorbell()

    def close(self) -> None:
        """End every wait at both, now and from now on."""
        self.queues.close()
        self.tables.close()


class Doorbell:
    """Rung by the emulator when data was written, so that an idle system hardly polls at all.

    What becomes due by time alone (a delayed message, a visibility timeout) rings nothing, and
    neither does another server in the emulator's place.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rings = 0
        self._last = time.monotonic()
        self._closed = False

    @property
    def rings(self) -> int:
        """How often it rang. Read it before looking; after finding nothing, `wait` with it."""
        return self._rings

    @property
    def closed(self) -> bool:
        """Whether it is time to stop."""
        return self._closed

    def ring(self) -> None:
        """There may be something new."""
        with self._changed:
            self._rings += 1
            self._last = time.monotonic()
            self._changed.notify_all()

    def close(self) -> None:
        """End every wait, now and from now on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def idle(self) -> float:
        """Seconds to wait where things become due by time: short in the minute after a ring."""
        lively = time.monotonic() - self._last < LIVELY_FOR
        return LIVELY_WAIT if lively else QUIET_WAIT

    def wait(self, rings: int, seconds: float) -> None:
        """Return when it rang since `rings` was read, is closed, or `seconds` are over."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._rings != rings, seconds)

    def pause(self, seconds: float) -> None:
        """Wait for `seconds`, or until closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed, seconds)
