"""What the body of each source says: every recorded one, and what becomes of mangled ones."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statustext.domain.alerts.alert import Alert, NotUnderstood, Reading, Source
from statustext.domain.alerts.fields import moment, text
from statustext.domain.alerts.reading import MOST_ALERTS, read_alerts

BODIES = Path(__file__).parents[1] / "alert_bodies"
RECORDED = {
    path.relative_to(BODIES).as_posix(): json.loads(path.read_text())
    for path in sorted(BODIES.glob("*/*.json"))
}


def source_of(name: str) -> Source:
    return Source(name.partition("/")[0])


def reading(name: str) -> Reading:
    return read_alerts(source_of(name), RECORDED[name])


def alerts(name: str) -> list[Alert]:
    found = reading(name)
    assert all(isinstance(one, Alert) for one in found)
    return [one for one in found if isinstance(one, Alert)]


SAID: dict[str, list[tuple[str, str, str, str]]] = {
    "alertmanager/1-alert1-firing.json": [
        ("f489f494d68edd19", "firing", "error", "Customer checkout has a high error rate"),
    ],
    "alertmanager/2-alert2-firing.json": [
        ("f489f494d68edd19", "firing", "error", "Customer checkout has a high error rate"),
        ("31a801d2ef38764a", "firing", "error", "Customer checkout has seen no orders"),
    ],
    "alertmanager/3-alert3-firing.json": [
        ("f489f494d68edd19", "firing", "error", "Customer checkout has a high error rate"),
        ("31a801d2ef38764a", "firing", "error", "Customer checkout has seen no orders"),
        ("ea661a73f0ae6a30", "firing", "error", "Customer checkout synthetic tests"),
    ],
    "alertmanager/4-alert1-resolving.json": [
        ("f489f494d68edd19", "resolved", "good", "Customer checkout has a high error rate"),
        ("31a801d2ef38764a", "firing", "error", "Customer checkout has seen no orders"),
        ("ea661a73f0ae6a30", "firing", "error", "Customer checkout synthetic tests"),
    ],
    "alertmanager/5-alert2-3-resolving.json": [
        ("31a801d2ef38764a", "resolved", "good", "Customer checkout has seen no orders"),
        ("ea661a73f0ae6a30", "resolved", "good", "Customer checkout synthetic tests"),
    ],
    "cloudwatch/eventbridge.json": [
        (
            "arn:aws:cloudwatch:us-east-1:123456789012:alarm:ServerCpuTooHigh",
            "firing",
            "error",
            "ServerCpuTooHigh",
        )
    ],
    "cloudwatch/http-notification.2015-12-04.scrubbed.json": [
        ("123456789012|api-1 - Network In", "firing", "error", "api-1 - Network In")
    ],
    "cloudwatch/http-subscription-confirmation.2015-12-06.scrubbed.json": [],
    "cloudwatch/lambda-sns-event.2023-02-18.scrubbed.json": [
        (
            "arn:aws:cloudwatch:us-east-1:123456789012:alarm:api-example domain alarm",
            "resolved",
            "good",
            "api-example domain alarm",
        )
    ],
    "datadog/triggered.json": [
        ("2|service:checkout", "firing", "critical", "[Triggered] Checkout errors")
    ],
    "datadog/recovered.json": [
        ("2|service:checkout", "resolved", "good", "[Recovered] Checkout errors")
    ],
    "grafana/zulip.alert-9.json": [
        ("d8a21484c9c25a60", "firing", "error", "This is a summary field, failure on some_host")
    ],
    "pagerduty/zulip.triggered_v3.json": [("PFQZPSY", "firing", "error", "Test Incident 3")],
    "statuspage/webhook-out-datadog-2017-08-08.component_update.json": [
        ("component|1kbgg1cp74tb", "firing", "warning", "API: degraded performance")
    ],
    "statuspage/webhook-out-datadog-2017-08-08.incident.json": [
        ("incident|9g7yvbccltvk", "firing", "warning", "API intermittent errors")
    ],
    "statuspage/zulip-2017-12-26.component_status_update.json": [
        ("component|sqm6pl84wzjc", "firing", "info", "Database component: under maintenance")
    ],
    "statuspage/zulip-2017-12-26.incident_created.json": [
        ("incident|z3lct0r596n4", "firing", "info", "Database query delays")
    ],
    "statuspage/zulip-2017-12-26.incident_update.json": [
        ("incident|z3lct0r596n4", "resolved", "good", "Database query delays")
    ],
    "uptime-kuma/down.json": [("3", "firing", "error", "Website")],
    "uptime-kuma/up.json": [("3", "resolved", "good", "Website")],
}
"""Fingerprint, state, level, and what the title begins with."""

NOT_UNDERSTOOD = ("datadog/keep-template.json", "uptime-kuma/shape.json")
"""A template whose variables nobody filled in, and a test message without a monitor."""


@pytest.mark.parametrize("name", SAID)
def test_a_recorded_body_is_read(name: str) -> None:
    found = alerts(name)
    said = [(one.fingerprint, one.state.value, one.level.value) for one in found]
    assert said == [known[:3] for known in SAID[name]]
    for one, known in zip(found, SAID[name], strict=True):
        assert one.title.startswith(known[3])
        assert one.starts_at is not None


def test_every_recorded_body_is_in_the_table() -> None:
    assert set(RECORDED) == {*SAID, *NOT_UNDERSTOOD}


@pytest.mark.parametrize("name", NOT_UNDERSTOOD)
def test_what_is_not_understood_says_why(name: str) -> None:
    (found,) = reading(name)
    assert isinstance(found, NotUnderstood)
    assert found.reason.endswith(".")


def test_labels_links_and_descriptions_come_along() -> None:
    (grafana,) = alerts("grafana/zulip.alert-9.json")
    assert grafana.labels == {"alertname": "Test alert", "test": "true"}
    assert grafana.link == "https://runbook.example.com/"
    assert grafana.description == "This is a description"
    (pagerduty,) = alerts("pagerduty/zulip.triggered_v3.json")
    assert pagerduty.labels["service"] == "pig208"
    (kuma,) = alerts("uptime-kuma/down.json")
    assert kuma.labels == {"monitor": "Website", "type": "http", "team": "web"}
    (sns,) = alerts("cloudwatch/http-notification.2015-12-04.scrubbed.json")
    assert sns.labels["InstanceId"] == "i-bc8dcaa5"
    (datadog,) = alerts("datadog/triggered.json")
    assert datadog.labels["service"] == "checkout"


PAGERDUTY: dict[str, Any] = RECORDED["pagerduty/zulip.triggered_v3.json"]


def pagerduty(event: str, **changes: Any) -> Reading:
    body = copy.deepcopy(PAGERDUTY)
    body["event"]["event_type"] = event
    body["event"]["data"] |= changes
    return read_alerts(Source.PAGERDUTY, body)


def test_an_acknowledged_incident_is_still_firing() -> None:
    (one,) = pagerduty("incident.acknowledged", status="acknowledged", urgency="low")
    assert isinstance(one, Alert)
    assert (one.state, one.level) == ("firing", "warning")


def test_what_is_about_something_else_says_nothing() -> None:
    assert pagerduty("pagey.ping", type="ping") == ()
    assert pagerduty("incident.annotated", type="incident_note") == ()
    alarm = {"AlarmName": "a", "NewStateValue": "INSUFFICIENT_DATA", "AWSAccountId": "1"}
    assert read_alerts(Source.CLOUDWATCH, alarm) == ()


@pytest.mark.parametrize(
    ("body", "state", "level"),
    [
        ({"title": "Queue is full"}, "firing", "error"),
        ({"title": "Queue is full", "state": "firing", "level": "critical"}, "firing", "critical"),
        ({"title": "Queue is full", "status": "resolved"}, "resolved", "good"),
    ],
)
def test_the_plain_form(body: dict[str, Any], state: str, level: str) -> None:
    (one,) = read_alerts(Source.JSON, body)
    assert isinstance(one, Alert)
    assert (one.state, one.level, one.fingerprint) == (state, level, "Queue is full")


def test_a_body_of_too_many_alerts_is_read_in_part() -> None:
    found = read_alerts(Source.JSON, {"alerts": [{"title": "x"}] * (MOST_ALERTS + 1)})
    assert len(found) == MOST_ALERTS + 1
    assert isinstance(found[-1], NotUnderstood)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1970-01-01T00:00:01Z", 1),
        ("2022-06-17T00:41:00.782137894Z", 1655426460.782137),
        ("2015-12-04T07:22:14.394+0000", 1449213734.394),
        (1767614400000, 1767614400),
        ("1767614400", 1767614400),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59Z", None),
        ("nan", None),
        (float("inf"), None),
        (True, None),
    ],
)
def test_moments_in_every_spelling(written: object, seconds: float | None) -> None:
    assert moment(written) == seconds


def test_text_that_cannot_be_stored_or_printed_is_made_so() -> None:
    assert text("a\ud800b\x00c\x1b[1m") == "a b c [1m"
    assert text(10**5000) == ""


PLACES = st.lists(st.integers(0, 1_000_000), min_size=1, max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["\ud800", "9" * 500, "firing", "resolved", "https://x y"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)  # fmt: skip


def mangled(body: Any, places: list[int], value: Any) -> Any:
    """The body with another value somewhere in it, on the way that `places` lead."""
    if not places or not isinstance(body, dict | list) or not body:
        return value
    keys = list(body) if isinstance(body, dict) else list(range(len(body)))
    at = keys[places[0] % len(keys)]
    changed = copy.copy(body)
    changed[at] = mangled(body[at], places[1:], value)
    return changed


@given(st.sampled_from(sorted(RECORDED)), st.sampled_from(Source), PLACES, VALUES)
def test_no_body_raises_and_whatever_comes_out_is_sound(
    name: str, source: Source, places: list[int], value: Any
) -> None:
    for of in (source_of(name), source):
        for one in read_alerts(of, mangled(RECORDED[name], places, value)):
            if isinstance(one, Alert):
                assert 0 < len(one.fingerprint) <= 255
                assert 0 < len(one.title) <= 255
                json.dumps([one.title, one.description, dict(one.labels)]).encode()
                "".join([one.fingerprint, one.title, one.description, *one.labels]).encode()
                assert one.link.startswith("http") or not one.link


@given(VALUES)
def test_no_value_raises(value: Any) -> None:
    for source in Source:
        read_alerts(source, value)
