"""What is posted already: its words changed in silence, or all of it removed."""

from dataclasses import replace

from statustext.adapters.incidents import (
    let_update_expire,
    list_updates,
    remove_incident,
    reword_update,
)
from statustext.contracts import UpdateInput
from statustext.domain.incident import Incident, Update
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.acting import Act
from statustext.flows.lookups import require_incident


def reword(
    page: str,
    incident: str,
    update: str,
    given: UpdateInput,
    act: Act,
) -> Update:
    """Change the words of a posted update, or the moment shown for it; nobody is told.

    Where it still waits to be told, it is told in the new words. Raises RejectedError 404.
    """
    require_incident(act.table, page, incident)
    found = [one for one in list_updates(act.table, page, incident) if one.id == update]
    if not found:
        raise RejectedError(404, "update_not_found", "This incident has no such update.")
    after = replace(
        found[0],
        body=found[0].body if given.body is None else given.body,
        display_at=given.display_at or found[0].display_at,
        updated_at=act.now,
    )
    detail = {"incident": incident, "seq": after.seq}
    note = act.note(page, "incident.reworded", detail)
    act.table.transact([reword_update(page, after), note])
    return after


def remove(page: str, incident: str, act: Act) -> Incident:
    """Take an incident from the page, with its updates; nobody is told, or told any more, also
    where it is on its way already.

    Raises RejectedError 404 for an unknown one, 409 where it changed at the same moment.
    """
    found = require_incident(act.table, page, incident)
    note = act.note(page, "incident.removed", {"incident": incident})
    try:
        act.table.transact([*remove_incident(found, act.now), note])
    except ConditionFailedError:
        raise RejectedError(
            409, "conflict", "Somebody changed this at the same moment; try again."
        ) from None
    for seq in range(1, found.newest_seq + 1):
        act.table.write_if(let_update_expire(page, incident, seq, act.now))
    return found
