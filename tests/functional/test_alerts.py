"""What monitoring says: taken in whatever the order, made into drafts, published and ended."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from statustext.adapters import sns_messages
from statustext.domain.alerts.draft import MUTED_FOR
from statustext.domain.alerts.pagerduty_signing import signature_of
from statustext.domain.api_key import Scope
from tests.functional.phrases import live, set_page
from tests.stepped import Answer, SteppedSystem
from tests.unit.test_sns_messages import CONFIRMATION, MESSAGE, certificate, signed

BODIES = Path(__file__).parents[1] / "alert_bodies"
ALERTS, RULES = "/v1/pages/default/alerts", "/v1/pages/default/alert_rules"
AUDIT = "/v1/pages/default/audit"
DRAFTS, INCIDENTS = "/v1/pages/default/drafts", "/v1/pages/default/incidents"
KEY = "key-of-the-monitoring"
API_RULE = {"name": "api", "components": ["svc_api"], "publish": "publish", "settle_minutes": 5}


def recorded(name: str) -> Any:
    return json.loads((BODIES / name).read_text())


@pytest.fixture(name="watched")
def _watched(system: SteppedSystem) -> SteppedSystem:
    """A page whose monitoring has a key."""
    system.add_key(KEY, scope=Scope.ALERTS)
    return system


def post(system: SteppedSystem, source: str, body: Any) -> Any:
    answer = system.http("POST", f"{ALERTS}/{source}", body, headers={"X-API-Key": KEY})
    assert answer.status == 202, answer
    system.run()
    return answer.json


def say(system: SteppedSystem, state: str = "firing", **more: Any) -> Any:
    return post(system, "json", {"title": "Queue is full", "state": state, **more})


def set_rules(system: SteppedSystem, *rules: Any) -> None:
    assert system.operator("PUT", RULES, {"rules": list(rules)}).status == 200


def drafts(system: SteppedSystem) -> list[Any]:
    return list(system.operator("GET", DRAFTS).json["drafts"])


def draft(system: SteppedSystem) -> Any:
    (only,) = drafts(system)
    return only


def incidents(system: SteppedSystem) -> list[Any]:
    return list(system.operator("GET", INCIDENTS).json)


def press(system: SteppedSystem, what: str, body: Any = None) -> Answer:
    answer = system.operator("POST", f"{DRAFTS}/{draft(system)['id']}/{what}", body)
    system.run()
    return answer


def test_an_alert_opens_a_draft_that_nobody_is_told_of(watched: SteppedSystem) -> None:
    watched.subscribe()
    before = watched.texts()
    assert say(watched) == {"taken": 1, "repeated": 0, "not_understood": 0}
    assert (draft(watched)["state"], draft(watched)["name"]) == ("waiting", "Queue is full")
    assert incidents(watched) == []
    live(watched, 300)
    assert watched.texts() == before


def test_a_draft_is_published_by_one_press(watched: SteppedSystem) -> None:
    watched.subscribe()
    say(watched, level="critical")
    published = press(watched, "publish").json
    (incident,) = incidents(watched)
    assert (published["state"], published["incident_id"]) == ("published", incident["id"])
    assert (incident["name"], incident["impact"]) == ("Queue is full", "critical")
    assert watched.texts()[-1] == "[Demo] Critical incident: Queue is full"
    assert press(watched, "publish").json == published
    assert len(incidents(watched)) == 1


def test_whoever_publishes_may_say_it_in_other_words(watched: SteppedSystem) -> None:
    say(watched)
    press(watched, "publish", {"name": "Orders are slow", "body": "We are on it."})
    (incident,) = incidents(watched)
    assert incident["name"] == "Orders are slow"
    assert incident["incident_updates"][0]["body"] == "We are on it."


def test_a_page_that_wants_drafts_confirmed_is_asked(watched: SteppedSystem) -> None:
    watched.subscribe()
    set_page(watched, confirm_above=1)
    watched.subscribe("+15552223333")
    say(watched)
    assert press(watched, "publish").status == 409
    assert draft(watched)["state"] == "waiting"
    shown = watched.operator("GET", f"{DRAFTS}/{draft(watched)['id']}").json["opens_as"]
    preview = watched.operator("POST", f"{INCIDENTS}/preview", {"incident": shown}).json
    confirmed = press(watched, "publish", {"confirm_token": preview["confirm_token"]})
    assert confirmed.json["state"] == "published"


def test_a_draft_is_discarded_when_its_alerts_are_over_first(watched: SteppedSystem) -> None:
    say(watched)
    watched.advance(60)
    say(watched, "resolved")
    live(watched, 240)
    assert draft(watched)["state"] == "waiting"
    live(watched, 120)
    assert draft(watched)["state"] == "discarded"
    assert press(watched, "publish").code == "draft_is_over"


def test_a_discarded_draft_stays_so_while_its_alert_goes_on(watched: SteppedSystem) -> None:
    say(watched)
    assert press(watched, "discard").json["state"] == "discarded"
    watched.advance(3600)
    say(watched)
    assert len(drafts(watched)) == 1
    assert draft(watched)["state"] == "discarded"
    watched.clock.shift(MUTED_FOR)
    say(watched)
    assert (draft(watched)["state"], draft(watched)["id"][-2:]) == ("waiting", "-2")


def test_a_rule_publishes_at_once_and_resolves(watched: SteppedSystem) -> None:
    watched.subscribe()
    set_rules(watched, API_RULE | {"incident_name": "The API has errors", "body": "We look."})
    say(watched, level="critical")
    (incident,) = incidents(watched)
    assert (incident["name"], incident["status"]) == ("The API has errors", "investigating")
    assert incident["components"][0]["status"] == "major_outage"
    assert watched.texts()[-1] == "[Demo] Critical incident: The API has errors"
    watched.advance(60)
    say(watched, "resolved")
    live(watched, 400)
    (incident,) = incidents(watched)
    assert incident["status"] == "resolved"
    assert incident["components"][0]["status"] == "operational"
    assert watched.texts()[-1] == "[Demo] Resolved: The API has errors"
    assert draft(watched)["state"] == "resolved"


def test_what_gets_worse_is_told(watched: SteppedSystem) -> None:
    set_rules(watched, API_RULE)
    say(watched, level="warning")
    say(watched, level="critical", fingerprint="another")
    (incident,) = incidents(watched)
    assert incident["impact"] == "critical"
    assert len(incident["incident_updates"]) == 2


def test_a_flapping_source_makes_one_incident(watched: SteppedSystem) -> None:
    set_rules(watched, API_RULE)
    for _ in range(5):
        say(watched)
        live(watched, 60)
        say(watched, "resolved")
        live(watched, 60)
    assert len(incidents(watched)) == 1
    assert len(incidents(watched)[0]["incident_updates"]) == 1
    live(watched, 600)
    assert len(incidents(watched)[0]["incident_updates"]) == 2


def test_what_fires_after_its_incident_was_ended_by_hand_opens_another(
    watched: SteppedSystem,
) -> None:
    set_rules(watched, API_RULE)
    say(watched)
    (incident,) = incidents(watched)
    path = f"{INCIDENTS}/{incident['id']}"
    assert watched.operator("PATCH", path, {"incident": {"status": "resolved"}}).status == 200
    watched.advance(60)
    say(watched)  # the same alert goes on, and somebody decided about it
    assert len(incidents(watched)) == 1
    watched.advance(60)
    say(watched, "resolved")
    watched.advance(60)
    say(watched)
    assert len(incidents(watched)) == 2


def escalations(system: SteppedSystem) -> list[str]:
    return [row["state"] for row in system.rows("escalation")]


def test_the_team_is_told_of_a_draft_until_somebody_is_at_it(watched: SteppedSystem) -> None:
    say(watched, level="critical")
    (row,) = watched.rows("escalation")
    assert (row["state"], row["level"]) == ("raised", "critical")
    press(watched, "publish")
    assert escalations(watched) == ["acknowledged"]
    say(watched, "resolved")
    live(watched, 420)
    assert set(escalations(watched)) == {"resolved"}


def test_what_a_rule_publishes_as_critical_is_left_to_its_incident(watched: SteppedSystem) -> None:
    """Each critical incident is raised to a page's contacts; here there are none."""
    set_rules(watched, API_RULE)
    say(watched, level="critical")
    live(watched, 120)
    assert escalations(watched) == []


