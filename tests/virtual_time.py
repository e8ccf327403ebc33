"""A clock that moves when everybody waits, for threads of which one is awake at a time."""

import heapq
import itertools
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from statustext.adapters.clock import Clock
from statustext.adapters.lanes import Promise, Shift, outcome_of

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

    def begin(self, thread: Callable[[], None]) -> None:
        """Have another thread go on from now, when its turn comes."""
        threading.Thread(target=self._body, args=(thread, self._queue(self._time))).start()

    def wait(self, until: float | None, bell: "Bell") -> None:
        """Sleep until then, or until the bell rings."""
        turn = threading.Semaphore(0)
        bell.waiting = turn
        if until is not None:
            heapq.heappush(self._waiting, (max(until, self._time), next(self._order), turn))
        self._next()
        turn.acquire()
        bell.waiting = None
        self._waiting = [one for one in self._waiting if one[2] is not turn]
        heapq.heapify(self._waiting)

    def ring(self, bell: "Bell") -> None:
        """Wake whoever waits for the bell, now."""
        if bell.waiting:
            heapq.heappush(self._waiting, (self._time, next(self._order), bell.waiting))

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


class Bell:
    """What somebody may wait for."""

    waiting: threading.Semaphore | None = None


class VirtualWorkers:
    """Workers of whom each call takes virtual time, beside all others."""

    def __init__(self, time: VirtualTime, most: int) -> None:
        self._time, self._most = time, most

    def shift(self, clock: Clock) -> Shift:
        return _VirtualShift(self._time, self._most, clock)


class _VirtualShift:
    def __init__(self, time: VirtualTime, most: int, clock: Clock) -> None:
        self._time, self._free, self._clock = time, most, clock
        self._bell = Bell()
        self._asked: deque[tuple[Callable[[], Any], Promise[Any]]] = deque()
        self._ended: deque[Callable[[], None]] = deque()

    def begin(self, work: Callable[[], Any], ended: Promise[Any]) -> None:
        self._asked.append((work, ended))
        if self._free:
            self._free -= 1
            self._time.begin(self._work)

    def _work(self) -> None:
        while self._asked:
            self._ended.append(outcome_of(*self._asked.popleft()))
            self._time.ring(self._bell)
        self._free += 1

    def wait(self, until: float | None) -> bool:
        if not self._ended:
            left = None if until is None else until - self._clock.now() + self._time.now()
            self._time.wait(left, self._bell)
        if not self._ended:
            return False
        self._ended.popleft()()
        return True


class SkewedClock:
    """The clock of a machine that is `ahead` seconds off the true time."""

    def __init__(self, time: VirtualTime, ahead: float) -> None:
        self._time, self._ahead = time, ahead

    def now(self) -> float:
        return self._time.now() + self._ahead

    def sleep(self, seconds: float) -> None:
        self._time.sleep(seconds)
