"""The shared throttle is exact in every window, whatever the texts' sizes and whoever shares it."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statustext.domain.sender_rate import (
    LOOK_AHEAD,
    MARGIN,
    Plan,
    Timetable,
    Waiting,
    plan,
    units_of,
)

NOW, LATEST = 1000.0, 1001.0
UNIT = MARGIN / 12
ROUNDING = 1e-6


def planned(known: Timetable, *sizes: int, rate: float = 12, latest: float = LATEST) -> Plan:
    """Slots for texts of these sizes."""
    waiting = [Waiting(size) for size in sizes]
    found = plan(known, waiting, rate, soonest=NOW, latest=latest, head_start=0.0)
    assert found is not None
    return found


def offsets(found: Plan) -> list[float]:
    """When the texts leave, in units from NOW on."""
    return [(at - NOW) / UNIT for _, at in found.slots]


@pytest.mark.parametrize(
    ("rate", "units", "unit"),
    [
        (1, 1, MARGIN),
        (10, 10, MARGIN / 10),
        (0.5, 1, 2 * MARGIN),
        (1.5, 1, MARGIN),  # there is no half a segment
        (2.5, 2, MARGIN / 2),
    ],
)
def test_units(rate: float, units: int, unit: float) -> None:
    found = units_of(rate)
    assert found[0] == units
    assert found[1] == pytest.approx(unit)


@pytest.mark.parametrize(
    ("log", "sizes", "expected"),
    [
        pytest.param("", (1, 1, 1), [0, 1, 2], id="one after the other"),
        pytest.param("", (3, 3, 1), [0, 3, 6], id="each for as long as its size"),
        pytest.param("1" * 12, (3,), [2], id="a large one behind small ones waits for room"),
        pytest.param("1" * 12, (3, 1), [3, 0], id="a small one goes before it"),
        pytest.param("300300300300", (3, 1), [0, 3], id="a large one behind large ones"),
        pytest.param("1" * 12, (14,), [11], id="larger than the rate: alone"),
        pytest.param("", (14, 1), [0, 14], id="and nothing behind it"),
    ],
)
def test_when_texts_leave(log: str, sizes: Sequence[int], expected: list[float]) -> None:
    found = planned(Timetable(NOW, log), *sizes, latest=NOW + 20 * UNIT)
    by_place = dict(zip((place for place, _ in found.slots), offsets(found), strict=True))
    assert [by_place[place] for place in range(len(sizes))] == pytest.approx(expected)


def test_the_timetable_says_what_the_last_window_holds() -> None:
    found = planned(Timetable(NOW, "1" * 12), 3, 1)
    assert found.after.log == "11111100300"
    assert found.after.tat == pytest.approx(NOW + 6 * UNIT)


def test_what_left_before_an_idle_time_counts_for_a_window() -> None:
    found = planned(Timetable(NOW - 3.5 * UNIT, "1" * 12), 9)
    assert found.after.log[-9:] == "900000000"
    assert offsets(found) == pytest.approx([6], abs=1), "9 and the 3 that are left fit"
    found = planned(Timetable(NOW - 2 * MARGIN, "1" * 12), 12)
    assert offsets(found) == pytest.approx([0])


def test_an_idle_throttle_gives_others_a_head_start() -> None:
    found = plan(Timetable(NOW - 9), [Waiting(1)], 12, soonest=NOW, latest=LATEST, head_start=0.01)
    assert found is not None
    assert [at for _, at in found.slots] == pytest.approx([NOW + 0.01])


def test_there_is_no_room_behind_the_horizon() -> None:
    assert (
        plan(Timetable(1001.1), [Waiting(1)], 1, soonest=NOW, latest=LATEST, head_start=0) is None
    )
    assert plan(Timetable(NOW), [], 1, soonest=NOW, latest=LATEST, head_start=0) is None


def test_the_first_gets_its_slot_and_no_second_one_behind_the_horizon() -> None:
    found = planned(Timetable(1000.9, "1" * 12), 9, 9, 9)
    assert [place for place, _ in found.slots] == [0]
    assert found.slots[0][1] > LATEST
    assert [place for place, _ in found.left] == [1, 2]


def test_a_large_text_is_passed_over_so_often_and_no_more() -> None:
    known, waiting, before = Timetable(NOW, "1" * 11), [Waiting(12)], 0
    for _ in range(200):
        given = [*waiting, *[Waiting(1)] * LOOK_AHEAD]
        found = plan(known, given, 12, soonest=NOW, latest=known.tat, head_start=0.0)
        assert found is not None
        known = found.after
        if 0 in [place for place, _ in found.slots]:
            break
        before += len(found.slots)
        waiting = [found.left[0][1]]
    assert before == LOOK_AHEAD


def test_only_so_many_are_looked_at() -> None:
    sizes = [12] * LOOK_AHEAD + [1]
    found = planned(Timetable(NOW, "1" * 11), *sizes, latest=NOW)
    assert found.slots[0][0] == 0


@given(
    rate=st.sampled_from([0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 7, 10, 12, 33, 100]),
    sizes=st.lists(st.integers(1, 5), min_size=1, max_size=120),
    steps=st.lists(st.tuples(st.integers(1, 12), st.floats(0.0, 1.5)), min_size=1, max_size=40),
)
def test_no_window_holds_more_than_the_rate(
    rate: float, sizes: list[int], steps: list[tuple[int, float]]
) -> None:
    """However the texts come, and however long the throttle was idle between."""
    known, now, left = Timetable(), NOW, list(sizes)
    sent: list[tuple[float, int]] = []
    for some, pause in steps:
        waiting = [Waiting(size) for size in left[:some]]
        found = plan(known, waiting, rate, soonest=now, latest=now + 1, head_start=0.01)
        now += pause
        if found is None:
            continue
        assert sorted([place for place, _ in (*found.slots, *found.left)]) == [*range(len(waiting))]
        assert found.after.tat > found.slots[-1][1]
        sent += [(at, waiting[place].size) for place, at in found.slots]
        left = [waiting[place].size for place, _ in found.left] + left[some:]
        known = found.after
    assert_held(sent, rate)


def assert_held(sent: Sequence[tuple[float, int]], rate: float) -> None:
    """Every window of MARGIN seconds holds a second's segments at most, or one text alone."""
    assert [at for at, _ in sent] == sorted(at for at, _ in sent)
    most, begin, held = max(1, int(rate)), 0, 0
    for number, (at, size) in enumerate(sent):
        held += min(size, most)
        while sent[begin][0] <= at - MARGIN + ROUNDING:
            held -= min(sent[begin][1], most)
            begin += 1
        assert held <= most or number == begin


