"""When a maintenance is planned, and what the clock does about it: what an operator asks for."""

from dataclasses import replace

from statustext.contracts import MAX_STATES, IncidentInput
from statustext.domain.incident import MAINTENANCE, Schedule, Status
from statustext.errors import RejectedError


def schedule_after(
    given: IncidentInput, before: Schedule | None, status: Status, now: float
) -> Schedule | None:
    """The schedule from now on; None for an incident.

    Raises RejectedError 422 for a maintenance without both of its times, or that ends before it
    begins.
    """
    asked = _asked(given)
    if before is None:
        if status not in MAINTENANCE and given.scheduled_for is given.scheduled_until is None:
            return None
        if given.scheduled_for is None or given.scheduled_until is None:
            missing = "scheduled_for" if given.scheduled_for is None else "scheduled_until"
            raise _refused(
                missing, "Say when the maintenance begins and ends: scheduled_for, scheduled_until."
            )
        # Who lets the clock begin and end it wants people told of it, unless they say no.
        told = {"deliver_at_start": True, "deliver_at_end": True, **asked}
        after = Schedule(given.scheduled_for, given.scheduled_until, planned_at=now, **told)
    else:
        after = replace(
            before,
            scheduled_for=given.scheduled_for or before.scheduled_for,
            scheduled_until=given.scheduled_until or before.scheduled_until,
            **asked,
        )
        if after.is_moved(before):
            after = replace(after, planned_at=now, reminded_at=None)
    if after.scheduled_until <= after.scheduled_for:
        raise _refused("scheduled_until", "Let scheduled_until be later than scheduled_for.")
    return after


def require_few(schedule: Schedule | None, component_ids: tuple[str, ...]) -> None:
    """RejectedError 422 where more components would change at once than one transaction holds."""
    changes = schedule and (schedule.to_maintenance_state or schedule.to_operational_state)
    if changes and len(component_ids) > MAX_STATES:
        message = f"The states of at most {MAX_STATES} components can change at once."
        raise RejectedError(422, "too_many_components", message)


_NAMES = {
    "scheduled_remind_prior": "remind_prior",
    "scheduled_auto_transition": "auto_in_progress",  # Statuspage's other name for the next
    "scheduled_auto_in_progress": "auto_in_progress",
    "scheduled_auto_completed": "auto_completed",
    "auto_transition_to_maintenance_state": "to_maintenance_state",
    "auto_transition_to_operational_state": "to_operational_state",
    "auto_transition_deliver_notifications_at_start": "deliver_at_start",
    "auto_transition_deliver_notifications_at_end": "deliver_at_end",
}


def _asked(given: IncidentInput) -> dict[str, bool]:
    asked = {}
    for theirs, ours in _NAMES.items():
        if (value := getattr(given, theirs)) is not None:
            asked[ours] = value
    return asked


def _refused(field: str, message: str) -> RejectedError:
    return RejectedError(
        422, "invalid_schedule", message, fields={f"incident.{field}": "is required, in order"}
    )
