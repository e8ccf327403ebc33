"""How much of the rate is reached, in how few writes, and that nobody is passed over."""

from collections import Counter

import pytest

from statustext.adapters.sender_slots import ANNOUNCEMENT_HORIZON, CODE_HORIZON
from statustext.domain.sender_rate import units_of
from statustext.flows.delivering.slots import Slot
from tests.simulated_senders import INSTANT, NEVER, SimulatedSenders

ONES, TWOS, THREES = (1,), (2,), (3,)
ROUNDING = 1e-4
"""DynamoDB keeps times to the microsecond, and a second holds up to 400 slots."""


@pytest.mark.parametrize(
    ("rate", "senders", "sizes", "share"),
    [
        (1, 1, [ONES], 0.94),
        (10, 1, [ONES], 0.945),
        (10, 2, [ONES], 0.945),
        (100, 1, [ONES], 0.945),
        (100, 16, [ONES], 0.945),
        (400, 1, [ONES], 0.94),
        (3, 1, [(1, 2, 3)], 0.9),
        (10, 1, [(1, 3)], 0.92),
        (10, 2, [ONES, THREES], 0.85),  # each has one size in hand, and cannot choose
        (100, 1, [(1, 3)], 0.94),
        (100, 2, [ONES, THREES], 0.94),
    ],
)
def test_the_rate_is_reached(
    rate: float, senders: int, sizes: list[tuple[int, ...]], share: float
) -> None:
    simulation = SimulatedSenders(rate)
    simulation.run(senders, max(10, 120 / rate), sizes)
    assert share * rate <= simulation.achieved() <= rate
    assert not simulation.is_too_fast()


@pytest.mark.parametrize(
    ("rate", "senders", "most"), [(10, 1, 0.15), (10, 2, 0.3), (100, 1, 0.02), (100, 2, 0.05)]
)
def test_slots_are_reserved_in_blocks(rate: float, senders: int, most: float) -> None:
    simulation = SimulatedSenders(rate)
    simulation.run(senders, 20)
    assert simulation.dynamodb.writes <= most * len(simulation.sent)


def test_who_waits_for_room_does_not_ask_all_the_time() -> None:
    """Sixty functions, and room for 25 texts in a second."""
    simulation = SimulatedSenders(75)
    simulation.run(60, 10, [THREES])
    assert simulation.achieved() >= 0.9 * 75
    assert simulation.dynamodb.writes <= 4 * len(simulation.sent)


@pytest.mark.parametrize("sizes", [[ONES], [ONES, THREES]])
@pytest.mark.parametrize("rate", [1, 10])
def test_nobody_is_passed_over_for_long(rate: float, sizes: list[tuple[int, ...]]) -> None:
    simulation = SimulatedSenders(rate)
    simulation.run(4, 400 / rate, sizes)
    texts = Counter(one.sender for one in simulation.sent)
    fair = len(simulation.sent) / 4
    assert min(texts[str(number)] for number in range(4)) >= fair / 4


def test_what_one_text_leaves_another_takes() -> None:
    simulation = SimulatedSenders(1, INSTANT)
    lanes = simulation.lanes()
    slots = simulation.slots(lanes, ANNOUNCEMENT_HORIZON)

    async def take_and_leave() -> None:
        slot = await slots.take(2)
        assert slot
        writes = simulation.dynamodb.writes
        slots.give_back(slot)
        assert await slots.take(1) == slot
        assert simulation.dynamodb.writes == writes

    simulation.time.run([lambda: lanes.run(take_and_leave())])


# Codes first.


@pytest.mark.parametrize("sizes", [[ONES], [ONES, THREES]])
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

    simulation.run(2, 40, sizes, others=[ask_for_codes])
    largest = max(max(some) for some in sizes)
    last_text = (largest + 1) * units_of(rate)[1]
    assert len(waits) == 8
    assert max(waits) <= ANNOUNCEMENT_HORIZON + last_text + 0.15
    assert not simulation.is_too_fast()


def ask(simulation: SimulatedSenders, horizon: float, end: float = NEVER) -> list[Slot | None]:
    """Ask for nine slots, one after the other."""
    lanes = simulation.lanes()
    slots = simulation.slots(lanes, horizon, end=end)

    async def take() -> list[Slot | None]:
        return [await slots.take(1) for _ in range(9)]

    return lanes.run(take())


def test_who_finds_no_room_in_time_is_told_so_and_takes_none() -> None:
    simulation = SimulatedSenders(1, INSTANT)
    found: list[list[Slot | None]] = []

    def ask_twice() -> None:
        simulation.put_row(tat=simulation.time.now() + 9, log="")
        began, writes = simulation.time.now(), simulation.dynamodb.writes
        found.append(ask(simulation, ANNOUNCEMENT_HORIZON, began + 5))
        assert simulation.time.now() - began <= 9
        assert simulation.dynamodb.writes == writes
        found.append(ask(simulation, CODE_HORIZON))

    simulation.time.run([ask_twice])
    assert found[0] == [None] * 9
    assert None not in found[1]


def test_a_row_far_in_the_future_is_begun_anew() -> None:
    simulation = SimulatedSenders(12, INSTANT)
    now = simulation.time.now()
    simulation.put_row(tat=now + 3600, log="1" * 11)

    def ask_once() -> None:
        ask(simulation, ANNOUNCEMENT_HORIZON)

    simulation.time.run([ask_once])
    assert now < simulation.row()["tat"] < now + 5
