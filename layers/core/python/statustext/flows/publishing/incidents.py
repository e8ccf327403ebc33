"""Publishing: an operator opens an incident, tells how it goes on, ends it.

Each is one transaction, see `recording`.
"""

from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table
from statustext.contracts import IncidentInput
from statustext.domain.incident import Incident
from statustext.domain.page import Page
from statustext.errors import ConditionFailedError, RacedError, RejectedError
from statustext.flows.lookups import require_incident
from statustext.flows.publishing.drafting import draft_of
from statustext.flows.publishing.idempotency import Once, by_external_id, done_before
from statustext.flows.publishing.previewing import Confirmation
from statustext.flows.publishing.recording import record_step

RACES = 5


def open_incident(
    found: Page,
    given: IncidentInput,
    actor: str,
    table: Table,
    now: float,
    entropy: Entropy,
    once: Once | None = None,
    confirmation: Confirmation | None = None,
) -> Incident:
    """Open an incident or a maintenance. With an `external_id` or a key seen before: that one.

    Raises RejectedError 422 for a missing name or an unknown component, or for a key that was
    used for another request.
    """
    page, guards = found.id, [one for one in (once, by_external_id(given)) if one]
    if known := done_before(page, guards, table):
        return require_incident(table, page, known)
    draft = draft_of(found, None, given, table, now, entropy)
    if confirmation:
        confirmation.require(draft)
    writes = record_step(draft.incident, draft.update, draft.affected, draft.event, actor, entropy)
    writes += [one.guard(page, draft.incident.id, now) for one in guards]
    try:
        table.transact(writes)
    except (ConditionFailedError, RacedError):
        if known := done_before(page, guards, table):
            return require_incident(table, page, known)
        raise _changed_meanwhile() from None
    return draft.incident


def update_incident(
    found: Page,
    incident_id: str,
    given: IncidentInput,
    actor: str,
    table: Table,
    now: float,
    entropy: Entropy,
    once: Once | None = None,
    confirmation: Confirmation | None = None,
) -> Incident:
    """Add an update, or edit without one where neither status, body nor a maintenance's times say
    anything new.

    Raises RejectedError 404 for an unknown incident, 422 for an unknown component.
    """
    page, guards = found.id, [once] if once else []
    for _ in range(RACES):
        if known := done_before(page, guards, table):
            return require_incident(table, page, known)
        before = require_incident(table, page, incident_id)
        draft = draft_of(found, before, given, table, now, entropy)
        if confirmation:
            confirmation.require(draft)
        writes = record_step(
            draft.incident, draft.update, draft.affected, draft.event, actor, entropy
        )
        writes += [one.guard(page, draft.incident.id, now) for one in guards]
        try:
            table.transact(writes)
        except (ConditionFailedError, RacedError):
            continue
        return draft.incident
    raise _changed_meanwhile()


def _changed_meanwhile() -> RejectedError:
    return RejectedError(409, "conflict", "Somebody changed this at the same moment; try again.")
