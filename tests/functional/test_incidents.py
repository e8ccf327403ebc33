"""Incidents and components, in the shape of Statuspage's management API and by hand."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from statustext.adapters.clock import system_entropy
from statustext.adapters.dynamodb import Write
from statustext.adapters.incidents import incident_key
from statustext.domain.incident import MAINTENANCE
from statustext.domain.page import Page
from statustext.flows.acting import Act
from statustext.flows.operating.setting_up import create_component, create_page
from tests.aws_calls import watched
from tests.stepped import API_URL, KEY, NEXT_MORNING, PHONE, START, Answer, SteppedSystem

INCIDENTS = "/v1/pages/default/incidents"
COMPONENTS = "/v1/pages/default/components"
SHAPES = json.loads(Path(__file__).with_name("statuspage_shapes.json").read_text())
OWN = {
    "Incident": {"external_id", "started_at"},
    "IncidentUpdate": {"progress"},
    "Component": {"key"},
}
"""Fields that Statuspage does not have."""


def opened(system: SteppedSystem, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
    incident = {"name": "API is down", **more}
    return system.operator("POST", INCIDENTS, {"incident": incident}, headers=headers or {})


def changed(
    system: SteppedSystem, one: str, headers: Mapping[str, str] | None = None, **changes: Any
) -> Answer:
    path = f"{INCIDENTS}/{one}"
    return system.operator("PATCH", path, {"incident": changes}, headers=headers or {})


def shown(system: SteppedSystem, one: str) -> Any:
    return system.operator("GET", f"{INCIDENTS}/{one}").json


def component(system: SteppedSystem, key: str = "svc_api") -> Any:
    return system.operator("GET", f"{COMPONENTS}/{key}").json


def states(system: SteppedSystem) -> dict[str, str]:
    return {one["key"]: one["status"] for one in system.operator("GET", COMPONENTS).json}


def rows_of_publishing(system: SteppedSystem) -> list[dict[str, Any]]:
    kinds = {"incident", "update", "audit", "reserved", "component"}
    return [row for row in system.rows() if row.get("kind") in kinds]


def told(calls: Any) -> list[tuple[str, Any]]:
    return [
        (entry["DetailType"], json.loads(entry["Detail"]))
        for put in calls.of("PutEvents")
        for entry in put["Entries"]
    ]


# Statuspage's shape.


def is_shaped(name: str, given: Mapping[str, Any]) -> None:
    """As Statuspage's schema says, with every field that it has."""
    schema = SHAPES["$defs"][name]
    assert set(given) == set(schema["properties"]) | OWN[name]
    for field, value in given.items():
        if value is None or field in OWN[name]:
            continue
        about = {"$defs": SHAPES["$defs"], **schema["properties"][field]}
        errors = list(Draft202012Validator(about).iter_errors(_without_nulls(value)))
        assert not errors, f"{name}.{field}: {errors}"


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value


def test_an_incident_has_statuspages_shape(system: SteppedSystem) -> None:
    answer = opened(
        system,
        status="investigating",
        impact_override="major",
        body="We are looking into it.",
        component_ids=[component(system)["id"]],
        components={component(system)["id"]: "major_outage"},
        deliver_notifications=True,
        metadata={"jira": {"issue_id": "value"}},
    )
    assert answer.status == 201
    one = answer.json
    is_shaped("Incident", one)
    (update,) = one["incident_updates"]
    is_shaped("IncidentUpdate", update)
    (touched,) = one["components"]
    is_shaped("Component", touched)
    assert one["name"] == "API is down"
    assert (one["status"], one["impact"], one["impact_override"]) == (
        "investigating",
        "major",
        "major",
    )
    assert one["created_at"] == one["updated_at"] == "2027-01-15T08:00:00.000Z"
    assert one["metadata"] == {"jira": {"issue_id": "value"}}
    assert one["page_id"] == "default"
    assert (update["body"], update["status"]) == ("We are looking into it.", "investigating")
    assert update["affected_components"] == [
        {
            "code": touched["id"],
            "name": "API",
            "old_status": "operational",
            "new_status": "major_outage",
        }
    ]
    assert touched["status"] == "major_outage"
    assert shown(system, one["id"]) == one
    assert system.operator("GET", INCIDENTS).json == [one]


