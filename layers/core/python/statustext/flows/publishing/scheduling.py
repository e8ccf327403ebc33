"""When a maintenance is planned: what an operator asks for, checked."""

from dataclasses import replace

from statustext.contracts import IncidentInput
from statustext.domain.incident import MAINTENANCE, Schedule, Status
from statustext.errors import RejectedError


def schedule_after(
    given: IncidentInput, before: Schedule | None, status: Status
) -> Schedule | None:
    """The schedule from now on; None for an incident.

    Raises RejectedError 422 for a maintenance without both of its times, or that ends before it
    begins.
    """
    if before is None:
        if status not in MAINTENANCE and given.scheduled_for is given.scheduled_until is None:
            return None
        if given.scheduled_for is None or given.scheduled_until is None:
            missing = "scheduled_for" if given.scheduled_for is None else "scheduled_until"
            raise _refused(
                missing, "Say when the maintenance begins and ends: scheduled_for, scheduled_until."
            )
        after = Schedule(given.scheduled_for, given.scheduled_until)
    else:
        after = replace(
            before,
            scheduled_for=given.scheduled_for or before.scheduled_for,
            scheduled_until=given.scheduled_until or before.scheduled_until,
        )
    if after.scheduled_until <= after.scheduled_for:
        raise _refused("scheduled_until", "Let scheduled_until be later than scheduled_for.")
    return after


def _refused(field: str, message: str) -> RejectedError:
    return RejectedError(
        422, "invalid_schedule", message, fields={f"incident.{field}": "is required, in order"}
    )
