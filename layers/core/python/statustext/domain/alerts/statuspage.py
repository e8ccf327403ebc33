"""Statuspage's own webhooks: another page's incidents and components, for who depends on it.

https://support.atlassian.com/statuspage/docs/enable-webhook-notifications/
"""

from collections.abc import Mapping
from typing import Any

from statustext.domain.alerts.alert import Alert, AlertState, NotUnderstood, Reading
from statustext.domain.alerts.fields import (
    LONGEST_DESCRIPTION,
    first,
    items,
    labels,
    link,
    mapping,
    moment,
    text,
)
from statustext.domain.team.routing import Level

_OVER = ("resolved", "postmortem", "completed")
_UNDER_WAY = ("investigating", "identified", "monitoring", "in_progress", "verifying")
_OF_IMPACT = {
    "none": Level.INFO,
    "maintenance": Level.INFO,
    "minor": Level.WARNING,
    "major": Level.ERROR,
    "critical": Level.CRITICAL,
}
_OF_STATE = {
    "operational": Level.GOOD,
    "under_maintenance": Level.INFO,
    "degraded_performance": Level.WARNING,
    "partial_outage": Level.ERROR,
    "major_outage": Level.CRITICAL,
}


def read(body: dict[str, Any]) -> Reading:
    """The incident, or the component, that it is about."""
    page = text(mapping(body, "page").get("id"))
    if incident := mapping(body, "incident"):
        return _incident(incident, page)
    if component := mapping(body, "component"):
        return (_component(component, mapping(body, "component_update"), page),)
    return (NotUnderstood("It holds neither an incident nor a component."),)


def _incident(said: Mapping[str, Any], page: str) -> Reading:
    known_by, status = text(said.get("id")), text(said.get("status"))
    impact, components = text(said.get("impact")), items(said.get("components"))
    if status == "scheduled" and known_by:
        return ()
    if not known_by or status not in (*_OVER, *_UNDER_WAY):
        return (NotUnderstood("Its incident has no id, or a status that is not known."),)
    updates = items(said.get("incident_updates"))
    names = ", ".join(filter(None, (text(mapping(one).get("name")) for one in components)))
    is_over = status in _OVER
    return (
        Alert(
            fingerprint=f"incident|{known_by}",
            state=AlertState.RESOLVED if is_over else AlertState.FIRING,
            level=Level.GOOD if is_over else _OF_IMPACT.get(impact, Level.WARNING),
            title=first(said.get("name"), known_by),
            description=text(mapping(updates[0]).get("body"), LONGEST_DESCRIPTION)
            if updates
            else "",
            labels=labels({"page": page, "impact": impact, "components": names}),
            link=link(said.get("shortlink")),
            starts_at=moment(said.get("updated_at"), said.get("created_at")),
        ),
    )


def _component(
    said: Mapping[str, Any], change: Mapping[str, Any], page: str
) -> Alert | NotUnderstood:
    known_by = first(said.get("id"), change.get("component_id"))
    state = first(change.get("new_status"), said.get("status"))
    if not known_by or state not in _OF_STATE:
        return NotUnderstood("Its component has no id, or a status that is not known.")
    is_well = state == "operational"
    name = first(said.get("name"), known_by)
    return Alert(
        fingerprint=f"component|{known_by}",
        state=AlertState.RESOLVED if is_well else AlertState.FIRING,
        level=_OF_STATE[state],
        title=f"{name}: {state.replace('_', ' ')}",
        labels=labels({"page": page, "component": name, "component_id": known_by}),
        starts_at=moment(change.get("created_at"), said.get("updated_at")),
    )
