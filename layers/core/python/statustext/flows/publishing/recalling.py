"""Recall: one update is told to nobody any more. What Twilio has already is on its way."""

from dataclasses import replace

from statustext.adapters.dynamodb import Table
from statustext.adapters.incidents import get_update, put_incident
from statustext.adapters.update_progress import tell_again
from statustext.domain.incident import Incident, Update
from statustext.errors import ConditionFailedError, RacedError, RejectedError
from statustext.flows.acting import Act
from statustext.flows.lookups import require_incident
from statustext.flows.publishing.incidents import RACES

RECALLED = "recalled"
FILTERED = "filtered by carriers"


def recall(page: str, incident: str, seq: int, reason: str, act: Act) -> Incident:
    """Stop an update; doing it twice is doing it once. Later updates are told as ever.

    Who still waits is told the newest update before it, in whose place it was; the clock has that
    one enqueued again within minutes. Not where carriers' filters were the reason.

    Raises RejectedError 404 for an incident or update that does not exist.
    """
    for _ in range(RACES):
        before = require_incident(act.table, page, incident)
        if seq in before.recalled:
            return before
        if get_update(act.table, page, incident, seq) is None:
            raise RejectedError(404, "update_not_found", "This incident has no such update.")
        after = replace(
            before, recalled={**before.recalled, seq: reason}, edition=before.edition + 1
        )
        detail = {"incident": incident, "seq": seq, "reason": reason}
        writes = [act.note(page, "incident.recalled", detail)]
        is_told_now = seq == before.announced_seq and reason != FILTERED
        if is_told_now and (due := _due_again(before, act.table)):
            due_before = min(before.due_before, due.seq)
            after = replace(
                after, announced_seq=due.seq, tell_at=due.tell_at, due_before=due_before
            )
            writes += tell_again(page, due, act.now)
        try:
            act.table.transact([put_incident(after), *writes])
        except (ConditionFailedError, RacedError):
            continue
        return after
    raise RejectedError(409, "conflict", "Somebody changed this at the same moment; try again.")


def _due_again(incident: Incident, table: Table) -> Update | None:
    """The newest update that people were told before the one that is told now."""
    for seq in range(incident.announced_seq - 1, 0, -1):
        update = get_update(table, incident.page, incident.id, seq)
        if update and update.deliver and seq not in incident.recalled:
            return update
    return None
