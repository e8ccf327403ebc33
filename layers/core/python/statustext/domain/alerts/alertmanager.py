"""Prometheus Alertmanager's webhook, version 4, and Grafana's, which grew from it.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
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

_STATES = {"firing": AlertState.FIRING, "resolved": AlertState.RESOLVED}


def read(body: dict[str, Any]) -> Reading:
    """One alert for each of the body's. The state of the group is not theirs."""
    if not items(body.get("alerts")):
        return (NotUnderstood("It holds no list of alerts."),)
    return tuple(_alert(one) for one in body["alerts"])


def _alert(given: object) -> Alert | NotUnderstood:
    named, notes = mapping(given, "labels"), mapping(given, "annotations")
    said = mapping(given)
    state = _STATES.get(text(said.get("status")).casefold())
    known_by = fingerprint(said.get("fingerprint")) or fingerprint(
        *(f"{name}={value}" for name, value in sorted(labels(named).items()))
    )
    if state is None or not known_by:
        return NotUnderstood("An alert in it has no state, or neither a fingerprint nor labels.")
    level = level_of(named.get("severity"), named.get("level"), named.get("priority"))
    title = first(
        notes.get("summary"), notes.get("title"), notes.get("statuspageSummary"),
        named.get("alertname"), known_by,
    )  # fmt: skip
    return Alert(
        fingerprint=known_by,
        state=state,
        level=level if state is AlertState.FIRING else Level.GOOD,
        title=title,
        description=first(
            notes.get("description"), notes.get("message"), longest=LONGEST_DESCRIPTION
        ),
        labels=labels(named),
        link=link(
            notes.get("runbook_url"), said.get("dashboardURL"), said.get("panelURL"),
            said.get("generatorURL"),
        ),
        starts_at=moment(said.get("startsAt")),
    )  # fmt: skip
