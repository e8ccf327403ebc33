"""Functions with many texts each share a sender's slots: never too fast, and no slower than they
must be."""

import itertools
from collections import Counter

import pytest

from statustext.adapters.sender_slots import ANNOUNCEMENT_HORIZON, CODE_HORIZON
from statustext.domain.sender_rate import MARGIN, units_of
from statustext.flows.delivering.slots import LATE, Slot
from tests.simulated_senders import INSTANT, NEVER, NO_TIME, Delays, SimulatedSenders
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
    simulation.run(senders, max(12, 60 / rate), sizes)
    assert len(simulation.sent) > 10
    assert not simulation.is_too_fast(within=MARGIN - LATE - ROUNDING)


@pytest.mark.parametrize("sizes", MIXTURES)
@pytest.mark.parametrize("senders", [2, 8])
@pytest.mark.parametrize("rate", [1, 3, 10, 100])
def test_no_second_holds_more_than_the_rate(
    rate: float, senders: int, sizes: list[tuple[int, ...]]
) -> None:
    simulation = SimulatedSenders(rate)
    simulation.run(senders, 12, sizes)
    assert not simulation.is_too_fast()


@pytest.mark.parametrize(("skew", "way"), [(0.05, 0.002), (0.03, 0.02), (0.0, 0.05)])
@pytest.mark.parametrize("sizes", [[ONES], [(1, 2, 3)]])
@pytest.mark.parametrize("rate", [1, 5, 10, 100])
def test_clocks_may_differ_by_what_the_way_leaves_of_the_margin(
    rate: float, sizes: list[tuple[int, ...]], skew: float, way: float
) -> None:
    simulation = SimulatedSenders(rate, Delays(skew=skew, way=way))
    simulation.run(4, 12, sizes)
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
    simulation.run(senders, max(10, 60 / rate), sizes)
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