def test_the_life_of_an_incident(system: SteppedSystem) -> None:
    one = opened(system, impact_override="critical", body="Looking.").json["id"]
    for seconds, status in ((60, "identified"), (60, "monitoring"), (60, "resolved")):
        system.clock.shift(seconds)
        answer = changed(system, one, status=status, body=f"Now {status}.")
        assert (answer.status, answer.json["status"]) == (200, status)
        is_shaped("Incident", answer.json)
    end = shown(system, one)
    assert [update["status"] for update in end["incident_updates"]] == [
        "resolved",
        "monitoring",
        "identified",
        "investigating",
    ]
    assert end["monitoring_at"] == "2027-01-15T08:02:00.000Z"
    assert end["resolved_at"] == "2027-01-15T08:03:00.000Z"
    assert len({update["id"] for update in end["incident_updates"]}) == 4
    again = changed(system, one, status="postmortem", body="It was DNS.").json
    assert again["resolved_at"] == "2027-01-15T08:03:00.000Z"
    reopened = changed(system, one, status="investigating").json
    assert reopened["resolved_at"] is None


def test_the_life_of_a_maintenance(system: SteppedSystem) -> None:
    system.subscribe(preferences={"preset": "all"})
    before = len(system.texts())
    times: dict[str, Any] = {
        "scheduled_for": "2027-01-16T02:00:00.000Z",
        "scheduled_until": "2027-01-16T04:00:00.000Z",
    }
    one = opened(system, name="New disks", **times).json
    assert (one["status"], one["impact"]) == ("scheduled", "maintenance")
    assert {name: one[name] for name in times} == times
    system.run()
    for status in ("in_progress", "verifying", "completed"):
        assert changed(system, one["id"], status=status).status == 200
        system.run()
    texts = system.texts()[before:]
    assert texts[0] == "[Demo] Maintenance scheduled: New disks"
    assert texts[1] == "[Demo] Maintenance started: New disks"
    assert texts[-1] == "[Demo] Maintenance completed: New disks"
    assert shown(system, one["id"])["resolved_at"] is not None


@pytest.mark.parametrize(
    ("components", "override", "impact"),
    [
        ({}, None, "none"),
        ({"svc_api": "operational"}, None, "none"),
        ({"svc_api": "degraded_performance"}, None, "minor"),
        ({"svc_api": "partial_outage"}, None, "major"),
        ({"svc_api": "major_outage"}, None, "critical"),
        ({"svc_api": "degraded_performance", "svc_payments": "major_outage"}, None, "major"),
        ({"svc_api": "degraded_performance", "svc_payments": "partial_outage"}, None, "minor"),
        ({"svc_api": "under_maintenance"}, None, "maintenance"),
        ({"svc_api": "major_outage"}, "minor", "minor"),
        ({}, "critical", "critical"),
    ],
)
def test_the_impact_is_overridden_or_the_blend_of_its_components(
    system: SteppedSystem, components: Mapping[str, str], override: str | None, impact: str
) -> None:
    one = opened(system, components=components, impact_override=override).json
    assert (one["impact"], one["impact_override"]) == (impact, override)


def test_the_impact_is_kept_at_its_worst(system: SteppedSystem) -> None:
    """As in the incident of GitHub of 2024-09-17, which two components went through."""
    one = opened(system, components={"svc_api": "partial_outage", "svc_payments": "partial_outage"})
    assert one.json["impact"] == "major"
    path = f"/v1/pages/default/incidents/{one.json['id']}"
    for states in (
        {"svc_payments": "operational"},
        {"svc_api": "degraded_performance"},
        {"svc_api": "major_outage"},
        {"svc_api": "operational"},
    ):
        changed = system.operator("PATCH", path, {"incident": {"components": states}})
        assert changed.json["impact"] == "major"
    worse = {"svc_api": "major_outage", "svc_payments": "major_outage"}
    changed = system.operator("PATCH", path, {"incident": {"components": worse}})
    assert changed.json["impact"] == "critical"
    over = {"status": "resolved", "components": dict.fromkeys(worse, "operational")}
    assert system.operator("PATCH", path, {"incident": over}).json["impact"] == "critical"


