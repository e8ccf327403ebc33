"""The life of a planned maintenance: what the clock owes it, and what its components go through."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from zoneinfo import ZoneInfo

from statustext.domain.component import Component, ComponentStatus
from statustext.domain.incident import OVER, UNDER_WAY, Incident, Schedule, Status
from statustext.domain.moments import moment, moment_after


class Turn(StrEnum):
    """What the clock does about a maintenance."""

    REMINDER = "reminder"
    START = "start"
    END = "end"


STARTED_WORDS = (
    "Scheduled maintenance is currently in progress. We will provide updates as necessary."
)
COMPLETED_WORDS = "The scheduled maintenance has been completed."
"""What Statuspage writes where the clock starts and completes one."""


def turn_due(incident: Incident, reminder_minutes: int, now: float) -> Turn | None:
    """What is due now; None for nothing. What has begun late is not reminded of any more."""
    schedule = incident.schedule
    if schedule is None or incident.backfilled:
        return None
    if incident.status in UNDER_WAY:
        is_due = schedule.auto_completed and now >= schedule.scheduled_until
        return Turn.END if is_due else None
    if incident.status is not Status.SCHEDULED:
        return None
    if now >= schedule.scheduled_for:
        return Turn.START if schedule.auto_in_progress else None
    return Turn.REMINDER if _is_to_be_reminded(schedule, reminder_minutes, now) else None


def _is_to_be_reminded(schedule: Schedule, minutes: int, now: float) -> bool:
    """Once, and not of what was planned or moved later than that: the news of it says as much."""
    due_at = schedule.scheduled_for - minutes * 60
    is_first = schedule.remind_prior and schedule.reminded_at is None
    return is_first and schedule.planned_at < due_at <= now


def is_told_at(turn: Turn, schedule: Schedule, now: float) -> bool:
    """Whether people are told what the clock does; not of a start that comes with the end."""
    if turn is Turn.START:
        is_over = schedule.auto_completed and now >= schedule.scheduled_until
        return schedule.deliver_at_start and not is_over
    return schedule.deliver_at_end if turn is Turn.END else True


def states_after(
    before: Incident | None, status: Status, schedule: Schedule | None, parts: Iterable[Component]
) -> Mapping[str, ComponentStatus]:
    """The states of a maintenance's components that change with its status, by id.

    A component that is out stays so, at the beginning and at the end: another incident may be why.
    """
    was = before.status if before else Status.SCHEDULED
    if schedule is None or was is status:
        return {}
    if schedule.to_maintenance_state and status in UNDER_WAY and was not in UNDER_WAY:
        new, old = ComponentStatus.UNDER_MAINTENANCE, _NOT_OUT
    elif schedule.to_operational_state and status in OVER and was not in OVER:
        new, old = ComponentStatus.OPERATIONAL, frozenset({ComponentStatus.UNDER_MAINTENANCE})
    else:
        return {}
    return {one.id: new for one in parts if one.status in old}


_NOT_OUT = frozenset({ComponentStatus.OPERATIONAL, ComponentStatus.DEGRADED_PERFORMANCE})


def moved_words(schedule: Schedule, timezone: str) -> str:
    """What an update says of other times, by the clock of a zone, where nobody wrote words."""
    zone = ZoneInfo(timezone)
    starts = moment(schedule.scheduled_for, zone)
    ends = moment_after(schedule.scheduled_until, schedule.scheduled_for, zone)
    return f"The maintenance was moved. It is now planned from {starts} to {ends}."