@pytest.mark.parametrize(
    ("rate", "sizes", "share"),
    [
        (1, (1,), 0.95),
        (10, (1,), 0.95),
        (400, (1,), 0.95),
        (3, (1, 2, 3), 0.91),
        (10, (1, 3), 0.92),
        (10, (1, 2, 3), 0.92),
        (100, (1, 3), 0.94),
        (100, (1, 2, 3), 0.94),
    ],
)
def test_texts_of_any_sizes_reach_the_rate(rate: float, sizes: Sequence[int], share: float) -> None:
    known, now, sent = Timetable(), NOW, list[tuple[float, int]]()
    coming = (sizes[(number * number + number // 3) % len(sizes)] for number in range(10**6))
    waiting = [Waiting(next(coming)) for _ in range(2 * LOOK_AHEAD + int(rate))]
    while len(sent) < 30 * rate + 300:
        found = plan(known, waiting, rate, soonest=now, latest=now + 1, head_start=0.0)
        now = found.after.tat - 0.2 if found else now + 0.01
        if found:
            sent += [(at, waiting[place].size) for place, at in found.slots]
            waiting = [one for _, one in found.left]
            waiting += [Waiting(next(coming)) for _ in found.slots]
            known = found.after
    assert_held(sent, rate)
    reached = sum(size for _, size in sent[:-1]) / (sent[-1][0] - sent[0][0])
    assert reached >= share * rate


def test_a_timetable_begins_with_a_text() -> None:
    assert planned(Timetable(), 1).after.log == "1"


def test_a_throttle_at_work_gives_nobody_a_head_start() -> None:
    found = plan(Timetable(NOW), [Waiting(1)], 12, soonest=NOW, latest=LATEST, head_start=0.01)
    assert found is not None
    assert [at for _, at in found.slots] == [NOW]


def test_the_head_start_is_part_of_the_idle_time() -> None:
    known = Timetable(NOW - 0.5 * UNIT, "1" * 11)
    found = plan(known, [Waiting(1)], 12, soonest=NOW, latest=LATEST, head_start=0.6 * UNIT)
    assert found is not None
    assert found.after.log == "1" * 9 + "01"


def test_a_slot_at_the_horizon_is_given() -> None:
    found = planned(Timetable(NOW), 1, 1, 1, latest=NOW + UNIT)
    assert offsets(found) == pytest.approx([0, 1])


@pytest.mark.parametrize(
    ("rate", "sizes", "expected"),
    [(1, (1, 1, 1), [0, 1, 2]), (2, (1, 2, 1), [0, 3, 1]), (2, (1, 1, 1), [0, 1, 2])],
)
def test_windows_of_one_unit_and_of_two(
    rate: float, sizes: Sequence[int], expected: list[float]
) -> None:
    found = planned(Timetable(NOW), *sizes, rate=rate, latest=NOW + 9)
    by_place = {place: (at - NOW) / (MARGIN / rate) for place, at in found.slots}
    assert [by_place[place] for place in range(len(sizes))] == pytest.approx(expected)