def test_impacts_and_statuses_are_statuspages(system: SteppedSystem) -> None:
    properties = SHAPES["$defs"]["Incident"]["properties"]
    for impact in properties["impact"]["enum"]:
        assert opened(system, impact_override=impact).json["impact"] == impact
    for status in properties["status"]["enum"]:
        times: dict[str, Any] = NEXT_MORNING if status in MAINTENANCE else {}
        assert opened(system, status=status, **times).json["status"] == status


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "incident.name"),
        ({"name": None}, "incident.name"),
        ({"name": "x" * 256}, "incident.name"),
        ({"name": 7}, "incident.name"),
        ({"name": "a\x00b"}, "incident.name"),
        ({"status": "broken"}, "incident.status"),
        ({"impact_override": "huge"}, "incident.impact_override"),
        ({"body": "x" * 25_001}, "incident.body"),
        ({"components": {"svc_api": "on fire"}}, "incident.components"),
        ({"components": ["svc_api"]}, "incident.components"),
        ({"component_ids": "svc_api"}, "incident.component_ids"),
        ({"component_ids": ["svc_nothing"]}, "services"),
        ({"components": {"svc_nothing": "operational"}}, "services"),
        ({"metadata": "x"}, "incident.metadata"),
        ({"deliver_notifications": "maybe"}, "incident.deliver_notifications"),
        ({"external_id": "with space"}, "incident.external_id"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_published(
    system: SteppedSystem, given: Mapping[str, Any], field: str
) -> None:
    before = system.rows()
    answer = opened(system, **given)
    assert answer.status == 422
    assert any(name.startswith(field) for name in answer.json["error"]["fields"]), answer.text
    assert system.rows() == before


@pytest.mark.parametrize("body", [{}, {"name": "API is down"}, {"incident": "API"}, [], "x"])
def test_an_incident_is_wrapped_as_at_statuspage(system: SteppedSystem, body: Any) -> None:
    answer = system.operator("POST", INCIDENTS, body)
    assert answer.status in (400, 422)
    assert system.rows("incident") == []


def test_fields_of_statuspage_that_do_nothing_here_pass_where_they_ask_for_nothing(
    system: SteppedSystem,
) -> None:
    assert opened(system, auto_tweet_at_beginning=False).status == 201
    answer = opened(system, auto_tweet_on_creation=True)
    assert answer.status == 422
    fields = {"incident.auto_tweet_on_creation": "is not done here; leave it out"}
    assert answer.json["error"]["fields"] == fields


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"impact_overide": "critical"}, "is no field here; did you mean impact_override."),
        ({"state": "resolved"}, "is no field here; did you mean status."),
        ({"deliver_notification": False}, "did you mean deliver_notifications."),
        ({"xyz": 1}, "Correct incident.xyz: is no field here."),
        ({"scheduled_for": "soon"}, "must be a date and time as in 2027-01-20T02:00:00Z."),
        ({"status": "broken"}, "must be investigating, identified, "),
        ({"components": {"a b": "operational"}}, "must be 1 to 64 letters, digits or any of"),
        ({"metadata": []}, "Correct incident.metadata: must be an object."),
        ({"deliver_notifications": "maybe"}, "must be true or false."),
        ({"name": 7}, "Correct incident.name: must be text."),
    ],
)
def test_a_slip_is_told_in_words_and_changes_nothing(
    system: SteppedSystem, given: dict[str, Any], message: str
) -> None:
    known = opened(system, body="Looking.").json
    for answer in (opened(system, **given), changed(system, known["id"], **given)):
        assert answer.status == 422
        assert message in answer.json["error"]["message"]
    assert shown(system, known["id"]) == known


def test_fields_without_their_wrapper_and_broken_json_are_told_so(system: SteppedSystem) -> None:
    answer = system.operator("POST", INCIDENTS, {"name": "API is down"})
    assert (answer.status, answer.json["error"]["fields"]) == (422, {"incident": "is required"})
    assert "object named incident" in answer.json["error"]["message"]
    headers = {"X-API-Key": KEY}
    broken = b'{"incident": {"name": "API",\n  status: 1}}'
    answer = system.http("POST", INCIDENTS, raw=broken, headers=headers)
    assert answer.status == 400
    assert "from line 2, column 3 on" in answer.json["error"]["message"]


def test_json_true_is_no_number(system: SteppedSystem) -> None:
    answer = system.operator("PATCH", "/v1/pages/default", {"segment_budget": True})
    assert answer.status == 422
    assert answer.json["error"]["fields"] == {"segment_budget": "must be a number"}


def test_form_bodies_are_read_as_rails_writes_them(system: SteppedSystem) -> None:
    form = {
        "incident[name]": "API is down",
        "incident[impact_override]": "major",
        "incident[component_ids][]": "svc_api",
        "incident[deliver_notifications]": "false",
    }
    answer = system.operator("POST", INCIDENTS, form=form)
    assert answer.status == 201, answer
    assert answer.json["impact"] == "major"
    assert [one["key"] for one in answer.json["components"]] == ["svc_api"]


