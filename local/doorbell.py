"""Tells whoever polls the emulator that there may be something new, or that it is time to stop."""

from __future__ import annotations

import threading
import time

LIVELY_FOR = 60.0
LIVELY_WAIT = 0.05
QUIET_WAIT = 0.5


class Doorbell:
    """Rung by the emulator when data was written, so that an idle system hardly polls at all.

    What becomes due by time alone (a delayed message, a visibility timeout) rings nothing, so
    nobody waits for longer than 50 ms in the minute after a ring, and half a second later on.
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

    def wait(self, rings: int) -> None:
        """Return when it rang since `rings` was read, is closed, or the idle time is over."""
        lively = time.monotonic() - self._last < LIVELY_FOR
        timeout = LIVELY_WAIT if lively else QUIET_WAIT
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._rings != rings, timeout)

    def pause(self, seconds: float) -> None:
        """Wait for `seconds`, or until closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed, seconds)
