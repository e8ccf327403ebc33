"""Incidents: which announcement an update is."""

import pytest

from statustext.domain.incident import (
    MAINTENANCE,
    OVER,
    Impact,
    Status,
    event_of,
)
from statustext.domain.templates import Event


@pytest.mark.parametrize(
    ("status", "first", "later"),
    [
        (Status.INVESTIGATING, Event.CREATED, Event.UPDATED),
        (Status.IDENTIFIED, Event.CREATED, Event.UPDATED),
        (Status.MONITORING, Event.CREATED, Event.UPDATED),
        (Status.RESOLVED, Event.RESOLVED, Event.RESOLVED),
        (Status.POSTMORTEM, Event.RESOLVED, Event.RESOLVED),
        (Status.SCHEDULED, Event.MAINTENANCE_SCHEDULED, Event.MAINTENANCE_UPDATED),
        (Status.IN_PROGRESS, Event.MAINTENANCE_STARTED, Event.MAINTENANCE_STARTED),
        (Status.VERIFYING, Event.MAINTENANCE_STARTED, Event.MAINTENANCE_STARTED),
        (Status.COMPLETED, Event.MAINTENANCE_COMPLETED, Event.MAINTENANCE_COMPLETED),
    ],
)
def test_which_announcement_an_update_is(status: Status, first: Event, later: Event) -> None:
    assert (event_of(status, 1), event_of(status, 2)) == (first, later)


@pytest.mark.parametrize(
    ("before", "status", "moved", "event"),
    [
        (Status.SCHEDULED, Status.SCHEDULED, True, Event.MAINTENANCE_RESCHEDULED),
        (Status.SCHEDULED, Status.SCHEDULED, False, Event.MAINTENANCE_UPDATED),
        (Status.SCHEDULED, Status.IN_PROGRESS, True, Event.MAINTENANCE_STARTED),
        (Status.SCHEDULED, Status.VERIFYING, False, Event.MAINTENANCE_STARTED),
        (Status.IN_PROGRESS, Status.IN_PROGRESS, False, Event.MAINTENANCE_UPDATED),
        (Status.IN_PROGRESS, Status.IN_PROGRESS, True, Event.MAINTENANCE_RESCHEDULED),
        (Status.IN_PROGRESS, Status.VERIFYING, False, Event.MAINTENANCE_UPDATED),
        (Status.VERIFYING, Status.COMPLETED, False, Event.MAINTENANCE_COMPLETED),
        (Status.VERIFYING, Status.RESOLVED, False, Event.MAINTENANCE_COMPLETED),
        (Status.MONITORING, Status.RESOLVED, False, Event.RESOLVED),
    ],
)
def test_the_steps_of_a_maintenance(
    before: Status, status: Status, moved: bool, event: Event
) -> None:
    assert event_of(status, 3, before, moved=moved) is event


def test_what_is_over() -> None:
    assert {Status.RESOLVED, Status.POSTMORTEM, Status.COMPLETED} == OVER
    assert not (OVER - {Status.COMPLETED}) & MAINTENANCE


def test_words_are_statuspages() -> None:
    assert set(Impact) == {"none", "minor", "major", "critical", "maintenance"}
    assert {one.value for one in Status if one not in MAINTENANCE} == {
        "investigating",
        "identified",
        "monitoring",
        "resolved",
        "postmortem",
    }
    assert {one.value for one in MAINTENANCE} == {
        "scheduled",
        "in_progress",
        "verifying",
        "completed",
    }