# Updates.


def test_what_says_nothing_new_is_an_edit(system: SteppedSystem) -> None:
    one = opened(system, body="Looking.").json["id"]
    for edit in ({"name": "API is slow"}, {"metadata": {"a": {"b": 1}}}, {"body": "Looking."}):
        answer = changed(system, one, **edit)
        assert (answer.status, len(answer.json["incident_updates"])) == (200, 1)
    assert shown(system, one)["name"] == "API is slow"
    assert shown(system, one)["metadata"] == {"a": {"b": 1}}


def test_a_repeated_update_is_told_once(system: SteppedSystem) -> None:
    system.subscribe(preferences={"preset": "all"})
    one = system.open_incident()
    for _ in range(3):
        system.update_incident(one, status="identified", body="A bad deploy.")
    assert len(shown(system, one)["incident_updates"]) == 2
    assert [text for text in system.texts() if "Update" in text] == [
        "[Demo] Update: API is down - Identified"
    ]


def test_an_update_may_be_made_without_telling(system: SteppedSystem) -> None:
    system.subscribe(preferences={"preset": "all"})
    before = system.texts()
    one = opened(system, impact_override="critical", deliver_notifications=False).json["id"]
    changed(system, one, body="Quietly.", deliver_notifications=False)
    system.run()
    assert system.texts() == before
    flags = [update["deliver_notifications"] for update in shown(system, one)["incident_updates"]]
    assert flags == [False, False]
    changed(system, one, body="Aloud.")
    system.run()
    assert len(system.texts()) == len(before) + 1


def test_two_updates_at_the_same_moment_are_both_kept(system: SteppedSystem) -> None:
    one = opened(system).json["id"]
    with watched() as calls:
        calls.first("TransactWriteItems", lambda: changed(system, one, body="First."))
        answer = changed(system, one, body="Second.")
    assert answer.status == 200
    bodies = [update["body"] for update in shown(system, one)["incident_updates"]]
    assert bodies == ["Second.", "First.", ""]
    assert len([row for row in system.rows("audit") if row["event"] == "incident.updated"]) == 2


def test_updates_that_never_get_through_are_a_conflict(system: SteppedSystem) -> None:
    one = opened(system).json["id"]
    with watched() as calls:
        for _ in range(12):
            calls.first("TransactWriteItems", _another_update(system, one))
        answer = changed(system, one, body="Mine.")
    assert (answer.status, answer.code) == (409, "conflict")
    assert "Mine." not in [update["body"] for update in shown(system, one)["incident_updates"]]


def _another_update(system: SteppedSystem, one: str) -> Any:
    write = Write(*incident_key("default", one), update="ADD edition :one", values={"one": 1})
    return lambda: system.table.write(write)


@pytest.mark.parametrize("one", ["0frwxtbsbr91", "x" * 1500, "%00"])
def test_an_unknown_incident_is_404(system: SteppedSystem, one: str) -> None:
    for answer in (system.operator("GET", f"{INCIDENTS}/{one}"), changed(system, one, body="x")):
        assert (answer.status, answer.code) == (404, "incident_not_found")


def test_incidents_are_listed_newest_first(system: SteppedSystem) -> None:
    for number in range(3):
        opened(system, name=f"Number {number}")
        system.clock.shift(1)
    listed = system.operator("GET", INCIDENTS).json
    assert [one["name"] for one in listed] == ["Number 2", "Number 1", "Number 0"]
    (newest,) = system.operator("GET", f"{INCIDENTS}?limit=1").json
    assert newest["name"] == "Number 2"
    for limit in ("0", "101", "x"):
        assert system.operator("GET", f"{INCIDENTS}?limit={limit}").status == 422


# Repeated calls.


def test_a_call_with_the_same_key_is_made_once(system: SteppedSystem) -> None:
    system.subscribe()
    key = {"Idempotency-Key": "deploy-4711"}
    first = opened(system, key, impact_override="critical")
    system.run()
    system.clock.shift(3600)
    second = opened(system, key, impact_override="critical")
    system.run()
    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] == second.json["id"]
    assert len(system.rows("incident")) == 1
    assert len([text for text in system.texts() if "incident" in text]) == 1
    third = opened(system, {"Idempotency-Key": "deploy-4712"}, impact_override="critical")
    assert third.json["id"] != first.json["id"]


