"""Days of a component, and its uptime."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statustext.domain.component import ComponentStatus
from statustext.domain.uptime import days, intervals, percent, window

OK, SLOW, PART, DOWN = (
    ComponentStatus.OPERATIONAL,
    ComponentStatus.DEGRADED_PERFORMANCE,
    ComponentStatus.PARTIAL_OUTAGE,
    ComponentStatus.MAJOR_OUTAGE,
)
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC).timestamp()
HOUR, DAY = 3600.0, 86_400.0
LONG_AGO = NOON - 400 * DAY


def test_ninety_days_end_today() -> None:
    seen = window(NOON, "UTC")
    assert (len(seen.dates), seen.dates[-1]) == (90, date(2026, 11, 27))
    assert seen.dates[0] == date(2026, 8, 30)


def test_a_day_is_as_long_as_it_is_at_the_place_of_the_page() -> None:
    """On 2026-10-25 Berlin has an hour twice."""
    history = days(window(NOON, "Europe/Berlin"), LONG_AGO, [])
    known = {day.date: day.known for day in history}
    assert known[date(2026, 10, 25)] == 25 * HOUR
    assert known[date(2026, 10, 26)] == 24 * HOUR
    assert known[date(2026, 11, 27)] == 13 * HOUR


def test_a_component_without_changes_was_always_as_it_is() -> None:
    seen = window(NOON, "UTC")
    well = days(seen, LONG_AGO, list(intervals([], OK, LONG_AGO, NOON)))
    assert percent(well) == 100
    ill = days(seen, LONG_AGO, list(intervals([], DOWN, LONG_AGO, NOON)))
    assert percent(ill) == 0
    assert {day.worst for day in ill} == {DOWN}


def test_major_counts_in_full_partial_by_a_third_and_slowness_not_at_all() -> None:
    seen = window(NOON, "UTC", days=2)
    since = seen.starts[0]
    changes = [
        (since + 2 * HOUR, OK, DOWN),
        (since + 5 * HOUR, DOWN, PART),
        (since + 15 * HOUR, PART, SLOW),
        (since + 20 * HOUR, SLOW, OK),
    ]
    history = days(seen, since, list(intervals(changes, OK, since, NOON)))
    yesterday, today = history
    assert yesterday.seconds == {DOWN: 3 * HOUR, PART: 10 * HOUR, SLOW: 5 * HOUR}
    assert (yesterday.worst, today.worst) == (DOWN, OK)
    assert percent(history) == pytest.approx(100 * (1 - 6 / 36), abs=0.01)


def test_a_hundred_percent_is_never_a_rounded_one() -> None:
    seen = window(NOON, "UTC")
    history = days(seen, LONG_AGO, [(NOON - 60, NOON - 59, DOWN)])
    assert percent(history) == 99.99


def test_before_its_first_day_nothing_is_known() -> None:
    history = days(window(NOON, "UTC"), NOON - DAY, [])
    assert [day.worst for day in history] == [None] * 88 + [OK, OK]
    assert percent(days(window(NOON, "UTC"), NOON + DAY, [])) is None


STATES = st.sampled_from(list(ComponentStatus))


@given(
    st.lists(st.tuples(st.integers(0, 100 * 86_400), STATES), max_size=20),
    STATES,
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia"]),
    st.integers(0, 120 * 86_400),
)
def test_seconds_are_neither_lost_nor_made(
    steps: list[tuple[int, ComponentStatus]], first: ComponentStatus, zone: str, age: int
) -> None:
    seen, since = window(NOON, zone), NOON - age
    changes, state = [], first
    for ago, new in sorted(steps, key=lambda step: -step[0]):
        changes.append((NOON - ago, state, new))
        state = new
    states = list(intervals(changes, state, since, NOON))
    history = days(seen, since, states)
    for day in history:
        assert 0 <= sum(day.seconds.values()) <= day.known + 1e-3
    begin = max(since, seen.starts[0])
    spent = sum(max(0.0, stop - max(start, begin)) for start, stop, _ in states)
    assert sum(sum(day.seconds.values()) for day in history) == pytest.approx(spent, abs=1)
    share = percent(history)
    assert share is None or 0 <= share <= 100