def test_what_is_discarded_or_over_is_no_matter_of_the_teams(watched: SteppedSystem) -> None:
    say(watched)
    press(watched, "discard")
    assert escalations(watched) == ["resolved"]


def test_what_gets_worse_is_raised_anew(watched: SteppedSystem) -> None:
    set_rules(watched, {"name": "all"})
    say(watched, level="warning")
    say(watched, level="critical", fingerprint="another")
    assert sorted(escalations(watched)) == ["raised", "resolved"]


CHECKOUT = [f"alertmanager/{name}" for name in (
    "1-alert1-firing.json", "2-alert2-firing.json", "3-alert3-firing.json",
    "4-alert1-resolving.json", "5-alert2-3-resolving.json",
)]  # fmt: skip


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 4, 0, 3, 1, 2, 4)])
def test_recorded_bodies_end_alike_in_any_order_and_twice(
    watched: SteppedSystem, order: tuple[int, ...]
) -> None:
    set_rules(watched, API_RULE)
    for at in itertools.chain(order, order):
        post(watched, "alertmanager", recorded(CHECKOUT[at]))
    states = {one["state"] for one in watched.operator("GET", ALERTS).json["alerts"]}
    assert states == {"resolved"}
    live(watched, 420)
    assert len(incidents(watched)) <= 1
    assert all(one["status"] == "resolved" for one in incidents(watched))
    assert all(one["state"] == "resolved" for one in drafts(watched))


