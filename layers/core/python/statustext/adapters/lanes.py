"""Many texts at once in one function: coroutines that take turns in one thread, and workers.

Whatever is decided, and whatever the texts share, is in the one thread. Only calls that every text
makes (its claim, Twilio, its record) go to workers, while the others have their turns. So nothing
needs a lock, and a test that says in which order the workers end has said all.

asyncio would do too, but for its loop's own clock and order, which tests could not lead.
"""

import heapq
import itertools
import queue
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, Protocol, TypeVar, cast

from statustext.adapters.clock import Clock

T = TypeVar("T")

ABOUT_NOW = 0.001
"""Seconds before its moment at which something is due: a sleep may end so much too soon."""


class Promise(Generic[T]):
    """A result, or an error, that a coroutine waits for."""

    def __init__(self, lanes: "Lanes") -> None:
        self._lanes = lanes
        self._waiting: list[_Lane] = []
        self._value: T | None = None
        self._error: Exception | None = None
        self.is_kept = False

    def keep(self, value: T) -> None:
        """Here it is."""
        self._value, self.is_kept = value, True
        self._lanes.wake(self._waiting)

    def fail(self, error: Exception) -> None:
        """Whoever waits for it meets this error."""
        self._error, self.is_kept = error, True
        self._lanes.wake(self._waiting)

    def __await__(self) -> Generator["Promise[T]", None, T]:
        while not self.is_kept:
            yield self
        return self.result()

    def result(self) -> T:
        """What was promised. Raises the error."""
        if self._error is not None:
            raise self._error
        return cast(T, self._value)

    def wait(self, lane: "_Lane") -> None:
        """Go on with a coroutine once this is kept."""
        self._waiting.append(lane)


class _Lane:
    """A coroutine, what is promised of it, and what its log lines are about."""

    def __init__(self, story: Coroutine[Any, None, Any], ends: Promise[Any], about: str) -> None:
        self.story, self.ends, self.about = story, ends, about


class Shift(Protocol):
    """The workers, as one invocation has them."""

    def begin(self, work: Callable[[], Any], ended: Promise[Any]) -> None:
        """Have a call made, and its promise kept by a later `wait`."""

    def wait(self, until: float | None) -> bool:
        """Wait until a call ended, and keep its promise; until then (seconds since the epoch) at
        most. Whether one ended."""


class Workers(Protocol):
    """Whoever makes the calls."""

    def shift(self, clock: Clock) -> Shift:
        """For one invocation, which waits for every call before it ends."""


class Threads:
    """Workers that make so many calls at the same time."""

    def __init__(self, most: int) -> None:
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="lane")

    def shift(self, clock: Clock) -> Shift:
        return _ThreadShift(self._pool, clock)


class _ThreadShift:
    def __init__(self, pool: ThreadPoolExecutor, clock: Clock) -> None:
        self._pool, self._clock = pool, clock
        self._ended: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def begin(self, work: Callable[[], Any], ended: Promise[Any]) -> None:
        self._pool.submit(lambda: self._ended.put(outcome_of(work, ended)))

    def wait(self, until: float | None) -> bool:
        left = None if until is None else max(0.0, until - self._clock.now())
        try:
            self._ended.get(timeout=left)()
        except queue.Empty:
            return False
        return True


def outcome_of(work: Callable[[], T], ended: Promise[T]) -> Callable[[], None]:
    """Make a call; what is to be done with its result in the thread of the promise."""
    try:
        value = work()
    except Exception as caught:
        error = caught
        return lambda: ended.fail(error)
    return lambda: ended.keep(value)


class Lanes:
    """The coroutines of one invocation. At most `most` of them have a place at a time; `says` is
    told what the one that goes on is about."""

    def __init__(
        self,
        workers: Workers,
        clock: Clock,
        most: int,
        says: Callable[[str], object] = str,
    ) -> None:
        self._clock = clock
        self._shift = workers.shift(clock)
        self._says = says
        self._about = ""
        self._ready: deque[_Lane] = deque()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._at_work = 0
        self._places = most
        self._queue: deque[Promise[None]] = deque()

    def run(self, story: Coroutine[Any, None, T]) -> T:
        """Go on with everything until this coroutine has returned."""
        ends = self.start(story)
        while not ends.is_kept:
            self._go_on()
        return ends.result()

    def start(self, story: Coroutine[Any, None, T], about: str = "") -> Promise[T]:
        """Begin a coroutine beside the others, at once; what is promised is its result."""
        lane = _Lane(story, Promise(self), about or self._about)
        before = self._about
        self._step(lane)
        self._speak_about(before)
        return lane.ends

    def away(self, work: Callable[[], T], not_before: float = 0.0) -> Promise[T]:
        """Have a call made by a worker, not before a moment (seconds since the epoch)."""
        ended: Promise[T] = Promise(self)
        if not_before <= self._clock.now():
            self._begin(work, ended)
        else:
            self._at(not_before, lambda: self._begin(work, ended))
        return ended

    def until(self, moment: float) -> Promise[None]:
        """Wait for a moment (seconds since the epoch)."""
        comes: Promise[None] = Promise(self)
        self._at(moment, lambda: comes.keep(None))
        return comes

    def place(self) -> Promise[None]:
        """A place, in the order in which they are asked for; to be left again."""
        given: Promise[None] = Promise(self)
        if self._places > 0 and not self._queue:
            self._places -= 1
            given.keep(None)
        else:
            self._queue.append(given)
        return given

    def leave(self) -> None:
        """Leave a place to whoever is next."""
        if self._queue:
            self._queue.popleft().keep(None)
        else:
            self._places += 1

    def wake(self, lanes: list[_Lane]) -> None:
        """These go on at their next turn."""
        self._ready.extend(lanes)
        lanes.clear()

    def _go_on(self) -> None:
        if self._ready:
            self._step(self._ready.popleft())
            return
        now = self._clock.now() + ABOUT_NOW
        while self._due and self._due[0][0] <= now:
            heapq.heappop(self._due)[-1]()
        if self._ready:
            return
        if self._at_work:
            self._at_work -= self._shift.wait(self._due[0][0] if self._due else None)
        elif self._due:
            self._clock.sleep(max(0.0, self._due[0][0] - self._clock.now()))
        else:
            raise RuntimeError("every coroutine waits for another")

    def _step(self, lane: _Lane) -> None:
        self._speak_about(lane.about)
        try:
            awaited = lane.story.send(None)
        except StopIteration as end:
            lane.ends.keep(end.value)
        except Exception as error:
            lane.ends.fail(error)
        else:
            awaited.wait(lane)

    def _speak_about(self, about: str) -> None:
        if about != self._about:
            self._about = about
            self._says(about)

    def _begin(self, work: Callable[[], Any], ended: Promise[Any]) -> None:
        self._at_work += 1
        self._shift.begin(work, ended)

    def _at(self, moment: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._due, (moment, next(self._order), act))
