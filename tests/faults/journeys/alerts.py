"""Alerts of monitoring, and the incidents that they draft, publish and end."""

import json
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

from tests.faults.afterwards import everybody_stops, news_is_published
from tests.faults.journey import journey
from tests.faults.stage import INCIDENTS, Stage

PAGE, KEY = "/v1/pages/default", "key-of-the-monitoring"
RULE = {"name": "api", "components": ["svc_api"], "publish": "publish", "settle_minutes": 1}
OPENED, RESOLVED = "[Demo] Critical incident: Queue is full", "[Demo] Resolved: Queue is full"
EVENTS = Path(__file__).parents[3] / "events"


def watch(stage: Stage, *rules: Any) -> None:
    stage.system.add_key(KEY, scope="alerts")
    assert stage.operator("PUT", f"{PAGE}/alert_rules", {"rules": list(rules)}).status == 200


def say(stage: Stage, state: str = "firing", **more: Any) -> None:
    body = {"title": "Queue is full", "level": "critical", "state": state, **more}
    answer = stage.request("POST", f"{PAGE}/alerts/json", body, headers={"X-API-Key": KEY})
    assert answer.status == 202, answer
    stage.carry_on()


def drafts(stage: Stage) -> list[dict[str, Any]]:
    return stage.system.rows("draft")


def press(stage: Stage, what: str) -> None:
    (draft,) = stage.operator("GET", f"{PAGE}/drafts").json["drafts"]
    path = f"{PAGE}/drafts/{draft['id']}"
    assert stage.operator("GET", path).status == 200
    assert stage.operator("POST", f"{path}/{what}").status == 200
    stage.carry_on()


def told(stage: Stage, *texts: str) -> bool:
    return all(stage.system.texts(phone) == list(texts) for phone in stage.phones)


def states(rows: Iterable[dict[str, Any]]) -> list[str]:
    return [row["state"] for row in rows]


@journey(everybody_stops)
def an_alert_publishes_and_resolves(stage: Stage) -> Generator[None]:
    stage.active(1)
    watch(stage, RULE)
    yield
    say(stage, fingerprint="a", level="warning")
    say(stage, fingerprint="b")
    stage.live(60)
    say(stage, "resolved", fingerprint="a")
    say(stage, "resolved", fingerprint="b")
    stage.live(180)
    yield
    (incident,) = stage.system.rows("incident")
    assert (incident["status"], incident["impact"]) == ("resolved", "critical")
    assert states(drafts(stage)) == ["resolved"]


@journey(everybody_stops)
def a_draft_is_published_by_hand(stage: Stage) -> Generator[None]:
    stage.active(1)
    watch(stage)
    say(stage)
    yield
    press(stage, "publish")
    yield
    (incident,) = stage.system.rows("incident")
    assert incident["name"] == "Queue is full"
    assert states(drafts(stage)) == ["published"]
    assert stage.overtaken or told(stage, OPENED)


@journey(news_is_published)
def a_draft_is_discarded(stage: Stage) -> Generator[None]:
    watch(stage)
    say(stage)
    yield
    press(stage, "discard")
    yield
    assert states(drafts(stage)) == ["discarded"]
    assert stage.system.rows("incident") == []


@journey(news_is_published)
def a_draft_is_over_before_anybody_looked(stage: Stage) -> Generator[None]:
    watch(stage, {"name": "any", "settle_minutes": 1})
    say(stage)
    yield
    say(stage, "resolved")
    stage.live(180)
    yield
    assert states(drafts(stage)) == ["discarded"]
    assert {row["state"] for row in stage.system.rows("escalation")} == {"resolved"}


@journey(news_is_published)
def an_alert_fires_after_its_incident_was_ended(stage: Stage) -> Generator[None]:
    watch(stage, RULE)
    say(stage)
    (one,) = stage.system.rows("incident")
    stage.change(one["sk"], status="resolved")
    say(stage, "resolved")
    yield
    say(stage)
    yield
    assert len(stage.system.rows("incident")) == 2
    assert [row["number"] for row in drafts(stage)] == [2]


@journey(news_is_published)
def what_operators_see_of_alerts(stage: Stage) -> Generator[None]:
    watch(stage)
    yield
    watch_again = {"rules": [RULE]}
    assert stage.operator("PUT", f"{PAGE}/alert_rules", watch_again).status == 200
    say(stage)
    say(stage, state="odd")
    stage.request("POST", f"{PAGE}/alerts/json/{KEY}", {"title": "By address"})
    trial = {"source": "json", "body": {"title": "x"}, "rules": [RULE]}
    for rules in ([RULE], None):
        asked = {**trial, "rules": rules}
        assert stage.operator("POST", f"{PAGE}/alert_rules/try", asked).status == 200
    assert stage.operator("GET", f"{PAGE}/alert_rules").status == 200
    signing = {"signing_secrets": ["the-secret-of-pagerduty"]}
    assert stage.operator("PUT", f"{PAGE}/alerts/pagerduty", signing).status == 200
    assert stage.request("POST", f"{PAGE}/alerts/pagerduty/{KEY}", {}).status == 403
    listed = stage.operator("GET", f"{PAGE}/alerts").json
    assert len(listed["not_understood"]) >= 1
    one = listed["alerts"][0]["id"]
    assert stage.operator("GET", f"{PAGE}/alerts?id={one}").status == 200
    yield
    assert len(stage.system.rows("alert")) == 2


@journey(news_is_published)
def an_alarm_comes_by_eventbridge(stage: Stage) -> Generator[None]:
    watch(stage)
    event = json.loads((EVENTS / "alerts_eventbridge.json").read_text(encoding="utf-8"))
    yield
    stage.console(event, "alerts")
    yield
    assert states(drafts(stage)) == ["waiting"]
    assert stage.operator("GET", INCIDENTS).json == []
