"""The shared throttle: exact in every second, whoever shares it, and no slower than it must be."""

import itertools
import math
from collections import Counter

import pytest

from statustext.adapters.bucket import (
    ANNOUNCEMENT_HORIZON,
    CODE_HORIZON,
    LATE,
    NEWCOMERS_PART,
)
from statustext.domain.throttle import MARGIN, spacing_of
from tests.simulated_senders import NEVER, SimulatedSenders, SkewedClock

NO_TIME = (0.0, 0.0)
INSTANT = {"dynamodb": NO_TIME, "twilio": NO_TIME, "way": 0.0}
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


def best(size: int, rate: float) -> float:
    """Segments per second that whole texts allow, 95 % of them."""
    texts = math.floor(rate) // size
    return 0.95 * (texts * size if texts else rate)


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


# Never faster.


@pytest.mark.parametrize("sizes", MIXTURES)
@pytest.mark.parametrize("senders", [1, 3])
@pytest.mark.parametrize("rate", [0.5, 1, 1.5, 2, 3, 4, 5, 7, 10, 12, 33, 100])
def test_slots_leave_all_of_the_margin(
    rate: float, senders: int, sizes: list[tuple[int, ...]]
) -> None:
    """Without any delay, what a second may hold comes in MARGIN seconds; pauses do not matter."""
    simulation = SimulatedSenders(rate, **INSTANT)
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
    simulation = SimulatedSenders(rate, skew=skew, way=way)
    simulation.run(senders, 20, sizes)
    assert not simulation.is_too_fast()


def test_clocks_that_differ_by_50_ms_at_400_segments_per_second() -> None:
    simulation = SimulatedSenders(400, skew=0.05, way=0.002)
    simulation.run(60, 5)
    assert not simulation.is_too_fast()
    assert simulation.achieved() >= 0.9 * best(1, 400)


@pytest.mark.parametrize("rate", [3, 10, 100])
def test_slots_missed_in_a_pause_are_not_made_up_for(rate: float) -> None:
    """A sender that was as fast as its slots, and then held up: by Twilio, or by its machine."""
    simulation = SimulatedSenders(rate, dynamodb=(0.001, 0.001), twilio=NO_TIME)
    simulation.pauses = (*[0.0] * 20, 0.9)
    simulation.run(2, 30)
    assert simulation.sent
    assert not simulation.is_too_fast()


def test_a_slow_dynamodb_loses_time_and_not_the_rate() -> None:
    """Slots that passed while the reservation was made are not used late."""
    simulation = SimulatedSenders(10, dynamodb=(0.3, 0.3))
    simulation.run(4, 20)
    assert simulation.sent
    assert not simulation.is_too_fast()


def test_who_wakes_too_late_takes_a_later_slot() -> None:
    sleeps = itertools.count()

    class Oversleeping(SkewedClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds + (2 * LATE if next(sleeps) % 3 == 0 else 0.0))

    simulation = SimulatedSenders(10, **INSTANT)
    lateness: list[float] = []

    def send() -> None:
        clock = Oversleeping(simulation.time, 0.0)
        bucket = simulation.bucket(ANNOUNCEMENT_HORIZON, clock)
        for _ in range(10):
            assert bucket.find_room(1, 1, NEVER)
            assert bucket.wait_for_slot(NEVER)
            lateness.append(clock.now() - (simulation.row.row["tat"] - spacing_of(1, 10)))

    simulation.time.run([send])
    assert len(lateness) == 10
    assert max(lateness) <= LATE


# Rows that others wrote.


def test_behind_a_row_of_older_code_comes_a_gap() -> None:
    """It does not say of what size the last text was."""
    simulation = SimulatedSenders(10, **INSTANT)
    tat = simulation.time.now() + 0.5
    simulation.row.row = {"tat": tat}
    slots: list[float] = []

    def send() -> None:
        for _ in range(2):
            assert simulation.bucket(CODE_HORIZON).find_room(3, 3, NEVER)
            slots.append(simulation.row.row["tat"] - spacing_of(3, 10))

    simulation.time.run([send])
    gap = 2 * MARGIN / 10
    assert slots == pytest.approx([tat + gap, tat + gap + spacing_of(3, 10)], abs=ROUNDING)


def test_a_bucket_far_in_the_future_begins_anew_as_one_never_used() -> None:
    simulation = SimulatedSenders(10, **INSTANT)
    far = simulation.time.now() + 3600
    simulation.row.row = {"tat": far, "size": 0, "mixed_size": 3, "mixed_until": far}
    simulation.run(2, 20, [ONES, THREES])
    assert len(simulation.sent) > 20
    assert not simulation.is_too_fast(within=MARGIN - ROUNDING)


# Never slower.


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize(("rate", "senders"), [(1, 1), (3, 1), (10, 2), (10, 4), (75, 16)])
def test_texts_of_one_size_reach_the_rate(rate: float, senders: int, size: int) -> None:
    simulation = SimulatedSenders(rate)
    simulation.run(senders, max(20, 60 / rate), [(size,)])
    assert best(size, rate) <= simulation.achieved() <= rate


