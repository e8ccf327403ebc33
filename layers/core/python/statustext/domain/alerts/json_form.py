"""The plain form, for scripts and for sources that have a template for their body:

`{"state": "firing", "title": "…", "fingerprint": "…", "level": "critical", "description": "…",
"labels": {"service": "api"}, "link": "https://…", "starts_at": "2027-01-20T02:00:00Z"}`, or several
as `{"alerts": […]}`. Only `title` is required.
"""

from typing import Any

from statustext.domain.alerts.alert import Alert, AlertState, NotUnderstood, Reading
from statustext.domain.alerts.fields import (
    LONGEST_DESCRIPTION,
    fingerprint,
    first,
    items,
    labels,
    level_of,
    link,
    mapping,
    moment,
    text,
)
from statustext.domain.team.routing import Level

_STATES = {
    "firing": AlertState.FIRING,
    "resolved": AlertState.RESOLVED,
    "ok": AlertState.RESOLVED,
    "": AlertState.FIRING,
}


def read(body: dict[str, Any]) -> Reading:
    """The alert, or the alerts."""
    if "alerts" not in body:
        return (_alert(body),)
    found = tuple(_alert(one) for one in items(body["alerts"]))
    return found or (NotUnderstood("It holds no alerts."),)


def _alert(given: object) -> Alert | NotUnderstood:
    said, named = mapping(given), labels(mapping(given, "labels"))
    title = text(said.get("title"))
    state = _STATES.get(first(said.get("state"), said.get("status")).casefold())
    if state is None or not title:
        return NotUnderstood("An alert needs a title, and a state of firing or resolved.")
    by_name = fingerprint(title, *(f"{name}={value}" for name, value in sorted(named.items())))
    is_firing = state is AlertState.FIRING
    return Alert(
        fingerprint=fingerprint(said.get("fingerprint")) or by_name,
        state=state,
        level=level_of(said.get("level"), said.get("severity")) if is_firing else Level.GOOD,
        title=title,
        description=text(said.get("description"), LONGEST_DESCRIPTION),
        labels=named,
        link=link(said.get("link")),
        starts_at=moment(said.get("starts_at")),
    )
