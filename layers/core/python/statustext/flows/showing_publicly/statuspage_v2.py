"""Pages, components and incidents in the shapes of Statuspage's public API v2.

The fields are those that Statuspage really serves, and no others: one client in use refuses names
that it does not know, another one refuses when a name is missing.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from statustext.domain.blend import group_status
from statustext.domain.component import Component, ComponentGroup
from statustext.domain.ids import page_id_shown
from statustext.domain.incident import MAINTENANCE, Incident, Status, Update
from statustext.domain.page import Page

Shape = dict[str, Any]

AS_INCIDENT = {
    Status.SCHEDULED: Status.INVESTIGATING,
    Status.IN_PROGRESS: Status.IDENTIFIED,
    Status.VERIFYING: Status.MONITORING,
    Status.COMPLETED: Status.RESOLVED,
}
AS_MAINTENANCE = {
    Status.INVESTIGATING: Status.IN_PROGRESS,
    Status.IDENTIFIED: Status.IN_PROGRESS,
    Status.MONITORING: Status.VERIFYING,
    Status.RESOLVED: Status.COMPLETED,
    Status.POSTMORTEM: Status.COMPLETED,
}
"""Clients know either the one or the other statuses in a list, also after a postmortem."""


def timestamp(seconds: float) -> str:
    """ISO 8601 in UTC with three fractional digits."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def page_shape(page: Page, updated_at: float) -> Shape:
    """`page` of every document."""
    return {
        "id": page_id_shown(page.id),
        "name": page.name,
        "url": page.url.rstrip("/"),
        "time_zone": "Etc/UTC" if page.timezone == "UTC" else page.timezone,
        "updated_at": timestamp(updated_at),
    }


def component_shapes(
    page: str, components: Sequence[Component], groups: Sequence[ComponentGroup]
) -> list[Shape]:
    """All components and groups, each group before the components in it."""
    by_group = {one.id: [each for each in components if each.group_id == one.id] for one in groups}
    alone = [one for one in components if one.group_id not in by_group]
    first_level: list[Component | ComponentGroup] = [*alone, *groups]
    first_level.sort(key=lambda one: (one.position, one.id))
    shapes: list[Shape] = []
    for one in first_level:
        if isinstance(one, Component):
            shapes.append(_component(page, one, None))
        else:
            inside = by_group[one.id]
            shapes.append(_group(page, one, inside))
            shapes += [_component(page, each, one.id) for each in inside]
    return shapes


def _component(page: str, one: Component, group: str | None) -> Shape:
    return {
        "id": one.id,
        "name": one.name,
        "status": one.status.value,
        "created_at": timestamp(one.created_at),
        "updated_at": timestamp(one.updated_at),
        "position": one.position,
        "description": one.description or None,
        "showcase": one.showcase,
        "start_date": one.start_date,
        "group_id": group,
        "page_id": page_id_shown(page),
        "group": False,
        "only_show_if_degraded": one.only_show_if_degraded,
    }


def _group(page: str, one: ComponentGroup, inside: Sequence[Component]) -> Shape:
    return {
        "id": one.id,
        "name": one.name,
        "status": group_status(each.status for each in inside).value,
        "created_at": timestamp(one.created_at),
        "updated_at": timestamp(one.updated_at),
        "position": one.position,
        "description": one.description or None,
        "showcase": False,
        "start_date": None,
        "group_id": None,
        "page_id": page_id_shown(page),
        "group": True,
        "only_show_if_degraded": False,
        "components": [each.id for each in inside],
    }


def full_names(shapes: Collection[Shape]) -> Mapping[str, str]:
    """What an update calls a component: "Group - Component", or its name where it has no group."""
    names = {one["id"]: one["name"] for one in shapes}
    return {
        one["id"]: (f"{names[one['group_id']]} - " if one["group_id"] else "") + one["name"]
        for one in shapes
    }


def is_listed_as_maintenance(incident: Incident) -> bool:
    """Whether it is a scheduled maintenance: only those have the times that its shape demands."""
    return incident.schedule is not None or incident.status in MAINTENANCE


def incident_shape(
    incident: Incident, updates: Sequence[Update], names: Mapping[str, str], url: str
) -> Shape:
    """An incident or a maintenance of the page at `url`, its updates newest first. `components` are
    ids here; see `documents.whole`."""
    is_planned = is_listed_as_maintenance(incident)
    statuses = AS_MAINTENANCE if is_planned else AS_INCIDENT
    shape = {
        "id": incident.id,
        "name": incident.name,
        "status": statuses.get(incident.status, incident.status).value,
        "created_at": timestamp(incident.created_at),
        "updated_at": timestamp(incident.updated_at),
        "monitoring_at": _maybe(incident.monitoring_at),
        "resolved_at": _maybe(incident.resolved_at),
        "impact": incident.impact.value,
        "shortlink": f"{url}/incidents/{incident.id}",
        "started_at": timestamp(incident.started_at),
        "page_id": page_id_shown(incident.page),
        "incident_updates": [
            _update(one, statuses.get(one.status, one.status), names)
            for one in reversed(updates)
            if one.is_shown
        ],
        "components": list(incident.component_ids),
    }
    if is_planned:
        begin, end = incident.started_at, incident.resolved_at or incident.started_at
        if incident.schedule:
            begin, end = incident.schedule.scheduled_for, incident.schedule.scheduled_until
        shape |= {"scheduled_for": timestamp(begin), "scheduled_until": timestamp(end)}
    return shape


def _update(update: Update, status: Status, names: Mapping[str, str]) -> Shape:
    return {
        "id": update.id,
        "status": status.value,
        "body": update.body,
        "incident_id": update.incident,
        "created_at": timestamp(update.created_at),
        "updated_at": timestamp(update.updated_at),
        "display_at": timestamp(update.display_at),
        "affected_components": [
            {**one, "name": names.get(one["code"], one["name"])} for one in update.affected
        ]
        or None,
        "deliver_notifications": update.deliver,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _maybe(seconds: float | None) -> str | None:
    return None if seconds is None else timestamp(seconds)
