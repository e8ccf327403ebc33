"""PagerDuty's webhooks, version 3.

https://developer.pagerduty.com/docs/webhooks-overview
"""

from typing import Any

from statustext.domain.alerts.alert import Alert, AlertState, NotUnderstood, Reading
from statustext.domain.alerts.fields import first, labels, level_of, link, mapping, moment, text
from statustext.domain.team.routing import Level

_STATES = {
    "triggered": AlertState.FIRING,
    "acknowledged": AlertState.FIRING,
    "resolved": AlertState.RESOLVED,
}


def read(body: dict[str, Any]) -> Reading:
    """The incident that an event is about, as it stands after it. Notes, responders, services and
    the test message say nothing about that."""
    event, incident = mapping(body, "event"), mapping(body, "event", "data")
    if text(incident.get("type")) != "incident":
        kind = text(event.get("event_type"))
        is_known = kind.startswith(("incident.", "service.", "pagey."))
        return () if is_known else (NotUnderstood("It is no event of PagerDuty's."),)
    state = _STATES.get(text(incident.get("status")))
    known_by, title = text(incident.get("id")), text(incident.get("title"))
    if state is None or not known_by:
        return (NotUnderstood("Its incident has no id, or a status that is not known."),)
    priority = text(mapping(incident, "priority").get("summary"))
    about = {
        "service": mapping(incident, "service").get("summary"),
        "service_id": mapping(incident, "service").get("id"),
        "escalation_policy": mapping(incident, "escalation_policy").get("summary"),
        "urgency": incident.get("urgency"),
        "priority": priority,
    }
    by_urgency = Level.WARNING if about["urgency"] == "low" else Level.ERROR
    level = level_of(priority, otherwise=by_urgency)
    return (
        Alert(
            fingerprint=known_by,
            state=state,
            level=level if state is AlertState.FIRING else Level.GOOD,
            title=first(title, known_by),
            labels=labels(about),
            link=link(incident.get("html_url")),
            starts_at=moment(event.get("occurred_at"), incident.get("created_at")),
        ),
    )
