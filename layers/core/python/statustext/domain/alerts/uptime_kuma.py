"""Uptime Kuma's webhook with its own body (application/json).

louislam/uptime-kuma, server/notification-providers/webhook.js; the states of a heartbeat are in
src/util.ts.
"""

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

_STATES = {"0": AlertState.FIRING, "1": AlertState.RESOLVED}
_NEITHER = ("2", "3")
"""Pending, and under maintenance."""


def read(body: dict[str, Any]) -> Reading:
    """The state of one monitor. Its test message, and one about a certificate, have none."""
    beat, monitor = mapping(body, "heartbeat"), mapping(body, "monitor")
    status, known_by = text(beat.get("status")), first(monitor.get("id"), beat.get("monitorID"))
    if status in _NEITHER and known_by:
        return ()
    state = _STATES.get(status)
    if state is None or not known_by:
        return (NotUnderstood("It tells no monitor's state."),)
    named = {
        text(mapping(one).get("name")): mapping(one).get("value") or "true"
        for one in items(monitor.get("tags"))
    }
    about = {
        "monitor": monitor.get("name"),
        "type": monitor.get("type"),
        "host": monitor.get("hostname"),
    }
    return (
        Alert(
            fingerprint=known_by,
            state=state,
            level=Level.ERROR if state is AlertState.FIRING else Level.GOOD,
            title=first(monitor.get("name"), f"Monitor {known_by}"),
            description=first(beat.get("msg"), body.get("msg"), longest=LONGEST_DESCRIPTION),
            labels=labels(about, named),
            link=link(monitor.get("url")),
            starts_at=moment(beat.get("time")),
        ),
    )
