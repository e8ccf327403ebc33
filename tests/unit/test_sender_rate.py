"""The shared throttle is exact in every second, whatever the texts' sizes and whoever shares it."""

import itertools
from dataclasses import asdict

import pytest

from statustext.adapters.sender_slots import ANNOUNCEMENT_HORIZON, CODE_HORIZON
from statustext.domain.sender_rate import MARGIN, Place, State, find_place, spacing_of
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


NOW, LATEST = 1000.0, 1001.0
UNIT = MARGIN / 12
AFTER_GAP = NOW - 2 * UNIT


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param(
            State(NOW - 9, size=3),
            Place(3, 1, 3 * UNIT, NOW, LATEST, start=NOW + 0.01, is_run=True),
            id="an idle bucket, the same size",
        ),
        pytest.param(
            State(NOW - 2.1 * UNIT, size=1),
            Place(
                3, 1, 3 * UNIT, NOW - 2 * UNIT, LATEST, 2 * UNIT, NOW + 0.01, mixing_time=9 * UNIT
            ),
            id="idle for longer than the gap",
        ),
        pytest.param(
            State(NOW - 1.9 * UNIT, size=1),
            Place(3, 1, 3 * UNIT, AFTER_GAP, LATEST, 2 * UNIT, mixing_time=9 * UNIT),
            id="idle for less than the gap",
        ),
        pytest.param(
            State(NOW + 0.5, size=3),
            Place(3, 1, 3 * UNIT, NOW, LATEST, is_run=True),
            id="a run",
        ),
        pytest.param(
            State(NOW + 0.5, 1, mixed_size=3, mixed_until=NOW + 0.7),
            Place(3, 1, 3 * UNIT, NOW, NOW + 0.7, mixes=True),
            id="not long after a gap",
        ),
        pytest.param(
            State(NOW + 0.5, 1, mixed_size=2, mixed_until=NOW + 0.7),
            Place(3, 1, 3 * UNIT, AFTER_GAP, LATEST, 2 * UNIT, mixing_time=9 * UNIT),
            id="not long after a smaller gap",
        ),
        pytest.param(
            State(NOW + 0.5, 1, mixed_size=3, mixed_until=NOW + 0.4),
            Place(3, 1, 3 * UNIT, AFTER_GAP, LATEST, 2 * UNIT, mixing_time=9 * UNIT),
            id="long after a gap",
        ),
        pytest.param(State(LATEST + 0.1, size=3), None, id="no room"),
        pytest.param(
            State(LATEST - 0.01, size=1),
            Place(3, 1, 3 * UNIT, AFTER_GAP, LATEST, 2 * UNIT, mixing_time=9 * UNIT),
            id="room for what comes before the gap",
        ),
    ],
)
def test_the_place_of_a_text_of_three_segments(state: State, expected: Place | None) -> None:
    found = find_place(state, 3, 1, 12, soonest=NOW, latest=LATEST, head_start=0.01)
    assert (found is None) is (expected is None)
    if found and expected:
        assert asdict(found) == pytest.approx(asdict(expected))


def test_several_texts_are_placed_together_as_far_as_there_is_room() -> None:
    found = find_place(State(NOW + 0.5), 1, 25, 10, soonest=NOW, latest=LATEST, head_start=0.01)
    assert found is not None
    assert found.texts == 5
    last = 4 * MARGIN / 10
    assert found.highest == pytest.approx(LATEST - last)  # others may move it meanwhile


@pytest.mark.parametrize("sizes", MIXTURES)
@pytest.mark.parametrize("senders", [1, 3])
@pytest.mark.parametrize("rate", [0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 7, 10, 12, 33, 100])
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


@pytest.mark.parametrize("dynamodb", [(0.3, 0.3), (0.001, 0.6)])
def test_a_slow_dynamodb_loses_time_and_not_the_rate(dynamodb: tuple[float, float]) -> None:
    """Slots that passed while a slot was reserved or the text claimed are not used late."""
    simulation = SimulatedSenders(10, Delays(dynamodb))
    simulation.run(16, 60)
    assert len(simulation.sent) > 100
    assert not simulation.is_too_fast()


def test_no_slot_is_taken_that_would_be_missed_while_dynamodb_answers() -> None:
    simulation = SimulatedSenders(100, INSTANT)
    now = simulation.time.now()
    simulation.put_row(tat=now + 0.005, size=1)

    def reserve() -> None:
        assert simulation.bucket(ANNOUNCEMENT_HORIZON).find_room(1, 1, NEVER)

    simulation.time.run([reserve])
    assert simulation.row()["tat"] - spacing_of(1, 100) >= now + 0.02


def test_who_wakes_too_late_takes_a_later_slot() -> None:
    """The machine was busy with others; the rest of the margin is for the way to Twilio."""
    sleeps = itertools.count()

    class Oversleeping(SkewedClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds + (0.04 if next(sleeps) % 3 == 0 else 0.0))

    simulation = SimulatedSenders(10, INSTANT)
    lateness: list[float] = []

    def send() -> None:
        clock = Oversleeping(simulation.time, 0.0)
        bucket = simulation.bucket(ANNOUNCEMENT_HORIZON, clock)
        for _ in range(10):
            assert bucket.find_room(1, 1, NEVER)
            assert bucket.wait_for_slot(NEVER)
            lateness.append(clock.now() - (simulation.row()["tat"] - spacing_of(1, 10)))

    simulation.time.run([send])
    assert len(lateness) == 10
    assert max(lateness) <= 0.02


# Rows that others wrote.


def test_behind_a_row_of_older_code_comes_a_gap() -> None:
    """It does not say of what size the last text was."""
    simulation = SimulatedSenders(10, INSTANT)
    tat = simulation.time.now() + 0.5
    simulation.put_row(tat=tat)
    slots: list[float] = []

    def send() -> None:
        for _ in range(2):
            assert simulation.bucket(CODE_HORIZON).find_room(3, 3, NEVER)
            slots.append(simulation.row()["tat"] - spacing_of(3, 10))

    simulation.time.run([send])
    gap = 2 * MARGIN / 10
    assert slots == pytest.approx([tat + gap, tat + gap + spacing_of(3, 10)], abs=ROUNDING)


def test_a_bucket_far_in_the_future_begins_anew_and_its_sizes_no_longer_mix() -> None:
    simulation = SimulatedSenders(12, INSTANT)
    now = simulation.time.now()
    simulation.put_row(tat=now + 3600, size=0, mixed_size=3, mixed_until=now + 3600)

    def reserve() -> None:
        assert simulation.bucket(ANNOUNCEMENT_HORIZON).find_room(1, 1, NEVER)

    simulation.time.run([reserve])
    assert now < simulation.row()["tat"] < now + 1
    assert simulation.row()["mixed_until"] <= now