def test_a_key_is_for_one_request(system: SteppedSystem) -> None:
    key = {"Idempotency-Key": "deploy-4711"}
    one = opened(system, key).json["id"]
    for answer in (opened(system, key, name="Another"), changed(system, one, key, body="x")):
        assert (answer.status, answer.code) == (422, "idempotency_key_reused")
    assert len(system.rows("incident")) == len(system.rows("update")) == 1


def test_a_key_is_for_one_incident(system: SteppedSystem) -> None:
    one, other = opened(system).json["id"], opened(system).json["id"]
    key = {"Idempotency-Key": "step-1"}
    assert changed(system, one, key, body="A bad deploy.").status == 200
    answer = changed(system, other, key, body="A bad deploy.")
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")


def test_an_update_with_the_same_key_is_made_once(system: SteppedSystem) -> None:
    one = opened(system).json["id"]
    key = {"Idempotency-Key": "step-1"}
    changed(system, one, key, body="A bad deploy.")
    changed(system, one, body="Rolled back.")
    repeated = changed(system, one, key, body="A bad deploy.")
    assert repeated.status == 200
    bodies = [update["body"] for update in shown(system, one)["incident_updates"]]
    assert bodies == ["Rolled back.", "A bad deploy.", ""]


def test_the_same_key_twice_at_the_same_moment(system: SteppedSystem) -> None:
    key = {"Idempotency-Key": "deploy-4711"}
    answers: list[Answer] = []
    with watched() as calls:
        calls.first("TransactWriteItems", lambda: answers.append(opened(system, key)))
        answers.append(opened(system, key))
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len(system.rows("incident")) == 1


@pytest.mark.parametrize(("key", "status"), [("k" * 255, 201), ("k" * 256, 422), ("", 422)])
def test_keys_are_of_1_to_255_characters(system: SteppedSystem, key: str, status: int) -> None:
    assert opened(system, {"Idempotency-Key": key}).status == status


def test_an_external_id_is_opened_once(system: SteppedSystem) -> None:
    first = opened(system, external_id="pagerduty:Q1W2E3").json
    assert first["external_id"] == "pagerduty:Q1W2E3"
    system.clock.shift(30 * 24 * 3600)
    second = opened(system, name="Told otherwise", external_id="pagerduty:Q1W2E3")
    assert (second.status, second.json["id"], second.json["name"]) == (
        201,
        first["id"],
        "API is down",
    )
    assert len(system.rows("incident")) == 1


def test_the_same_external_id_twice_at_the_same_moment(system: SteppedSystem) -> None:
    answers: list[Answer] = []
    with watched() as calls:
        calls.first("TransactWriteItems", lambda: answers.append(opened(system, external_id="a")))
        answers.append(opened(system, external_id="a"))
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len(system.rows("incident")) == 1


# One transaction.


def test_publishing_is_one_write(system: SteppedSystem) -> None:
    key = {"Idempotency-Key": "deploy-4711"}
    with watched() as calls:
        opened(system, key, components={"svc_api": "major_outage"}, external_id="a")
    kinds = {"TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"}
    writes = [name for name in calls.operations if name in kinds]
    assert writes == ["TransactWriteItems"]
    (transaction,) = calls.of("TransactWriteItems")
    # Two names, component, its change, audit, incident, that it is open, update, its being told.
    assert len(transaction["TransactItems"]) == 9


@pytest.mark.parametrize("part", range(7))
def test_publishing_is_all_or_nothing(system: SteppedSystem, part: int) -> None:
    """Whatever part of it cannot be written: nothing is, nobody is told, a retry works."""
    system.subscribe()
    key = {"Idempotency-Key": "deploy-4711"}
    before, texts = rows_of_publishing(system), system.texts()

    def spoil(parameters: Mapping[str, Any]) -> None:
        (write,) = parameters["TransactItems"][part].values()
        write["ConditionExpression"] = "attribute_exists(nothing_has_this)"

    with watched() as calls:
        for _ in range(6):
            calls.first("TransactWriteItems", lambda: spoil(calls.made[-1].parameters))
        answer = opened(
            system, key, impact_override="critical", components={"svc_api": "major_outage"}
        )
    assert (answer.status, answer.code) == (409, "conflict")
    assert rows_of_publishing(system) == before
    system.run()
    assert system.texts() == texts
    assert opened(system, key, impact_override="critical").status == 201
    system.run()
    assert len(system.texts()) == len(texts) + 1


