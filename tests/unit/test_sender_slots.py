"""Functions with many texts each share a sender's slots: never too fast, and no slower than they
must be."""

import itertools

import pytest

from statustext.adapters.sender_slots import ANNOUNCEMENT_HORIZON
from statustext.domain.sender_rate import MARGIN
from statustext.flows.delivering.slots import LATE
from tests.simulated_senders import INSTANT, NO_TIME, Delays, SimulatedSenders
from tests.virtual_time import SkewedClock

ONES, TWOS, THREES = (1,), (2,), (3,)
ROUNDING = 1e-4
"""DynamoDB keeps times to the microsecond, and a second holds up to 400 slots."""

MIXTURES = [
    pytest.param([ONES], id="1"),
    pytest.param([THREES], id="3"),
    pytest.param([ONES, THREES], id="1 and 3"),
    pytest.param([(1, 2, 3)], id="any"),
]


def some_hundred(rate: float) -> float:
    """Seconds that hold up to some hundred segments, and at least four."""
    return max(4.0, min(120.0, 120.0 / rate))


@pytest.mark.parametrize("sizes", MIXTURES)
@pytest.mark.parametrize("senders", [1, 3])
@pytest.mark.parametrize("rate", [0.5, 1, 2.5, 3, 10, 33, 100])
def test_slots_leave_all_of_the_margin(
    rate: float, senders: int, sizes: list[tuple[int, ...]]
) -> None:
    """Without any delay but being late where a function is held up, what a second may hold comes in
    what that leaves of MARGIN seconds."""
    simulation = SimulatedSenders(rate, INSTANT)
    simulation.pauses = (*[0.0] * 40, 0.3, 1.0)
    simulation.run(senders, some_hundred(rate), sizes)
    assert len(simulation.sent) > 10
    assert not simulation.is_too_fast(within=MARGIN - LATE - ROUNDING)


@pytest.mark.parametrize("sizes", MIXTURES)
@pytest.mark.parametrize("senders", [2, 8])
@pytest.mark.parametrize("rate", [1, 3, 10, 100])
def test_no_second_holds_more_than_the_rate(
    rate: float, senders: int, sizes: list[tuple[int, ...]]
) -> None:
    simulation = SimulatedSenders(rate)
    simulation.run(senders, some_hundred(rate), sizes)
    assert not simulation.is_too_fast()


@pytest.mark.parametrize(("skew", "way"), [(0.05, 0.002), (0.03, 0.02), (0.0, 0.05)])
@pytest.mark.parametrize("sizes", [[ONES], [(1, 2, 3)]])
@pytest.mark.parametrize("rate", [1, 5, 10, 100])
def test_clocks_may_differ_by_what_the_way_leaves_of_the_margin(
    rate: float, sizes: list[tuple[int, ...]], skew: float, way: float
) -> None:
    simulation = SimulatedSenders(rate, Delays(skew=skew, way=way))
    simulation.run(4, some_hundred(rate), sizes)
    assert not simulation.is_too_fast()


@pytest.mark.parametrize("rate", [3, 10, 100])
def test_slots_missed_in_a_pause_are_not_made_up_for(rate: float) -> None:
    """Functions that are held up: by Twilio, or by their machine."""
    simulation = SimulatedSenders(rate, Delays(dynamodb=(0.001, 0.001), twilio=NO_TIME))
    simulation.pauses = (*[0.0] * 20, 0.9)
    simulation.run(2, 20)
    assert simulation.sent
    assert not simulation.is_too_fast()


@pytest.mark.parametrize("dynamodb", [(0.3, 0.3), (0.001, 0.6), (1.0, 1.5)])
@pytest.mark.parametrize("rate", [1, 10])
def test_a_slow_dynamodb_loses_time_and_not_the_rate(
    rate: float, dynamodb: tuple[float, float]
) -> None:
    """Slots that passed while a slot was reserved or the text claimed are not used late."""
    simulation = SimulatedSenders(rate, Delays(dynamodb))
    simulation.run(2, 60)
    assert len(simulation.sent) > 3 * rate
    assert not simulation.is_too_fast()


def test_who_wakes_too_late_takes_a_later_slot() -> None:
    """The machine was busy with others; the rest of the margin is for the way to Twilio."""
    sleeps = itertools.count()

    class Oversleeping(SkewedClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds + (0.04 if next(sleeps) % 3 == 0 else 0.0))

    simulation = SimulatedSenders(10, INSTANT)
    clock = Oversleeping(simulation.time, 0.0)
    lateness: list[float] = []
    lanes = simulation.lanes(clock)
    slots = simulation.slots(lanes, ANNOUNCEMENT_HORIZON, clock)

    async def send() -> None:
        for _ in range(10):
            slot = await slots.take(1)
            assert slot
            at = await simulation.hand_over(slots, slot, 1, "")
            lateness.append(clock.now() - at)

    simulation.time.run([lambda: lanes.run(send())])
    assert len(lateness) == 10
    assert max(lateness) <= 0.02


# No slower than it must be.
