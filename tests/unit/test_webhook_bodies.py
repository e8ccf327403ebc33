"""Statuspage's outgoing bodies: the fields on record, read by who reads Statuspage's."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from statustext.domain.alerts.alert import Alert, AlertState, Source
from statustext.domain.alerts.reading import read_alerts
from statustext.domain.component import Component, ComponentStatus
from statustext.domain.incident import Impact, Incident, Schedule, Status, Update
from statustext.domain.page import Page
from statustext.domain.templates import Event
from statustext.flows.delivering.webhook_bodies import Sending, component_body, incident_body

RECORDED = Path(__file__).parents[1] / "alert_bodies" / "statuspage"
NOW = 1_700_000_000.0
API = Component("apiapiapiapi", "api", "API", ComponentStatus.PARTIAL_OUTAGE, created_at=1.6e9)
WEB = Component("webwebwebweb", "web", "Web", created_at=1.6e9)
SENDING = Sending(
    page=Page("default", "Acme", "https://status.acme.example", ""),
    components=(API, WEB),
    unsubscribe="https://status.acme.example/?unsubscribe=sub_1",
    documentation="https://docs.example/webhooks",
    generated_at=NOW,
)
INCIDENT = Incident(
    id="incidentaaaa",
    page="default",
    name="Elevated errors",
    status=Status.IDENTIFIED,
    impact=Impact.MAJOR,
    component_ids=(API.id,),
    newest_seq=2,
    announced_seq=2,
    created_at=NOW - 60,
    updated_at=NOW,
)
AFFECTED = {
    "code": API.id,
    "name": "API",
    "old_status": "operational",
    "new_status": "partial_outage",
}


def update(seq: int, status: Status, *affected: dict[str, str]) -> Update:
    return Update(
        incident=INCIDENT.id,
        seq=seq,
        status=status,
        event=Event.CREATED if seq == 1 else Event.UPDATED,
        body=f"Update {seq}.",
        deliver=True,
        created_at=NOW - 60 + seq,
        affected=affected,
        id=f"updateaaaaa{seq}",
    )


UPDATES = [update(1, Status.INVESTIGATING, AFFECTED), update(2, Status.IDENTIFIED)]


def fields(body: Any) -> Any:
    """The names in a body, at every depth; of a list, those of its first."""
    if isinstance(body, dict):
        return {name: fields(one) for name, one in body.items()}
    return [fields(body[0])] if isinstance(body, list) and body else None


def recorded(name: str) -> Any:
    return json.loads((RECORDED / name).read_text())


def test_an_incident_has_the_fields_on_record() -> None:
    theirs = fields(recorded("zulip-2017-12-26.incident_update.json"))
    assert fields(incident_body(INCIDENT, UPDATES[:1], SENDING)) == theirs


def test_a_components_change_has_the_fields_on_record() -> None:
    change = (ComponentStatus.OPERATIONAL, ComponentStatus.PARTIAL_OUTAGE)
    theirs = fields(recorded("zulip-2017-12-26.component_status_update.json"))
    assert fields(component_body(API, change, NOW, SENDING)) == theirs


def test_what_an_incidents_body_says() -> None:
    body = incident_body(INCIDENT, UPDATES, SENDING)
    assert body["page"]["status_indicator"] == "minor"
    assert body["page"]["status_description"] == "Minor Service Outage"
    assert body["meta"]["generated_at"] == "2023-11-14T22:13:20.000Z"
    incident = body["incident"]
    assert [one["id"] for one in incident["incident_updates"]] == ["updateaaaaa2", "updateaaaaa1"]
    assert [one["status"] for one in incident["incident_updates"]] == [
        "identified",
        "investigating",
    ]
    assert incident["incident_updates"][0]["affected_components"] == [
        {"name": "No components were affected by this update."}
    ]
    assert incident["incident_updates"][1]["affected_components"] == [AFFECTED]
    assert [one["name"] for one in incident["components"]] == ["API"]
    assert incident["shortlink"] == "https://status.acme.example/incidents/incidentaaaa"
    assert incident["page_id"] == body["page"]["id"] == incident["components"][0]["page_id"]
    assert len(body["page"]["id"]) == 12


def test_a_maintenance_keeps_its_own_statuses_and_times() -> None:
    maintenance = replace(
        INCIDENT,
        status=Status.SCHEDULED,
        impact=Impact.MAINTENANCE,
        schedule=Schedule(NOW + 3600, NOW + 7200, remind_prior=True),
    )
    incident = incident_body(maintenance, UPDATES[:1], SENDING)["incident"]
    assert incident["status"] == "scheduled"
    assert incident["impact"] == "maintenance"
    assert incident["scheduled_for"] == "2023-11-14T23:13:20.000Z"
    assert incident["scheduled_remind_prior"] is True


def test_the_same_change_of_a_component_has_one_id() -> None:
    change = (ComponentStatus.OPERATIONAL, ComponentStatus.PARTIAL_OUTAGE)

    def told(component: Component, at: float) -> str:
        body = component_body(component, change, at, replace(SENDING, generated_at=NOW + at))
        return str(body["component_update"]["id"])

    assert told(API, 1.0) == told(API, 1.0)
    assert len({told(API, 1.0), told(API, 2.0), told(WEB, 1.0)}) == 3
    assert len(told(API, 1.0)) == 12


@pytest.mark.parametrize(
    ("incident", "state"),
    [
        (INCIDENT, AlertState.FIRING),
        (replace(INCIDENT, status=Status.RESOLVED, resolved_at=NOW), AlertState.RESOLVED),
    ],
)
def test_another_page_that_takes_our_alerts_understands_us(
    incident: Incident, state: AlertState
) -> None:
    read = read_alerts(Source.STATUSPAGE, incident_body(incident, UPDATES, SENDING))
    alert = read[0]
    assert isinstance(alert, Alert)
    assert (alert.state, alert.title) == (state, "Elevated errors")
