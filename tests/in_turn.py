"""Workers that make calls one after the other, in the order that a test says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from statustext.adapters.clock import Clock
from statustext.adapters.lanes import Promise, outcome_of

Choice = Callable[[int], int]
"""Of so many calls that wait, the one that is made next."""


def first(_: int) -> int:
    """In the order in which they were asked for."""
    return 0


@dataclass
class InTurn:
    """In place of threads."""

    choose: Choice = first

    def shift(self, clock: Clock) -> "_Shift":
        return _Shift(self, clock)


@dataclass
class _Shift:
    workers: InTurn
    clock: Clock
    waiting: list[tuple[Callable[[], Any], Promise[Any]]] = field(default_factory=list)

    def begin(self, work: Callable[[], Any], ended: Promise[Any]) -> None:
        self.waiting.append((work, ended))

    def wait(self, until: float | None) -> bool:
        del until
        work, ended = self.waiting.pop(self.workers.choose(len(self.waiting)))
        outcome_of(work, ended)()
        return True
