"""The shared throttle is no slower than it must be, is fair, and lets codes pass."""

import math
from collections import Counter

import pytest

from statustext.adapters.sender_slots import ANNOUNCEMENT_HORIZON, CODE_HORIZON, NEWCOMERS_PART
from statustext.domain.sender_rate import MARGIN, spacing_of
from tests.simulated_senders import INSTANT, NEVER, NO_TIME, Delays, SimulatedSenders

ONES, TWOS, THREES = (1,), (2,), (3,)


def best(size: int, rate: float) -> float:
    """Segments per second that whole texts allow, 95 % of them."""
    texts = math.floor(rate) // size
    return 0.95 * (texts * size if texts else rate)


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
    simulation = SimulatedSenders(100, INSTANT)
    simulation.run(1, 10)
    assert simulation.dynamodb.writes <= len(simulation.sent) / 10


@pytest.mark.parametrize(("senders", "sizes"), [(55, [ONES]), (100, [ONES]), (60, [ONES, THREES])])
def test_many_senders_do_not_race_for_the_row(senders: int, sizes: list[tuple[int, ...]]) -> None:
    simulation = SimulatedSenders(400)
    simulation.run(senders, 5, sizes)
    assert not simulation.is_too_fast()
    assert simulation.achieved() >= 0.93 * 400
    assert simulation.dynamodb.refused <= 0.1 * simulation.dynamodb.writes


def test_who_waits_for_room_does_not_ask_all_the_time() -> None:
    """Sixty senders, and room for 25 texts in a second."""
    simulation = SimulatedSenders(75)
    simulation.run(60, 20, [THREES])
    assert simulation.achieved() >= best(3, 75)
    assert simulation.dynamodb.writes <= 4 * len(simulation.sent)


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


def test_a_code_passes_announcements_that_are_reserved_in_blocks() -> None:
    simulation = SimulatedSenders(10, Delays(twilio=NO_TIME))
    waits: list[float] = []

    def ask_for_codes() -> None:
        for _ in range(100):
            simulation.time.sleep(0.23)
            waits.append(simulation.send_code())

    simulation.run(16, 45, others=[ask_for_codes])
    assert max(waits) <= ANNOUNCEMENT_HORIZON + spacing_of(1, 10) + 0.1
    assert not simulation.is_too_fast()


def test_who_finds_no_room_in_time_is_told_so_and_takes_none() -> None:
    simulation = SimulatedSenders(1, INSTANT)
    answers: list[bool] = []

    def ask() -> None:
        for _ in range(9):
            assert simulation.bucket(CODE_HORIZON).find_room(1, 1, NEVER)
        writes, began = simulation.dynamodb.writes, simulation.time.now()
        bucket = simulation.bucket(ANNOUNCEMENT_HORIZON)
        answers.append(bucket.find_room(1, 1, began + 5))
        assert simulation.time.now() - began <= 5
        assert simulation.dynamodb.writes == writes

    simulation.time.run([ask])
    assert answers == [False]


def test_room_that_comes_in_time_is_waited_for() -> None:
    simulation = SimulatedSenders(1, INSTANT)
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