@pytest.mark.parametrize(
    "body", ['{"no": ', "[]", '"text"', "{}", '{"title": "x", "state": "odd"}']
)
def test_a_body_that_nobody_understands_is_kept_and_shown(
    watched: SteppedSystem, body: str
) -> None:
    answer = watched.http("POST", f"{ALERTS}/json", raw=body.encode(), headers={"X-API-Key": KEY})
    assert (answer.status, answer.json["not_understood"]) == (202, 1)
    (kept,) = watched.operator("GET", ALERTS).json["not_understood"]
    assert (kept["source"], kept["body"]) == ("json", body)


def test_a_key_in_the_address_does_for_who_cannot_send_a_header(watched: SteppedSystem) -> None:
    answer = watched.http("POST", f"{ALERTS}/statuspage/{KEY}", recorded(
        "statuspage/webhook-out-datadog-2017-08-08.incident.json"
    ))  # fmt: skip
    assert answer.json["taken"] == 1
    assert watched.http("POST", f"{ALERTS}/statuspage/wrong", {}).code == "unknown_key"
    assert watched.http("POST", f"{ALERTS}/statuspage", {}).code == "missing_key"


def test_a_key_for_alerts_does_nothing_else_and_no_other_key_does_that(
    watched: SteppedSystem,
) -> None:
    with_key = {"X-API-Key": KEY}
    for method, path in (("GET", ALERTS), ("GET", INCIDENTS), ("GET", DRAFTS), ("PUT", RULES)):
        body: Any = None if method == "GET" else {"rules": []}
        answer = watched.http(method, path, body, headers=with_key)
        assert (answer.status, answer.code) == (403, "scope_too_small")
    assert watched.operator("POST", f"{ALERTS}/json", {"title": "x"}).code == "scope_too_small"


def test_refusals(watched: SteppedSystem) -> None:
    headers = {"X-API-Key": KEY}
    assert watched.http("POST", f"{ALERTS}/nagios", {}, headers=headers).code == "unknown_source"
    large = {"title": "x" * 300_000}
    assert watched.http("POST", f"{ALERTS}/json", large, headers=headers).status == 413
    unknown = {"rules": [{"name": "a", "components": ["svc_none"]}]}
    assert watched.operator("PUT", RULES, unknown).status == 422
    twice = {"rules": [{"name": "a"}, {"name": "a"}]}
    assert watched.operator("PUT", RULES, twice).status == 422
    for path in ("none-1", "-", "x" * 60):
        assert watched.operator("GET", f"{DRAFTS}/{path}").code == "draft_not_found"
    assert watched.operator("GET", f"{ALERTS}?id=json-none").code == "alert_not_found"


def test_rules_are_shown_as_they_were_set_and_tried_without_a_trace(
    watched: SteppedSystem,
) -> None:
    set_rules(watched, API_RULE | {"match": {"labels": {"service": "api*"}}})
    (rule,) = watched.operator("GET", RULES).json["rules"]
    assert (rule["name"], rule["publish"], rule["settle_minutes"]) == ("api", "publish", 5)
    body = {"title": "Slow", "labels": {"service": "api-1"}}
    tried = watched.operator("POST", f"{RULES}/try", {"source": "json", "body": body}).json
    (one,) = tried["alerts"]
    assert (one["rule"], one["does"]) == ("api", "publishes an incident")
    assert one["incident"]["components"] == {"svc_api": "partial_outage"}
    assert incidents(watched) == drafts(watched) == []


EVENTBRIDGE = recorded("cloudwatch/eventbridge.json")
SNS = recorded("cloudwatch/lambda-sns-event.2023-02-18.scrubbed.json")


@pytest.mark.parametrize("event", [EVENTBRIDGE, SNS], ids=["EventBridge", "SNS"])
def test_aws_hands_alarms_to_the_function_itself(watched: SteppedSystem, event: Any) -> None:
    assert watched.invoke("alerts", event)["taken"] == 1
    assert watched.invoke("alerts", event)["repeated"] == 1
    assert len(watched.operator("GET", ALERTS).json["alerts"]) == 1


