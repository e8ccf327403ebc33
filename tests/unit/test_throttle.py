"""The shared throttle is exact in every second, whatever the texts' sizes and whoever shares it."""

import itertools

import pytest

from statustext.adapters.bucket import ANNOUNCEMENT_HORIZON, CODE_HORIZON, LATE
from statustext.domain.throttle import MARGIN, spacing_of
from tests.simulated_senders import INSTANT, NEVER, NO_TIME, Delays, SimulatedSenders
from tests.virtual_time import SkewedClock

ONES, TWOS, THREES = (1,), (2,), (3,)
ROUNDING = 1e-4
"""DynamoDB keeps times to the microsecond, and a second holds up to 400 slots."""

MIXTURES = [
    pytest.param([ONES], id="1"),
    pytest.param([TWOS], id="2"),
    pytest.param([THREES], id="3"),
    pytest.param([ONES, THREES], id="1 and 3"),
    pytest.param([TWOS, THREES], id="2 and 3"),
    pytest.param([(1, 2, 3)], id="any"),
    pytest.param([THREES, THREES, (1, 1, 1, 2)], id="many 3"),
]


@pytest.mark.parametrize(
    ("size", "rate", "spacing"),
    [
        (1, 1, MARGIN),
        (1, 10, MARGIN / 10),
        (3, 10, MARGIN / 3),  # a second holds three
        (2, 3, MARGIN),
        (3, 3, MARGIN),
        (3, 1, 3 * MARGIN),  # a text alone, and still no more than the rate
        (1, 0.5, 2 * MARGIN),
        (1, 1.5, MARGIN),  # there is no half a segment
    ],
)
def test_spacing(size: int, rate: float, spacing: float) -> None:
    assert spacing_of(size, rate) == pytest.approx(spacing)


@pytest.mark.parametrize("sizes", MIXTURES)
@pytest.mark.parametrize("senders", [1, 3])
@pytest.mark.parametrize("rate", [0.5, 1, 1.5, 2, 3, 4, 5, 7, 10, 12, 33, 100])
def test_slots_leave_all_of_the_margin(
    rate: float, senders: int, sizes: list[tuple[int, ...]]
) -> None:
    """Without any delay, what a second may hold comes in MARGIN seconds; pauses do not matter."""
    simulation = SimulatedSenders(rate, INSTANT)
    simulation.pauses = (*[0.0] * 40, 0.3, 1.0)
    simulation.run(senders, max(30, 60 / rate), sizes)
    assert len(simulation.sent) > 10
    assert not simulation.is_too_fast(within=MARGIN - ROUNDING)


@pytest.mark.parametrize("sizes", MIXTURES)
@pytest.mark.parametrize("senders", [4, 16])
@pytest.mark.parametrize("rate", [1, 3, 10, 100])
def test_no_second_holds_more_than_the_rate(
    rate: float, senders: int, sizes: list[tuple[int, ...]]
) -> None:
    simulation = SimulatedSenders(rate)
    simulation.run(senders, 20, sizes)
    assert not simulation.is_too_fast()


@pytest.mark.parametrize(("skew", "way"), [(0.05, 0.002), (0.03, 0.02), (0.0, 0.05)])
@pytest.mark.parametrize("sizes", [[ONES], [(1, 2, 3)]])
@pytest.mark.parametrize("senders", [2, 16])
@pytest.mark.parametrize("rate", [1, 2, 5, 10, 75, 100])
def test_clocks_may_differ_by_what_the_way_leaves_of_the_margin(
    rate: float, senders: int, sizes: list[tuple[int, ...]], skew: float, way: float
) -> None:
    simulation = SimulatedSenders(rate, Delays(skew=skew, way=way))
    simulation.run(senders, 20, sizes)
    assert not simulation.is_too_fast()


def test_clocks_that_differ_by_50_ms_at_400_segments_per_second() -> None:
    simulation = SimulatedSenders(400, Delays(skew=0.05, way=0.002))
    simulation.run(60, 5)
    assert not simulation.is_too_fast()
    assert simulation.achieved() >= 0.85 * 400


@pytest.mark.parametrize("rate", [3, 10, 100])
def test_slots_missed_in_a_pause_are_not_made_up_for(rate: float) -> None:
    """A sender that was as fast as its slots, and then held up: by Twilio, or by its machine."""
    simulation = SimulatedSenders(rate, Delays(dynamodb=(0.001, 0.001), twilio=NO_TIME))
    simulation.pauses = (*[0.0] * 20, 0.9)
    simulation.run(2, 30)
    assert simulation.sent
    assert not simulation.is_too_fast()


def test_a_slow_dynamodb_loses_time_and_not_the_rate() -> None:
    """Slots that passed while the reservation was made are not used late."""
    simulation = SimulatedSenders(10, Delays(dynamodb=(0.3, 0.3)))
    simulation.run(4, 20)
    assert simulation.sent
    assert not simulation.is_too_fast()


def test_who_wakes_too_late_takes_a_later_slot() -> None:
    sleeps = itertools.count()

    class Oversleeping(SkewedClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds + (2 * LATE if next(sleeps) % 3 == 0 else 0.0))

    simulation = SimulatedSenders(10, INSTANT)
    lateness: list[float] = []

    def send() -> None:
        clock = Oversleeping(simulation.time, 0.0)
        bucket = simulation.bucket(ANNOUNCEMENT_HORIZON, clock)
        for _ in range(10):
            assert bucket.find_room(1, 1, NEVER)
            assert bucket.wait_for_slot(NEVER)
            lateness.append(clock.now() - (simulation.row["tat"] - spacing_of(1, 10)))

    simulation.time.run([send])
    assert len(lateness) == 10
    assert max(lateness) <= LATE


# Rows that others wrote.


def test_behind_a_row_of_older_code_comes_a_gap() -> None:
    """It does not say of what size the last text was."""
    simulation = SimulatedSenders(10, INSTANT)
    tat = simulation.time.now() + 0.5
    simulation.row |= {"tat": tat}
    slots: list[float] = []

    def send() -> None:
        for _ in range(2):
            assert simulation.bucket(CODE_HORIZON).find_room(3, 3, NEVER)
            slots.append(simulation.row["tat"] - spacing_of(3, 10))

    simulation.time.run([send])
    gap = 2 * MARGIN / 10
    assert slots == pytest.approx([tat + gap, tat + gap + spacing_of(3, 10)], abs=ROUNDING)


def test_a_bucket_far_in_the_future_begins_anew_as_one_never_used() -> None:
    simulation = SimulatedSenders(10, INSTANT)
    far = simulation.time.now() + 3600
    simulation.row |= {"tat": far, "size": 0, "mixed_size": 3, "mixed_until": far}
    simulation.run(2, 20, [ONES, THREES])
    assert len(simulation.sent) > 20
    assert not simulation.is_too_fast(within=MARGIN - ROUNDING)
