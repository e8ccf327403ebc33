"""What an operator's words change about an incident."""

from collections.abc import Mapping, Sequence

from statustext.adapters.dynamodb import Table
from statustext.adapters.incidents import get_update
from statustext.contracts import IncidentInput
from statustext.domain.component import Component, ComponentStatus
from statustext.domain.incident import (
    OVER,
    Impact,
    Incident,
    Status,
    event_of,
    impact_of,
    is_worse,
)
from statustext.domain.templates import Event
from statustext.flows.signing_up.preferences import component_ids


def tell_at(before: Incident, after: Incident, window: float, now: float) -> float:
    """When an update is told. One that waits is joined: it does not wait from the beginning. None
    waits with which people first hear of an incident, or that it goes on after its end."""
    was_told = before.announced_seq and before.announced_seq not in before.recalled
    is_news = before.is_over or not was_told
    waits = event_of(after.status, after.newest_seq) is Event.UPDATED and not is_news
    if not waits or is_worse(after.impact, before.impact):
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
    touched: Mapping[str, ComponentStatus],
    status: Status,
) -> Impact:
    """The impact from now on: what an operator set, else the worst of the components."""
    override = given.impact_override or before.impact_override
    if override:
        return override
    if given.components and status not in OVER:
        return impact_of(touched.values(), status)
    return before.impact


def affected_components(
    given: IncidentInput, components: Sequence[Component]
) -> tuple[dict[str, ComponentStatus], tuple[Mapping[str, str], ...]]:
    """The components named, by id with their new status; and what changed."""
    known = {one.id: one for one in components}
    named = [*(given.component_ids or []), *(given.components or {})]
    new = {
        component_ids([name], components)[0]: status
        for name, status in (given.components or {}).items()
    }
    touched = {one: new.get(one, known[one].status) for one in component_ids(named, components)}
    affected = tuple(
        {
            "code": one,
            "name": known[one].name,
            "old_status": known[one].status.value,
            "new_status": status.value,
        }
        for one, status in touched.items()
    )
    return touched, affected
