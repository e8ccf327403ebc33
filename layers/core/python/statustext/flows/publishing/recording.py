"""The one transaction of a step: incident, update, audit, component states, what is open.

The table's stream carries it on to the people; nothing else is written or sent while publishing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from statustext.adapters.components import put_state_change, set_component_status
from statustext.adapters.dynamodb import Write
from statustext.adapters.incidents import note_whether_open, put_incident, put_update
from statustext.adapters.update_progress import watch
from statustext.domain.component import ComponentStatus, StateChange
from statustext.domain.incident import Incident, Update
from statustext.flows.acting import Act

Affected = Sequence[Mapping[str, str]]
"""Components that a step names: code, name, old_status, new_status."""


@dataclass(frozen=True)
class Draft:
    """An incident as it would be, with its new `update`, if there is one, the components that this
    names, and what EventBridge would hear."""

    incident: Incident
    update: Update | None
    affected: Affected
    event: str


def record_step(draft: Draft, act: Act) -> list[Write]:
    """The writes of a step, or of an edit without one."""
    incident, update, page = draft.incident, draft.update, draft.incident.page
    detail = {
        "incident": incident.id,
        "seq": incident.newest_seq,
        "status": incident.status.value,
        "impact": incident.impact.value,
        "is_maintenance": incident.is_maintenance,
    }
    writes = [
        put_incident(incident),
        note_whether_open(incident),
        act.note(page, draft.event, detail),
        *record_states(page, draft.affected, incident.id, act),
    ]
    if update:
        writes.append(put_update(page, update))
        writes += [watch(page, update, update.tell_at)] if update.deliver else []
    return writes


def record_states(page: str, affected: Affected, incident: str | None, act: Act) -> list[Write]:
    """The writes that give components their new states, and keep on record that they had them."""
    changes = {
        one["code"]: (ComponentStatus(one["old_status"]), ComponentStatus(one["new_status"]))
        for one in affected
        if one["old_status"] != one["new_status"]
    }
    if not changes:
        return []
    writes = [set_component_status(page, one, new, act.now) for one, (_, new) in changes.items()]
    change = StateChange(act.now, changes, incident)
    return [*writes, put_state_change(page, act.new_id(), change)]