@pytest.mark.parametrize(
    ("rate", "sizes", "share"),
    [
        (3, [ONES, THREES], 0.6),
        (10, [ONES, THREES], 0.65),  # 1 and 3 in turn leave 8 in a second of 10
        (10, [ONES, TWOS], 0.8),
        (100, [ONES, THREES], 0.9),
        (100, [(1, 2, 3)], 0.9),
    ],
)
def test_texts_of_several_sizes_lose_little(
    rate: float, sizes: list[tuple[int, ...]], share: float
) -> None:
    """Where each change of size had its gap, 1 and 3 in turn would take six slots for four."""
    simulation = SimulatedSenders(rate)
    simulation.run(16, 30, sizes)
    assert simulation.achieved() >= share * rate


@pytest.mark.parametrize("rate", [10, 100])
def test_senders_that_are_slower_than_the_slots_waste_none(rate: float) -> None:
    """A block of slots that one sender cannot use in time would be lost to all."""
    simulation = SimulatedSenders(rate)
    simulation.run(1, 20)
    one_alone = simulation.achieved()
    senders = math.floor(0.9 * rate / one_alone)
    simulation = SimulatedSenders(rate)
    simulation.run(senders, 20)
    assert simulation.achieved() >= 0.9 * senders * one_alone


def test_a_fast_sender_reserves_in_blocks() -> None:
    simulation = SimulatedSenders(100, **INSTANT)
    simulation.run(1, 10)
    assert simulation.row.writes <= len(simulation.sent) / 10


@pytest.mark.parametrize(("senders", "sizes"), [(55, [ONES]), (100, [ONES]), (60, [ONES, THREES])])
def test_many_senders_do_not_race_for_the_row(senders: int, sizes: list[tuple[int, ...]]) -> None:
    simulation = SimulatedSenders(400)
    simulation.run(senders, 5, sizes)
    assert not simulation.is_too_fast()
    assert simulation.achieved() >= 0.93 * 400
    assert simulation.row.refused <= 0.1 * simulation.row.writes


def test_who_waits_for_room_does_not_ask_all_the_time() -> None:
    """Sixty senders, and room for 25 texts in a second."""
    simulation = SimulatedSenders(75)
    simulation.run(60, 20, [THREES])
    assert simulation.achieved() >= best(3, 75)
    assert simulation.row.writes <= 4 * len(simulation.sent)


def test_a_batch_of_several_sizes_keeps_the_slots_that_fit() -> None:
    """A sender that reserves in blocks goes on in its block where the text is no larger."""
    simulation = SimulatedSenders(10, **INSTANT)
    simulation.run(1, 30, [(1, 3)])
    assert not simulation.is_too_fast(within=MARGIN - ROUNDING)
    assert simulation.achieved() >= 0.25 * 10


# Codes first.


@pytest.mark.parametrize("sizes", [[ONES], [THREES], [ONES, THREES]])
@pytest.mark.parametrize("rate", [1, 10, 100])
def test_a_code_passes_a_backlog_of_announcements(
    rate: float, sizes: list[tuple[int, ...]]
) -> None:
    """It waits for what announcements may have reserved: up to the horizon, and the last text."""
    simulation = SimulatedSenders(rate)
    waits: list[float] = []

    def ask_for_codes() -> None:
        for _ in range(8):
            simulation.time.sleep(4.3)
            waits.append(simulation.send_code())

    simulation.run(16, 45, sizes, others=[ask_for_codes])
    largest = max(max(some) for some in sizes)
    last_text = spacing_of(largest, rate)
    assert len(waits) == 8
    assert max(waits) <= ANNOUNCEMENT_HORIZON + last_text + 0.1
    assert not simulation.is_too_fast()


def test_who_finds_no_room_in_time_is_told_so_and_takes_none() -> None:
    simulation = SimulatedSenders(1, **INSTANT)
    answers: list[bool] = []

    def ask() -> None:
        for _ in range(9):
            assert simulation.bucket(CODE_HORIZON).find_room(1, 1, NEVER)
        writes, began = simulation.row.writes, simulation.time.now()
        bucket = simulation.bucket(ANNOUNCEMENT_HORIZON)
        answers.append(bucket.find_room(1, 1, began + 5))
        assert simulation.time.now() - began <= 5
        assert simulation.row.writes == writes

    simulation.time.run([ask])
    assert answers == [False]


def test_room_that_comes_in_time_is_waited_for() -> None:
    simulation = SimulatedSenders(1, **INSTANT)
    waited: list[float] = []

    def ask() -> None:
        for _ in range(3):
            assert simulation.bucket(CODE_HORIZON).find_room(1, 1, NEVER)
        began = simulation.time.now()
        bucket = simulation.bucket(ANNOUNCEMENT_HORIZON)
        assert bucket.find_room(1, 1, began + 5)
        waited.append(simulation.time.now() - began)

    simulation.time.run([ask])
    room = NEWCOMERS_PART * ANNOUNCEMENT_HORIZON
    assert waited == [pytest.approx(3 * MARGIN - room, abs=0.1)]


@pytest.mark.parametrize("sizes", [[ONES], [ONES, THREES]])
@pytest.mark.parametrize("rate", [1, 10])
def test_nobody_is_passed_over_for_long(rate: float, sizes: list[tuple[int, ...]]) -> None:
    """A sender that comes back with its next text would always be before those who wait."""
    simulation = SimulatedSenders(rate)
    simulation.run(8, 200 / rate, sizes)
    texts = Counter(one.sender for one in simulation.sent)
    fair = len(simulation.sent) / 8
    assert min(texts[str(number)] for number in range(8)) >= fair / 4
