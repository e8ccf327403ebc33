"""Recall: one update is told to nobody any more. What Twilio has already is on its way."""

from dataclasses import replace

from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table
from statustext.adapters.incidents import get_update, put_incident
from statustext.adapters.pages import audit
from statustext.domain.ids import new_id
from statustext.domain.incident import Incident
from statustext.errors import ConditionFailedError, RacedError, RejectedError
from statustext.flows.publishing import RACES, require_incident

RECALLED = "recalled"
FILTERED = "filtered by carriers"


def recall(
    page: str,
    incident: str,
    seq: int,
    reason: str,
    actor: str,
    table: Table,
    now: float,
    entropy: Entropy,
) -> Incident:
    """Stop an update; doing it twice is doing it once. Later updates are told as ever.

    Raises RejectedError 404 for an incident or update that does not exist.
    """
    for _ in range(RACES):
        before = require_incident(table, page, incident)
        if seq in before.recalled:
            return before
        if get_update(table, page, incident, seq) is None:
            raise RejectedError(404, "update_not_found", "This incident has no such update.")
        after = replace(
            before, recalled={**before.recalled, seq: reason}, edition=before.edition + 1
        )
        detail = {"incident": incident, "seq": seq, "reason": reason}
        note = audit(page, new_id(now, entropy(4)), "incident.recalled", detail, actor, now)
        try:
            table.transact([put_incident(after), note])
        except (ConditionFailedError, RacedError):
            continue
        return after
    raise RejectedError(409, "conflict", "Somebody changed this at the same moment; try again.")
