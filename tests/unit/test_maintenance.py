"""What the clock owes a maintenance, and what its components go through."""

from dataclasses import replace

import pytest

from statustext.domain.component import Component, ComponentStatus
from statustext.domain.incident import Impact, Incident, Schedule, Status
from statustext.domain.maintenance import Turn, is_told_at, moved_words, states_after, turn_due

HOUR = 3600.0
STARTS, ENDS = 100 * HOUR, 102 * HOUR
PLAN = Schedule(
    STARTS,
    ENDS,
    remind_prior=True,
    auto_in_progress=True,
    auto_completed=True,
    to_maintenance_state=True,
    to_operational_state=True,
    deliver_at_start=True,
    planned_at=50 * HOUR,
)


def planned(schedule: Schedule | None = PLAN, status: Status = Status.SCHEDULED) -> Incident:
    return Incident(
        "0frwxtbsbr91", "default", "Disks", status, Impact.MAINTENANCE, ("api",), 1, 1, 0.0, 0.0,
        schedule=schedule,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "at", "turn"),
    [
        (Status.SCHEDULED, 98.9, None),
        (Status.SCHEDULED, 99.0, Turn.REMINDER),
        (Status.SCHEDULED, 99.99, Turn.REMINDER),
        (Status.SCHEDULED, 100.0, Turn.START),
        (Status.SCHEDULED, 110.0, Turn.START),
        (Status.IN_PROGRESS, 101.9, None),
        (Status.IN_PROGRESS, 102.0, Turn.END),
        (Status.VERIFYING, 102.0, Turn.END),
        (Status.COMPLETED, 102.0, None),
        (Status.POSTMORTEM, 102.0, None),
    ],
)
def test_what_is_due(status: Status, at: float, turn: Turn | None) -> None:
    assert turn_due(planned(status=status), 60, at * HOUR) is turn


@pytest.mark.parametrize(
    "schedule",
    [
        replace(PLAN, remind_prior=False),
        replace(PLAN, reminded_at=98 * HOUR),
        replace(PLAN, planned_at=99 * HOUR),  # whoever was told of it then needs no reminder
    ],
)
def test_nobody_is_reminded_twice_or_without_need(schedule: Schedule) -> None:
    assert turn_due(planned(schedule), 60, 99.5 * HOUR) is None


def test_what_nobody_asked_the_clock_for_stays() -> None:
    by_hand = replace(PLAN, auto_in_progress=False, auto_completed=False)
    for status in (Status.SCHEDULED, Status.IN_PROGRESS):
        assert turn_due(planned(by_hand, status), 60, 103 * HOUR) is None
    assert turn_due(planned(None, Status.INVESTIGATING), 60, 103 * HOUR) is None
    past = replace(planned(), backfilled=True)
    assert turn_due(past, 60, 101 * HOUR) is None


def test_who_is_told_of_the_clocks_doings() -> None:
    assert is_told_at(Turn.START, PLAN, STARTS)
    assert not is_told_at(Turn.START, replace(PLAN, deliver_at_start=False), STARTS)
    assert not is_told_at(Turn.START, PLAN, ENDS), "its end comes in the next minute"
    assert not is_told_at(Turn.END, PLAN, ENDS)
    assert is_told_at(Turn.END, replace(PLAN, deliver_at_end=True), ENDS)


UP, SLOW, OUT, WORKED_ON = (
    ComponentStatus.OPERATIONAL,
    ComponentStatus.DEGRADED_PERFORMANCE,
    ComponentStatus.MAJOR_OUTAGE,
    ComponentStatus.UNDER_MAINTENANCE,
)


@pytest.mark.parametrize(
    ("before", "status", "states"),
    [
        (Status.SCHEDULED, Status.IN_PROGRESS, {"UP": WORKED_ON, "SLOW": WORKED_ON}),
        (Status.IN_PROGRESS, Status.VERIFYING, {}),
        (Status.IN_PROGRESS, Status.IN_PROGRESS, {}),
        (Status.VERIFYING, Status.COMPLETED, {"WORKED_ON": UP}),
        (Status.COMPLETED, Status.POSTMORTEM, {}),
    ],
)
def test_its_components_go_along(
    before: Status, status: Status, states: dict[str, ComponentStatus]
) -> None:
    parts = [
        Component(name, name, name, state)
        for name, state in (("UP", UP), ("SLOW", SLOW), ("OUT", OUT), ("WORKED_ON", WORKED_ON))
    ]
    assert states_after(planned(status=before), status, PLAN, parts) == states
    still = replace(PLAN, to_maintenance_state=False, to_operational_state=False)
    assert states_after(planned(status=before), status, still, parts) == {}


def test_what_an_update_says_of_other_times() -> None:
    assert moved_words(PLAN, "Europe/Berlin") == (
        "The maintenance was moved. It is now planned from Mon 05 Jan 05:00 CET to 07:00 CET."
    )