def test_where_the_table_fails_the_caller_is_told(system: SteppedSystem) -> None:
    one = opened(system).json["id"]
    before = rows_of_publishing(system)
    with watched() as calls:
        calls.refuse("TransactWriteItems")
        assert opened(system, name="Second").status == 503
        assert changed(system, one, body="x").status == 503
    assert rows_of_publishing(system) == before


def test_every_step_is_on_record_and_on_the_bus(system: SteppedSystem) -> None:
    with watched() as calls:
        one = opened(system, impact_override="major").json["id"]
        changed(system, one, status="identified")
        changed(system, one, status="resolved")
        system.run()
    events = told(calls)
    assert [name for name, _ in events] == [
        "incident.created",
        "incident.updated",
        "incident.resolved",
    ]
    assert [detail["seq"] for _, detail in events] == [1, 2, 3]
    assert {detail["incident"] for _, detail in events} == {one}
    assert {detail["page"] for _, detail in events} == {"default"}
    assert events[0][1]["impact"] == "major"
    kept = [row for row in system.rows("audit") if row["event"].startswith("incident.")]
    assert len(kept) == 3
    assert all(row["actor"].startswith("key ") for row in kept)
    assert all(row["at"] == START for row in kept)


def test_texts_and_receipts_are_on_the_bus_without_number_or_text(system: SteppedSystem) -> None:
    system.subscribe()
    with watched() as calls:
        system.open_incident()
        system.advance(60)
        system.reply("Thanks")
    events = told(calls)
    assert {"sms.sent", "sms.delivered", "sms.replied"} <= {name for name, _ in events}
    everything = json.dumps(events)
    for secret in (PHONE[1:], "API is down", "Thanks"):
        assert secret not in everything


# Components.


def test_components_exist_and_can_be_listed(system: SteppedSystem) -> None:
    listed = system.operator("GET", COMPONENTS).json
    assert {one["key"]: one["name"] for one in listed} == {
        "svc_api": "API",
        "svc_payments": "Payments",
    }
    for one in listed:
        is_shaped("Component", one)
        assert component(system, one["id"]) == component(system, one["key"]) == one


def test_a_component_is_added(system: SteppedSystem) -> None:
    body = {
        "component": {
            "name": "Search",
            "key": "svc_search",
            "description": "Full text",
            "status": "partial_outage",
        }
    }
    added = system.operator("POST", COMPONENTS, body)
    assert added.status == 201
    is_shaped("Component", added.json)
    assert len(added.json["id"]) == 12
    assert {name: added.json[name] for name in body["component"]} == body["component"]
    assert component(system, "svc_search") == added.json
    again = system.operator("POST", COMPONENTS, body)
    assert (again.status, again.code) == (409, "key_taken")
    unnamed = system.operator("POST", COMPONENTS, {"component": {"name": "Mail"}})
    assert unnamed.json["key"].startswith("svc_")


def test_a_component_is_changed_by_key_or_id(system: SteppedSystem) -> None:
    before = component(system)
    for name, status in ((before["key"], "degraded_performance"), (before["id"], "operational")):
        system.clock.shift(1)
        body = {"component": {"status": status}}
        answer = system.operator("PATCH", f"{COMPONENTS}/{name}", body)
        assert (answer.status, answer.json["status"]) == (200, status)
        assert answer.json["name"] == "API"
    body = {"component": {"name": "The API", "description": "v2"}}
    renamed = system.operator("PATCH", f"{COMPONENTS}/svc_api", body).json
    assert (renamed["name"], renamed["description"], renamed["key"]) == ("The API", "v2", "svc_api")
    fixed = system.operator("PATCH", f"{COMPONENTS}/svc_api", {"component": {"key": "svc_x"}})
    assert (fixed.status, fixed.code) == (422, "key_is_fixed")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"name": ""},
        {"name": "x" * 101},
        {"name": "A", "key": "a b"},
        {"name": "A", "status": "x"},
    ],
)
def test_a_component_of_another_shape_is_refused(
    system: SteppedSystem, given: Mapping[str, Any]
) -> None:
    answer = system.operator("POST", COMPONENTS, {"component": given})
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert len(states(system)) == 2


def test_an_unknown_component_is_404(system: SteppedSystem) -> None:
    for method, body in (("GET", None), ("PATCH", {"component": {"name": "x"}})):
        answer = system.operator(method, f"{COMPONENTS}/svc_nothing", body)
        assert (answer.status, answer.code) == (404, "component_not_found")


