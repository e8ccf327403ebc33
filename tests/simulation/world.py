"""Virtual time, one source of randomness, and functions that run side by side in one thread.

Every invocation is a greenlet. It runs until it calls AWS or Twilio or waits for the clock; then it
pauses, and what is due next goes on. So any two invocations interleave at their calls, time passes
only between them, and one that is to die dies at a call.
"""

import heapq
import itertools
import random
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import greenlet  # type: ignore[import-untyped]
import time_machine

TRACED = 400
"""Events that a failing seed shows."""


class Died(BaseException):
    """The end of a function in the middle of what it did. No handler catches it."""


class Task:
    """One invocation: of a function by an event source, or of a route by a caller."""

    def __init__(
        self,
        world: "World",
        name: str,
        work: Callable[[], Any],
        timeout: float,
        ended: Callable[["Task"], None],
        cause: object = None,
    ) -> None:
        """`ended` is called once it is over, with `answer` or `error` set; `cause` says for whom
        it works, for whoever judges what it does."""
        self.name, self.cause = name, cause
        self.answer: Any = None
        self.error: BaseException | None = None
        self.number = next(world.numbers)
        self.skew = 0.0
        self.doomed = False
        self._world, self._work, self._ended = world, work, ended
        self._deadline = world.now + timeout
        self._greenlet = greenlet.greenlet(self._run)

    def __str__(self) -> str:
        return f"{self.name}({self.number})"

    def pause(self, seconds: float) -> None:
        """Let everybody else go on for so long. Raises Died where the function is no more."""
        if self.doomed:
            raise Died
        world = self._world
        if not world.pass_alone(seconds, self.skew):
            world.after(seconds, self.resume)
            world.hub.switch()
        if world.now > self._deadline:
            world.note("timed out", self)
            self.doomed = True
        if self.doomed:
            raise Died

    def die(self) -> None:
        """End here: the function is killed, or its machine goes."""
        self._world.note("died", self)
        self.doomed = True
        raise Died

    def resume(self) -> None:
        """Run until the next pause or the end."""
        world = self._world
        if self._greenlet.dead:
            return
        world.current = self
        if self.skew:
            world.set_clock(self.skew)
        self._greenlet.switch()
        if self.skew:
            world.set_clock(0.0)
        world.current = None
        if self._greenlet.dead:
            world.running.discard(self)
            self._ended(self)

    def _run(self) -> None:
        try:
            self.answer = self._work()
        except BaseException as error:  # whatever it is, it ends the function and not the world
            self.error = error
            if not isinstance(error, Died):
                self._world.note("raised", self, type(error).__name__)


@dataclass
class World:
    """Everything that is going to happen, in order of time, and the randomness that decides it.

    `clock` is what the program sees as time; `now` is the truth, in seconds since the epoch.
    """

    random: random.Random
    clock: time_machine.Traveller
    now: float
    hub: greenlet.greenlet = field(default_factory=greenlet.getcurrent)
    current: Task | None = None
    running: set[Task] = field(default_factory=set)
    numbers: Any = field(default_factory=itertools.count)
    events: int = 0
    observed: Callable[[], None] = lambda: None
    """Called after every event, before the next."""
    judged: Callable[[], None] = lambda: None
    """The same, and may raise: not within a task, which would take it for its own failure."""
    _end: float = 0.0
    _shown: int = 0
    _due: list[tuple[float, float, int, Callable[[], None]]] = field(default_factory=list)
    _trace: deque[tuple[float, str, tuple[object, ...]]] = field(
        default_factory=lambda: deque(maxlen=TRACED)
    )

    def __post_init__(self) -> None:
        self._shown = round(self.now * 1e9)

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """`act` so many seconds from now. What is due at the same time comes in any order."""
        when = self.now + max(seconds, 0.0)
        heapq.heappush(self._due, (when, self.random.random(), next(self.numbers), act))

    def start(
        self,
        name: str,
        work: Callable[[], Any],
        ended: Callable[[Task], None],
        *,
        timeout: float,
        skew: float = 0.0,
        cause: object = None,
    ) -> Task:
        """Begin an invocation; it runs to its first call at once, if nothing runs yet."""
        task = Task(self, name, work, timeout, ended, cause)
        task.skew = skew
        self.running.add(task)
        if name != "clock":
            self.note("started", task)
        self.after(0, task.resume)
        return task

    def run_until(self, end: float) -> None:
        """Let happen what is due until a moment, and then it is that moment."""
        self.hub, self._end = greenlet.getcurrent(), end
        while self._due and self._due[0][0] <= end:
            when, _, _, act = heapq.heappop(self._due)
            self.move_to(when)
            act()
            self.events += 1
            self.observed()
            self.judged()
        self.move_to(end)

    def pass_alone(self, seconds: float, skew: float) -> bool:
        """Let time pass for the task at work without a switch, where nothing else is due in it."""
        when = self.now + max(seconds, 0.0)
        if when > self._end or (self._due and self._due[0][0] <= when):
            return False
        self.now = when
        self.set_clock(skew)
        self.events += 1
        self.observed()
        return True

    def move_to(self, when: float) -> None:
        """It is `when`, if it was not later already."""
        if when > self.now:
            self.now = when
            self.set_clock(0.0)

    def set_clock(self, skew: float) -> None:
        """Show the program the time, wrong by so many seconds."""
        shown = round((self.now + skew) * 1e9)
        self.clock.shift((shown - self._shown) / 1e9)
        self._shown = shown

    def chance(self, probability: float) -> bool:
        """Whether something of this probability happens."""
        return probability > 0 and self.random.random() < probability

    def between(self, low: float, high: float) -> float:
        """Some number between two."""
        return low + (high - low) * self.random.random()

    def note(self, what: str, *whom: object) -> None:
        """Keep for the trace."""
        self._trace.append((self.now, what, whom))

    def trace(self, since: float) -> list[str]:
        """The last events, oldest first, with their time after `since`."""
        return [
            f"{at - since:12.3f}  {what}  {' '.join(map(str, whom))}"
            for at, what, whom in self._trace
        ]

    def end(self) -> None:
        """Nothing more happens; whoever still runs is gone."""
        self._due.clear()
        for task in list(self.running):
            task.doomed = True
            task.resume()
        self.running.clear()


def told(error: BaseException) -> str:
    """An error with where it came from, for people."""
    return "".join(traceback.format_exception(error))
