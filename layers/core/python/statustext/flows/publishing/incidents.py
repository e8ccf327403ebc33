"""Publishing: an operator opens an incident, tells how it goes on, ends it.

Each is one transaction, see `recording`.
"""

from dataclasses import dataclass

from statustext.contracts import IncidentInput
from statustext.domain.incident import Incident
from statustext.domain.page import Page
from statustext.errors import ConditionFailedError, RacedError, RejectedError
from statustext.flows.acting import Act
from statustext.flows.lookups import require_incident
from statustext.flows.publishing.drafting import draft_of
from statustext.flows.publishing.idempotency import Once, by_external_id, done_before
from statustext.flows.publishing.previewing import Confirmation
from statustext.flows.publishing.recording import record_step

RACES = 5


@dataclass(frozen=True)
class Guards:
    """What must hold besides: that it is not done before `once`, that it is confirmed."""

    once: Once | None = None
    confirmation: Confirmation | None = None


UNGUARDED = Guards()


def open_incident(
    found: Page,
    given: IncidentInput,
    act: Act,
    guards: Guards = UNGUARDED,
) -> Incident:
    """Open an incident or a maintenance. With an `external_id` or a key seen before: that one.

    Raises RejectedError 422 for a missing name or an unknown component, or for a key that was
    used for another request.
    """
    page, names = found.id, [one for one in (guards.once, by_external_id(given)) if one]
    if known := done_before(page, names, act.table):
        return require_incident(act.table, page, known)
    draft = draft_of(found, None, given, act)
    if guards.confirmation:
        guards.confirmation.require(draft)
    writes = record_step(draft, act)
    writes += [one.guard(page, draft.incident.id, act.now) for one in names]
    try:
        act.table.transact(writes)
    except (ConditionFailedError, RacedError):
        if known := done_before(page, names, act.table):
            return require_incident(act.table, page, known)
        raise _changed_meanwhile() from None
    return draft.incident


def update_incident(
    found: Page,
    incident_id: str,
    given: IncidentInput,
    act: Act,
    guards: Guards = UNGUARDED,
) -> Incident:
    """Add an update, or edit without one where neither status, body nor a maintenance's times say
    anything new.

    Raises RejectedError 404 for an unknown incident, 422 for an unknown component.
    """
    page, names = found.id, [guards.once] if guards.once else []
    for _ in range(RACES):
        if known := done_before(page, names, act.table):
            return require_incident(act.table, page, known)
        before = require_incident(act.table, page, incident_id)
        draft = draft_of(found, before, given, act)
        if guards.confirmation:
            guards.confirmation.require(draft)
        writes = record_step(draft, act)
        writes += [one.guard(page, draft.incident.id, act.now) for one in names]
        try:
            act.table.transact(writes)
        except (ConditionFailedError, RacedError):
            continue
        return draft.incident
    raise _changed_meanwhile()


def _changed_meanwhile() -> RejectedError:
    return RejectedError(409, "conflict", "Somebody changed this at the same moment; try again.")
