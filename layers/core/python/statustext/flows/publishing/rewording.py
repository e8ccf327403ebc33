"""What is posted already: its words changed in silence, or all of it removed."""

from dataclasses import replace

from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table
from statustext.adapters.incidents import (
    let_update_expire,
    list_updates,
    remove_incident,
    reword_update,
)
from statustext.adapters.pages import audit
from statustext.contracts import UpdateInput
from statustext.domain.ids import new_id
from statustext.domain.incident import Incident, Update
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.lookups import require_incident


def reword(
    page: str,
    incident: str,
    update: str,
    given: UpdateInput,
    actor: str,
    table: Table,
    now: float,
    entropy: Entropy,
) -> Update:
    """Change the words of a posted update, or the moment shown for it; nobody is told.

    Where it still waits to be told, it is told in the new words. Raises RejectedError 404.
    """
    require_incident(table, page, incident)
    found = [one for one in list_updates(table, page, incident) if one.id == update]
    if not found:
        raise RejectedError(404, "update_not_found", "This incident has no such update.")
    after = replace(
        found[0],
        body=found[0].body if given.body is None else given.body,
        display_at=given.display_at or found[0].display_at,
        updated_at=now,
    )
    detail = {"incident": incident, "seq": after.seq}
    note = audit(page, new_id(now, entropy(4)), "incident.reworded", detail, actor, now)
    table.transact([reword_update(page, after), note])
    return after


def remove(
    page: str, incident: str, actor: str, table: Table, now: float, entropy: Entropy
) -> Incident:
    """Take an incident from the page, with its updates; nobody is told, or told any more, also
    where it is on its way already.

    Raises RejectedError 404 for an unknown one, 409 where it changed at the same moment.
    """
    found = require_incident(table, page, incident)
    detail = {"incident": incident}
    note = audit(page, new_id(now, entropy(4)), "incident.removed", detail, actor, now)
    try:
        table.transact([*remove_incident(found, now), note])
    except ConditionFailedError:
        raise RejectedError(
            409, "conflict", "Somebody changed this at the same moment; try again."
        ) from None
    for seq in range(1, found.newest_seq + 1):
        table.write_if(let_update_expire(page, incident, seq, now))
    return found
