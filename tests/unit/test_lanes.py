"""Coroutines that take turns, and calls made by workers: in the order of a test, and by threads."""

import threading
import time
from collections.abc import Callable

import pytest

from statustext.adapters import deadlines
from statustext.adapters.clock import SystemClock
from statustext.adapters.lanes import Lanes, Threads
from tests.in_turn import InTurn


class Stopped:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def lanes(most: int = 9, choose: Callable[[int], int] = lambda _: 0) -> tuple[Lanes, Stopped]:
    clock = Stopped()
    return Lanes(InTurn(choose), clock, most), clock


@pytest.mark.parametrize(
    ("choose", "expected"), [(lambda _: 0, ["a", "b", "c"]), (lambda n: n - 1, ["c", "b", "a"])]
)
def test_calls_end_in_the_order_that_a_test_says(
    choose: Callable[[int], int], expected: list[str]
) -> None:
    made, _ = lanes(choose=choose)
    ended: list[str] = []

    async def call(name: str) -> None:
        ended.append(await made.away(lambda: name))

    async def all_of_them() -> None:
        for one in [made.start(call(name)) for name in "abc"]:
            await one

    made.run(all_of_them())
    assert ended == expected


def test_an_error_meets_whoever_waits_for_it_and_nobody_else() -> None:
    made, _ = lanes()

    def fails() -> None:
        raise KeyError("it")

    async def call(work: Callable[[], object]) -> str:
        try:
            await made.away(work)
        except KeyError:
            return "failed"
        return "done"

    async def both() -> list[str]:
        begun = [made.start(call(fails)), made.start(call(lambda: 1))]
        return [await one for one in begun]

    assert made.run(both()) == ["failed", "done"]


def test_time_passes_when_nobody_can_go_on() -> None:
    made, clock = lanes()
    seen: list[float] = []

    async def wait(moment: float) -> None:
        await made.until(moment)
        await made.away(lambda: seen.append(clock.now()), moment + 1)

    async def both() -> None:
        for one in [made.start(wait(1005.0)), made.start(wait(1002.0))]:
            await one

    made.run(both())
    assert seen == pytest.approx([1003.0, 1006.0])


def test_places_are_given_in_the_order_in_which_they_are_asked_for() -> None:
    made, _ = lanes(most=2)
    at_once: list[int] = []
    began: list[int] = []
    busy = [0]

    async def work(number: int) -> None:
        await made.place()
        began.append(number)
        busy[0] += 1
        at_once.append(busy[0])
        await made.away(lambda: None)
        busy[0] -= 1
        made.leave()

    async def all_of_them() -> None:
        for one in [made.start(work(number)) for number in range(6)]:
            await one

    made.run(all_of_them())
    assert began == [*range(6)]
    assert max(at_once) == 2


def test_log_lines_are_about_whoever_goes_on() -> None:
    said: list[str] = []
    made = Lanes(InTurn(lambda n: n - 1), Stopped(), 9, said.append)

    async def work() -> None:
        await made.away(lambda: None)

    async def both() -> None:
        for one in [made.start(work(), about="first"), made.start(work(), about="second")]:
            await one

    made.run(both())
    assert said == ["first", "", "second", "", "second", "first", ""]


def test_who_waits_for_nothing_is_told_so() -> None:
    made, _ = lanes(most=0)

    async def work() -> None:
        await made.place()

    with pytest.raises(RuntimeError, match="every coroutine waits"):
        made.run(work())


def test_threads_make_calls_at_the_same_time_with_a_deadline_each() -> None:
    """Both wait for the other, so that one after the other they would never end."""
    made = Lanes(Threads(2), SystemClock(), 9)
    meet = threading.Barrier(2, timeout=30)

    def call(seconds: float) -> tuple[bool, str]:
        with deadlines.within(seconds):
            meet.wait()
            name = threading.current_thread().name
            return deadlines.left() < seconds, name

    async def both() -> list[tuple[bool, str]]:
        begun = [made.away(lambda: call(5.0)), made.away(lambda: call(50.0))]
        return [await one for one in begun]

    found = made.run(both())
    assert [is_within for is_within, _ in found] == [True, True]
    assert len({name for _, name in found}) == 2
    assert deadlines.left() == float("inf")


def test_who_waits_for_a_moment_goes_on_though_a_call_takes_longer() -> None:
    made = Lanes(Threads(1), SystemClock(), 9)
    go_on = threading.Event()

    async def both() -> None:
        call = made.away(lambda: go_on.wait(30))
        await made.until(time.time() + 0.01)
        go_on.set()
        assert await call

    made.run(both())
