"""A clock that moves when everybody waits, for threads of which one is awake at a time."""

import heapq
import itertools
import threading
from collections.abc import Callable, Sequence

START = 1_800_000_000.0


class VirtualTime:
    """A clock for threads that take turns."""

    def __init__(self) -> None:
        self._time = START
        self._waiting: list[tuple[float, int, threading.Semaphore]] = []
        self._order = itertools.count()
        self._done = threading.Semaphore(0)

    def now(self) -> float:
        return self._time

    def sleep(self, seconds: float) -> None:
        turn = self._queue(self._time + seconds)
        self._next()
        turn.acquire()

    def run(self, threads: Sequence[Callable[[], None]]) -> None:
        """Until all have returned."""
        running = [
            threading.Thread(target=self._body, args=(one, self._queue(self._time)))
            for one in threads
        ]
        for thread in running:
            thread.start()
        self._next()
        self._done.acquire()
        for thread in running:
            thread.join()

    def _body(self, thread: Callable[[], None], turn: threading.Semaphore) -> None:
        turn.acquire()
        try:
            thread()
        finally:
            self._next()

    def _queue(self, at: float) -> threading.Semaphore:
        turn = threading.Semaphore(0)
        heapq.heappush(self._waiting, (at, next(self._order), turn))
        return turn

    def _next(self) -> None:
        if not self._waiting:
            self._done.release()
            return
        at, _, turn = heapq.heappop(self._waiting)
        self._time = max(self._time, at)
        turn.release()


class SkewedClock:
    """The clock of a machine that is `ahead` seconds off the true time."""

    def __init__(self, time: VirtualTime, ahead: float) -> None:
        self._time, self._ahead = time, ahead

    def now(self) -> float:
        return self._time.now() + self._ahead

    def sleep(self, seconds: float) -> None:
        self._time.sleep(seconds)