def from_sns(system: SteppedSystem, message: Any) -> Answer:
    """As SNS posts it, which calls its JSON plain text."""
    headers = {"Content-Type": "text/plain; charset=UTF-8"}
    path = f"{ALERTS}/cloudwatch/{KEY}"
    return system.http("POST", path, raw=json.dumps(message).encode(), headers=headers)


def test_sns_is_taken_at_its_signature_and_its_subscription_confirmed(
    watched: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def get(url: str) -> bytes:
        asked.append(url)
        return certificate(url) if url.endswith(".pem") else b"<ConfirmSubscriptionResponse/>"

    monkeypatch.setattr(sns_messages, "_certificates", {})
    monkeypatch.setattr(sns_messages, "get", get)
    assert from_sns(watched, MESSAGE).code == "not_signed"
    assert from_sns(watched, signed(CONFIRMATION)).status == 202
    assert asked[-1] == CONFIRMATION["SubscribeURL"]
    assert from_sns(watched, signed(MESSAGE)).json["taken"] == 1
    assert draft(watched)["name"] == "api-1 - Network In"


def test_where_sns_cannot_be_asked_it_sends_again(
    watched: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get(_url: str) -> bytes:
        raise OSError("nobody there")

    monkeypatch.setattr(sns_messages, "_certificates", {})
    monkeypatch.setattr(sns_messages, "get", get)
    assert from_sns(watched, signed(MESSAGE)).status == 503


def test_other_events_are_answered_and_not_taken(watched: SteppedSystem) -> None:
    assert watched.invoke("alerts", {"Records": []})["error"]["code"] == "wrong_event"


def test_an_alert_can_be_looked_at(watched: SteppedSystem) -> None:
    post(watched, "grafana", recorded("grafana/zulip.alert-9.json"))
    (listed,) = watched.operator("GET", ALERTS).json["alerts"]
    assert watched.operator("GET", f"{ALERTS}?id={listed['id']}").json == listed
    assert listed["labels"]["alertname"] == "Test alert"


PAGERDUTY = f"{ALERTS}/pagerduty"
SECRET, NEXT_SECRET = "the-first-secret-of-pagerduty", "the-next-secret-of-pagerduty"


def set_secrets(system: SteppedSystem, *secrets: str) -> Answer:
    return system.operator("PUT", PAGERDUTY, {"signing_secrets": list(secrets)})


def post_signed(system: SteppedSystem, *secrets: str) -> Answer:
    text = json.dumps(recorded("pagerduty/zulip.triggered_v3.json"), ensure_ascii=False)
    made = ",".join(signature_of(secret, text.encode()) for secret in secrets)
    headers = {"X-API-Key": KEY, "X-PagerDuty-Signature": made}
    return system.http("POST", PAGERDUTY, raw=text.encode(), headers=headers)


def test_what_pagerduty_posts_must_be_signed_once_a_secret_is_set(watched: SteppedSystem) -> None:
    assert post_signed(watched).status == 202
    made = set_secrets(watched, SECRET)
    assert made.json == {"source": "pagerduty", "must_be_signed": True, "signing_secrets": 1}
    for secrets in ((), (NEXT_SECRET,)):
        refused = post_signed(watched, *secrets)
        assert (refused.status, refused.json["error"]["code"]) == (403, "not_signed"), refused
    assert post_signed(watched, SECRET).status == 202
    set_secrets(watched, NEXT_SECRET, SECRET)
    assert post_signed(watched, SECRET).status == 202
    assert post_signed(watched, NEXT_SECRET).status == 202
    assert post_signed(watched, SECRET, NEXT_SECRET).status == 202
    set_secrets(watched, NEXT_SECRET)
    assert post_signed(watched, SECRET).status == 403
    assert set_secrets(watched).json["must_be_signed"] is False
    assert post_signed(watched).status == 202


def test_nobody_is_shown_a_secret(watched: SteppedSystem, caplog: pytest.LogCaptureFixture) -> None:
    shown = [set_secrets(watched, SECRET).text]
    shown += [watched.operator("GET", path).text for path in (ALERTS, RULES, AUDIT)]
    assert '"secrets": 1' in shown[-1] or '"secrets":1' in shown[-1]
    assert SECRET not in "".join(shown) + caplog.text


def test_only_an_admin_says_how_a_source_signs(watched: SteppedSystem) -> None:
    refused = watched.http("PUT", PAGERDUTY, {"signing_secrets": []}, headers={"X-API-Key": KEY})
    assert refused.status == 403
    other = watched.operator("PUT", f"{ALERTS}/grafana", {"signing_secrets": [SECRET]})
    assert (other.status, other.json["error"]["code"]) == (404, "source_without_signature")
