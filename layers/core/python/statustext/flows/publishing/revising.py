"""What an operator's words change about an incident."""

from collections.abc import Sequence
from dataclasses import dataclass

from statustext.adapters.dynamodb import Table
from statustext.adapters.incidents import get_update
from statustext.contracts import IncidentInput
from statustext.domain.blend import incident_impact
from statustext.domain.component import Component, ComponentStatus
from statustext.domain.incident import (
    OVER,
    Impact,
    Incident,
    Schedule,
    Status,
    is_worse,
)
from statustext.domain.maintenance import states_after
from statustext.domain.templates import Event
from statustext.flows.publishing.recording import Affected
from statustext.flows.publishing.scheduling import require_few
from statustext.flows.signing_up.preferences import component_ids

JOINED = frozenset({Event.UPDATED, Event.MAINTENANCE_UPDATED, Event.MAINTENANCE_RESCHEDULED})
"""What waits for the next update, which is told in its place."""


@dataclass(frozen=True)
class Parts:
    """The components of an incident, with their `states` from a step on; and what it names."""

    ids: tuple[str, ...]
    states: tuple[ComponentStatus, ...]
    affected: Affected


def tell_at(before: Incident, after: Incident, said: Event, window: float, now: float) -> float:
    """When an update is told. One that waits is joined: it does not wait from the beginning. None
    waits with which people first hear of an incident, or that it goes on after its end."""
    was_told = before.announced_seq and before.announced_seq not in before.recalled
    is_news = before.is_over or not was_told
    if said not in JOINED or is_news or is_worse(after.impact, before.impact):
        return now
    return before.tell_at if before.tell_at > now else now + window


def says_something_new(given: IncidentInput, before: Incident, table: Table) -> bool:
    """Whether it is a step worth telling, and not only an edit."""
    was_recalled = before.newest_seq in before.recalled
    if given.status is not None and (given.status is not before.status or was_recalled):
        return True
    if not given.body or was_recalled:
        return bool(given.body)
    last = get_update(table, before.page, before.id, before.newest_seq)
    return last is None or given.body != last.body


def impact_after(
    given: IncidentInput,
    before: Incident,
    states: Sequence[ComponentStatus],
    status: Status,
) -> Impact:
    """The impact from now on: what an operator set, else the worst blend of its components so far,
    where a step says something of them."""
    override = given.impact_override or before.impact_override
    if override:
        return override
    if given.components and status not in OVER:
        return incident_impact(before.impact, status, states)
    return before.impact


def is_end(given: IncidentInput, before: Incident) -> bool:
    """Whether these words end it."""
    return given.status in OVER and not before.is_over


def with_components_mended(
    given: IncidentInput,
    before: Incident,
    components: Sequence[Component],
    still_open: Sequence[Incident],
) -> IncidentInput:
    """The end of an incident with which its components work again: those of which the words say
    nothing, and no other open incident is about."""
    others = {one for other in still_open if other.id != before.id for one in other.component_ids}
    said = component_ids(list(given.components or {}), components)
    mended = {
        one.id: ComponentStatus.OPERATIONAL
        for one in components
        if one.id in before.component_ids
        and one.id not in (*others, *said)
        and one.status is not ComponentStatus.OPERATIONAL
    }
    return given.model_copy(update={"components": {**mended, **(given.components or {})}})


def parts_after(
    given: IncidentInput,
    before: Incident | None,
    components: Sequence[Component],
    status: Status,
    schedule: Schedule | None,
) -> Parts:
    """The components from now on: where some are listed, those and no others; else those before
    and those whose state is given. Those of a maintenance change with it, unless told otherwise.

    Raises RejectedError 422 for an unknown one, and for more than change in one transaction.
    """
    known = {one.id: one for one in components}
    wished = {
        component_ids([name], components)[0]: state
        for name, state in (given.components or {}).items()
    }
    listed = component_ids(given.component_ids or [], components)
    kept = before.component_ids if before and given.component_ids is None else listed
    ids = tuple(dict.fromkeys([*kept, *wished]))
    require_few(schedule, ids)
    own = [known[one] for one in ids if one in known]
    changes = {**states_after(before, status, schedule, own), **wished}
    touched = {
        one: changes.get(one, known[one].status) for one in dict.fromkeys([*listed, *changes])
    }
    affected = tuple(
        {
            "code": one,
            "name": known[one].name,
            "old_status": known[one].status.value,
            "new_status": state.value,
        }
        for one, state in touched.items()
    )
    return Parts(ids, tuple(changes.get(one.id, one.status) for one in own), affected)