def test_incidents_name_components_by_key_or_id(system: SteppedSystem) -> None:
    known = {key: component(system, key)["id"] for key in ("svc_api", "svc_payments")}
    one = opened(system, component_ids=[known["svc_api"], "svc_payments", "svc_api"]).json
    assert {part["id"] for part in one["components"]} == set(known.values())
    assert len(one["components"]) == 2


def test_incidents_set_the_state_of_components(system: SteppedSystem) -> None:
    down = {"svc_api": "major_outage", component(system, "svc_payments")["id"]: "partial_outage"}
    one = opened(system, components=down).json["id"]
    assert states(system) == {"svc_api": "major_outage", "svc_payments": "partial_outage"}
    changed(system, one, status="monitoring", components={"svc_api": "operational"})
    assert states(system) == {"svc_api": "operational", "svc_payments": "partial_outage"}


def test_components_may_change_without_an_update(system: SteppedSystem) -> None:
    """PATCH with components alone says nothing new to people, but is not lost."""
    one = opened(system, components={"svc_api": "major_outage"}).json["id"]
    answer = changed(system, one, components={"svc_api": "operational"})
    assert answer.status == 200
    assert len(answer.json["incident_updates"]) == 1
    assert answer.json["components"][0]["status"] == "operational"
    assert states(system)["svc_api"] == "operational"


@pytest.mark.parametrize("given", [[], None])
def test_components_can_be_taken_off(system: SteppedSystem, given: Any) -> None:
    one = opened(system, component_ids=["svc_api"]).json["id"]
    assert len(changed(system, one, body="x").json["components"]) == 1
    assert changed(system, one, component_ids=given).json["components"] == []


def test_who_asked_for_services_hears_of_those(system: SteppedSystem) -> None:
    system.subscribe(preferences={"services": ["svc_payments"]})
    system.open_incident("API", component_ids=["svc_api"])
    system.open_incident("Payments", component_ids=[component(system, "svc_payments")["id"]])
    system.open_incident("Everything")
    assert [text.rpartition(": ")[2] for text in system.texts() if "incident" in text] == [
        "Payments",
        "Everything",
    ]


# Pages.


def test_incidents_of_one_page_are_not_anothers(system: SteppedSystem) -> None:
    create_page(system.table, Page("other", "Other", "https://other.example.test/", API_URL))
    system.add_key("key-of-another-page", "other")
    create_component(
        "other", "svc_mail", "Mail", Act("tests", system.table, system.now, system_entropy)
    )
    theirs = {"X-API-Key": "key-of-another-page"}
    system.subscribe()
    one = opened(system, external_id="same").json["id"]
    system.run()
    before = system.texts()
    path = "/v1/pages/other/incidents"
    body = {"incident": {"name": "Mail is down", "external_id": "same"}}
    their_own = system.http("POST", path, body, headers=theirs)
    assert their_own.status == 201
    assert their_own.json["id"] != one
    system.run()
    assert system.texts() == before
    assert system.http("GET", f"{path}/{one}", headers=theirs).status == 404
    refused = system.http("PATCH", f"{path}/{one}", {"incident": {"body": "x"}}, headers=theirs)
    assert refused.status == 404
    assert system.http("GET", INCIDENTS, headers=theirs).code == "wrong_page"
    unknown = {"incident": {"name": "x", "component_ids": ["svc_api"]}}
    assert system.http("POST", path, unknown, headers=theirs).code == "unknown_service"


# By hand, in the AWS console.


def test_an_incident_by_hand(system: SteppedSystem) -> None:
    system.subscribe()
    one = system.invoke("incident", {"action": "open", "name": "API is down", "body": "Looking."})
    is_shaped("Incident", one)
    system.run()
    updated = system.invoke(
        "incident", {"action": "update", "id": one["id"], "status": "identified", "body": "Found."}
    )
    assert updated["status"] == "identified"
    ended = system.invoke("incident", {"action": "resolve", "id": one["id"]})
    assert ended["status"] == "resolved"
    system.run()
    assert [text[7:] for text in system.texts()[-2:]] == [
        "New incident: API is down",
        "Resolved: API is down",
    ]
    assert system.invoke("incident", {"action": "get", "id": one["id"]})["id"] == one["id"]
    actors = {row["actor"] for row in system.rows("audit") if "incident" in row["event"]}
    assert actors == {"the AWS console"}


