"""Datadog's webhooks, whose body is a template of the operator's: docs/alerts.md has the one that
is read here.

https://docs.datadoghq.com/integrations/webhooks/#variables
"""

from typing import Any

from statustext.domain.alerts.alert import Alert, AlertState, NotUnderstood, Reading
from statustext.domain.alerts.fields import (
    LONGEST_DESCRIPTION,
    fingerprint,
    first,
    labels,
    level_of,
    link,
    mapping,
    moment,
    tags,
    text,
)
from statustext.domain.team.routing import Level

_FIRING = ("triggered", "re-triggered", "warn", "re-warn", "no data", "re-no data", "renotify")
_TYPES = {
    "error": AlertState.FIRING,
    "warning": AlertState.FIRING,
    "success": AlertState.RESOLVED,
}


def read(body: dict[str, Any]) -> Reading:
    """The one alert of a body; a variable that Datadog did not fill in counts as absent."""
    given = {
        text(name).casefold(): value
        for name, value in body.items()
        if not text(value).startswith("$")
    }
    transition = text(given.get("alert_transition")).casefold()
    state = _state(transition, text(given.get("alert_type")).casefold())
    monitor = first(given.get("monitor_id"), given.get("alert_id"))
    known_by = fingerprint(
        given.get("aggreg_key") or fingerprint(monitor, given.get("scopes") or given.get("scope"))
    )
    title = first(given.get("title"), given.get("alert_title"), given.get("event_title"))
    if state is None or not known_by or not title:
        why = "It lacks a transition that is known, a title, or a monitor's id."
        return (NotUnderstood(why),)
    about = {
        "monitor_id": monitor,
        "scope": given.get("scopes"),
        "priority": given.get("severity") or given.get("priority"),
        "org": mapping(given.get("org")).get("name"),
    }
    by_type = Level.WARNING if "warn" in transition else level_of(given.get("alert_type"))
    level = level_of(given.get("severity"), given.get("priority"), otherwise=by_type)
    return (
        Alert(
            fingerprint=known_by,
            state=state,
            level=level if state is AlertState.FIRING else Level.GOOD,
            title=title,
            description=first(
                given.get("body"), given.get("event_msg"), longest=LONGEST_DESCRIPTION
            ),
            labels=labels(tags(given.get("tags")), about),
            link=link(given.get("url"), given.get("link")),
            starts_at=moment(given.get("last_updated"), given.get("date")),
        ),
    )


def _state(transition: str, alert_type: str) -> AlertState | None:
    if transition in _FIRING:
        return AlertState.FIRING
    if transition.endswith("recovered"):
        return AlertState.RESOLVED
    return None if transition else _TYPES.get(alert_type)