def test_a_maintenance_is_completed_by_hand(system: SteppedSystem) -> None:
    when = {"scheduled_for": "2027-01-16T02:00:00Z", "scheduled_until": "2027-01-16T04:00:00Z"}
    one = system.invoke("incident", {"action": "open", "name": "New disks", **when})
    ended = system.invoke("incident", {"action": "resolve", "id": one["id"]})
    assert ended["status"] == "completed"


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({}, "invalid_request"),
        ({"name": "API is down"}, "invalid_request"),
        ({"action": "close"}, "invalid_request"),
        ({"action": "open"}, "invalid_request"),
        ({"action": "open", "name": "x", "nmae": "y"}, "invalid_request"),
        ({"action": "open", "name": "x", "page": "nowhere"}, "page_not_found"),
        ({"action": "open", "name": "x", "component_ids": ["svc_x"]}, "unknown_service"),
        ({"action": "update", "body": "x"}, "invalid_request"),
        ({"action": "update", "id": "0frwxtbsbr91", "body": "x"}, "incident_not_found"),
        ({"action": "resolve", "id": "0frwxtbsbr91"}, "incident_not_found"),
        ({"action": "get", "id": "0frwxtbsbr91"}, "incident_not_found"),
    ],
)
def test_a_mistake_by_hand_is_explained(
    system: SteppedSystem, event: Mapping[str, Any], code: str
) -> None:
    answer = system.invoke("incident", event)
    assert set(answer) == {"error"}
    assert answer["error"]["code"] == code
    assert answer["error"]["message"].endswith(".")
    assert system.rows("incident") == []


# What becomes of components at the end, and whom an incident without any is for.


def state_of(system: SteppedSystem, key: str) -> str:
    return str(system.operator("GET", f"{COMPONENTS}/{key}").json["status"])


def set_page(system: SteppedSystem, **settings: str) -> None:
    assert system.operator("PATCH", "/v1/pages/default", settings).status == 200


@pytest.mark.parametrize("chosen", ["keep", "operational"])
def test_components_work_again_as_the_page_chooses(system: SteppedSystem, chosen: str) -> None:
    set_page(system, components_when_resolved=chosen)
    broken = {"svc_api": "major_outage", "svc_payments": "partial_outage"}
    one = opened(system, components=broken).json["id"]
    other = opened(system, components={"svc_payments": "partial_outage"}).json["id"]
    changed(system, one, status="identified", body="A disk.")
    assert state_of(system, "svc_api") == "major_outage"
    ended = changed(system, one, status="resolved").json
    expected = "operational" if chosen == "operational" else "major_outage"
    assert state_of(system, "svc_api") == expected
    assert {part["key"]: part["status"] for part in ended["components"]}["svc_api"] == expected
    assert state_of(system, "svc_payments") == "partial_outage", "the other one goes on"
    changed(system, other, status="resolved")
    assert state_of(system, "svc_payments") == (
        "operational" if chosen == "operational" else "partial_outage"
    )


def test_an_end_may_say_otherwise_of_a_component(system: SteppedSystem) -> None:
    set_page(system, components_when_resolved="operational")
    one = opened(system, components={"svc_api": "major_outage"}).json["id"]
    changed(system, one, status="resolved", components={"svc_api": "degraded_performance"})
    assert state_of(system, "svc_api") == "degraded_performance"


@pytest.mark.parametrize("chosen", ["all", "all_services"])
def test_whom_an_incident_without_components_is_for_is_the_page_s_choice(
    system: SteppedSystem, chosen: str
) -> None:
    set_page(system, without_components=chosen)
    assert system.http("GET", "/subscription_form").json["without_components"] == chosen
    everything = system.subscribe("+15550000001")
    payments = system.subscribe("+15550000002", preferences={"services": ["svc_payments"]})
    one = opened(system, impact_override="critical").json["id"]
    system.run()
    changed(system, one, status="resolved")
    system.run()
    texts = {phone: len(system.texts(phone)) for phone in ("+15550000001", "+15550000002")}
    assert texts["+15550000001"] - texts["+15550000002"] == (0 if chosen == "all" else 2)
    assert everything != payments


def test_it_is_for_who_chose_a_component_once_it_names_that(system: SteppedSystem) -> None:
    """And its end is for them as well, though it names none then."""
    set_page(system, without_components="all_services")
    system.subscribe("+15550000002", preferences={"services": ["svc_payments"]})
    before = len(system.texts("+15550000002"))
    one = opened(system, impact_override="critical").json["id"]
    changed(system, one, status="identified", component_ids=["svc_payments"])
    system.run()
    assert len(system.texts("+15550000002")) == before + 1
    changed(system, one, status="resolved", component_ids=[])
    system.run()
    assert len(system.texts("+15550000002")) == before + 2
