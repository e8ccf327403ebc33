"""Whatever arrives: a 4xx with a code and a sentence, never a 5xx, never what was sent."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import pytest

from local.configuration import FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN, FAKE_FROM, ROOT
from local.fake_twilio.webhooks import WebhookRequest
from local.http_messages import HttpRequest
from local.proxy_integration import answer_of, proxy_event
from statustext import body_formats
from statustext.adapters.dynamodb import Table
from statustext.domain.api_key import Kind
from statustext.domain.page import CONSENT, consent_version
from statustext.field_types import MAX_METADATA
from statustext.safe_headers import SAFE_HEADERS
from statustext.web import MAX_BODY
from tests.stepped import API_URL, KEY, PHONE, Answer, Aws, SteppedSystem, stepped_system

OTHER_PHONE = "+15559870123"
ALERTS_KEY = "key-of-the-monitoring"
LONG = "a" * 5000
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PATHS = json.loads((ROOT / "functions/public_api/openapi.json").read_text("utf-8"))["paths"]
PUBLIC = ("/subscriptions", "/subscription_form", "/challenge", "/openapi.json", "/widget.js")


@dataclass(frozen=True)
class Route:
    """A route with what it takes when all is well; `wrap` is where the fields of its body are."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    wrap: str = ""
    key: str = ""  # "operator", "monitoring", "token" or "twilio"

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def fields(self) -> Mapping[str, Any]:
        given = self.body or {}
        return given[self.wrap] if self.wrap else given


PREFERENCES = {
    "preset": "all",
    "severity_filter": ["critical"],
    "services": ["svc_api"],
    "new_incidents": True,
    "updates": True,
    "resolutions": True,
    "maintenance": True,
    "all_resolutions": True,
    "quiet_hours": "22:00-07:00",
    "timezone": "Europe/Berlin",
    "critical_always": True,
}
SIGN_UP = {"phone": OTHER_PHONE, "country": "US", "preferences": PREFERENCES, "consent": True}
SIGN_UP |= {"consent_version": consent_version(CONSENT.format(page="Demo")), "language": "en"}
INCIDENT = {
    "name": "API is down",
    "status": "investigating",
    "impact_override": "major",
    "body": "On it.",
    "component_ids": ["svc_api"],
    "components": {"svc_api": "major_outage"},
    "deliver_notifications": False,
    "metadata": {"ticket": 7},
    "scheduled_for": "2027-01-20",
    "scheduled_until": "2027-01-21",
    "external_id": "x-1",
}
COMPONENT: dict[str, Any] = {
    "name": "Search",
    "key": "svc_search",
    "description": "",
    "status": "operational",
}
COMPONENT |= {"group_id": None, "showcase": False, "start_date": "2027-01-01"}
COMPONENT |= {"only_show_if_degraded": False}
OPERATORS = {
    "type": "sms",
    "phone": OTHER_PHONE,
    "country": "US",
    "verified": True,
    "consent": {"source": "form", "statement": "Yes.", "obtained_at": "2024-01-15"},
    "preferences": PREFERENCES,
}
PAGE = {
    "name": "Demo",
    "url": "https://status.example.test/",
    "countries": ["US"],
    "segment_budget": 1,
    "consent_required": False,
    "keyword_replies": "twilio",
    "limits": {
        "signups_per_address": 10,
        "signups_per_number": 20,
        "signups_per_hour": 300,
        "signups_per_prefix": 20,
        "signups_per_country": 100,
        "unproven_per_prefix": 20,
        "unproven_per_country": 100,
        "least_entered_percent": 20,
        "texts_per_hour": 0,
        "texts_per_day": 0,
        "texts_per_month": 0,
        "segments_per_hour": 0,
        "segments_per_day": 0,
        "segments_per_month": 0,
        "usd_per_hour": 0,
        "usd_per_day": 0,
        "usd_per_month": 0,
    },
    "timezone": "UTC",
    "quiet_hours": "off",
    "overnight": "line",
    "without_components": "all",
    "components_when_resolved": "keep",
    "coalescing_window": 120,
    "ended_kept_days": 30,
    "recipient_limits": [[1, 60]],
    "senders": [{"id": "12345", "prefixes": ["+44"]}],
    "prices": {"GB": 0.045},
    "confirm_above": 0,
    "confirm_tolerance": 10,
    "failover_after_minutes": 10,
    "modes": ["sms"],
}
CONTACT = {"name": "Ann", "channel": "sms", "address": "+15551234568", "country": "US"}
TEAM = {
    "policy": {"warning": ["log", "slack"]},
    "ladders": [
        {
            "steps": [{"after_minutes": 5, "channel": "slack", "person": 0}],
            "components": ["svc_api"],
            "repeats": 1,
            "repeat_minutes": 60,
        }
    ],
    "rotation": {
        "contacts": [],
        "first_day": "2027-01-04",
        "days": 7,
        "time": "09:00",
        "timezone": "Europe/Berlin",
        "overrides": [],
    },
    "stale_minutes": 60,
}
GROUPED: tuple[Any, ...] = (
    {"component_group": {"name": "Europe", "components": ["svc_api"]}},
    "component_group",
    "operator",
)
REWORDED: tuple[Any, ...] = (
    {"incident_update": {"body": "Other words.", "display_at": "2027-01-15T07:00:00Z"}},
    "incident_update",
    "operator",
)
MANAGED = {
    "phone_number": OTHER_PHONE,
    "phone_country": "US",
    "component_ids": ["svc_api"],
    "skip_confirmation_notification": False,
}
V1, SMS = "/v1/pages/default", "/api/sms/subscribers"
ONES_OWN = [
    Route("POST", "/subscriptions", SIGN_UP),
    Route("POST", "/subscriptions/{id}/verify", {"code": "123456"}),
    Route("POST", "/subscriptions/{id}/resend_confirmation"),
    Route("GET", "/subscriptions/{id}", key="token"),
    Route("PATCH", "/subscriptions/{id}", {"preferences": PREFERENCES}, key="token"),
    Route("POST", "/subscriptions/{id}/signing_secret", key="token"),
    Route("DELETE", "/subscriptions/{id}", key="token"),
    Route("GET", "/subscription_form"),
    Route("GET", "/challenge"),
]
BUTTONS = [
    Route("GET", f"/pages/default/subscriptions/{{id}}/{act}") for act in ("confirm", "unsubscribe")
]
"""Pages with a button each, which leads on."""
TEXTS = "/api/v1/orgs/default/sms"
TEXT = {"to": "+15558887766", "body": "Hello", "category": "transactional"}
SUPPRESSIONS = "/api/v1/orgs/default/sms/suppressions"
PROVIDER = "/api/v1/orgs/default/sms/provider"
PROVIDED = {"account_sid": FAKE_ACCOUNT_SID, "auth_token": FAKE_AUTH_TOKEN, "sender": FAKE_FROM}
SUPPRESSED = {"phone": "+15558887777", "reason": "asked by e-mail"}
POSTMORTEM = f"{V1}/incidents/{{incident}}/postmortem"
ROUTES = [
    *ONES_OWN,
    *(
        Route(one.method, f"/pages/default{one.path}", one.body, one.wrap, one.key)
        for one in ONES_OWN
    ),
    *BUTTONS,
    Route("POST", "/pages/default/subscriptions/{id}/unsubscribe"),
    Route("POST", f"{TEXTS}/send", TEXT, key="operator"),
    Route("GET", f"{TEXTS}/sends", key="operator"),
    Route("GET", f"{TEXTS}/usage", key="operator"),
    Route("GET", f"{TEXTS}/stats", key="operator"),
    Route("GET", f"{TEXTS}/sends/nothing", key="operator"),
    Route("DELETE", f"{TEXTS}/sends/nothing", key="operator"),
    Route("GET", "/openapi.json"),
    Route("GET", "/widget.js"),
    Route("GET", "/console"),
    Route("GET", "/console/main.js"),
    Route("GET", f"{V1}/incidents", key="operator"),
    Route("POST", f"{V1}/incidents", {"incident": INCIDENT}, "incident", "operator"),
    Route("GET", f"{V1}/incidents/{{incident}}", key="operator"),
    Route("PATCH", f"{V1}/incidents/{{incident}}", {"incident": INCIDENT}, "incident", "operator"),
    Route("POST", f"{V1}/incidents/{{incident}}/updates/1/recall", key="operator"),
    Route("POST", f"{V1}/incidents/preview", {"incident": INCIDENT}, "incident", "operator"),
    Route(
        "POST",
        f"{V1}/incidents/{{incident}}/preview",
        {"incident": INCIDENT},
        "incident",
        "operator",
    ),
    Route("PUT", f"{V1}/incidents/{{incident}}", {"incident": INCIDENT}, "incident", "operator"),
    Route("DELETE", f"{V1}/incidents/nothing", key="operator"),
    Route("GET", f"{V1}/incidents/unresolved", key="operator"),
    Route("GET", f"{V1}/incidents/scheduled", key="operator"),
    Route("GET", f"{V1}/incidents/upcoming", key="operator"),
    Route("GET", f"{V1}/incidents/active_maintenance", key="operator"),
    *(
        Route(method, f"{V1}/incidents/{{incident}}/incident_updates/{{update}}", *REWORDED)
        for method in ("PATCH", "PUT")
    ),
    Route("GET", POSTMORTEM, key="operator"),
    Route("PUT", POSTMORTEM, {"postmortem": {"body_draft": "x"}}, "postmortem", "operator"),
    Route("PUT", f"{POSTMORTEM}/publish", {"postmortem": {}}, "postmortem", "operator"),
    Route("PUT", f"{POSTMORTEM}/revert", key="operator"),
    Route("DELETE", POSTMORTEM, key="operator"),
    Route("GET", "/v1/pages", key="operator"),
    Route("GET", f"{V1}/component-groups", key="operator"),
    Route("POST", f"{V1}/component-groups", *GROUPED),
    Route("GET", f"{V1}/component-groups/{{group}}", key="operator"),
    Route("PATCH", f"{V1}/component-groups/{{group}}", *GROUPED),
    Route("PUT", f"{V1}/component-groups/{{group}}", *GROUPED),
    Route("DELETE", f"{V1}/component-groups/nothing", key="operator"),
    Route("DELETE", f"{V1}/components/nothing", key="operator"),
    Route("PUT", f"{V1}/components/svc_api", {"component": COMPONENT}, "component", "operator"),
    Route("GET", f"{V1}/components", key="operator"),
    Route("POST", f"{V1}/components", {"component": COMPONENT}, "component", "operator"),
    Route("GET", f"{V1}/components/svc_api", key="operator"),
    Route("PATCH", f"{V1}/components/svc_api", {"component": COMPONENT}, "component", "operator"),
    Route("GET", SMS, key="operator"),
    Route("POST", SMS, OPERATORS, key="operator"),
    Route("DELETE", SMS, key="operator"),
    Route("POST", f"{SMS}/{{id}}/release", key="operator"),
    Route("GET", f"{SMS}/export", key="operator"),
    Route("POST", f"{SMS}/import", {"csv": "phone\n", "dry_run": True}, key="operator"),
    Route("PATCH", f"{SMS}/{{id}}", {"preferences": PREFERENCES}, key="operator"),
    Route("GET", V1, key="operator"),
    Route("PATCH", V1, PAGE, key="operator"),
    Route("PUT", V1, PAGE, key="operator"),
    Route("GET", f"{V1}/incidents/{{incident}}/deliveries", key="operator"),
    Route("GET", f"{V1}/incidents/{{incident}}/report", key="operator"),
    Route("GET", f"{V1}/subscribers/{{id}}/history", key="operator"),
    Route("GET", f"{V1}/audit", key="operator"),
    Route("GET", f"{V1}/subscribers", key="operator"),
    Route("POST", f"{V1}/subscribers", {"subscriber": MANAGED}, "subscriber", "operator"),
    Route("GET", f"{V1}/subscribers/count", key="operator"),
    Route("GET", f"{V1}/subscribers/histogram_by_state", key="operator"),
    Route("GET", f"{V1}/subscribers/unsubscribed", key="operator"),
    *(
        Route("POST", f"{V1}/subscribers/{act}", {"subscribers": ["nobody"]}, key="operator")
        for act in ("unsubscribe", "reactivate", "resend_confirmation")
    ),
    Route("GET", f"{V1}/subscribers/{{id}}", key="operator"),
    Route("PATCH", f"{V1}/subscribers/{{id}}", {"component_ids": ["svc_api"]}, key="operator"),
    Route("DELETE", f"{V1}/subscribers/nobody", key="operator"),
    Route("POST", f"{V1}/subscribers/nobody/resend_confirmation", key="operator"),
    Route("GET", f"{V1}/incidents/{{incident}}/subscribers", key="operator"),
    Route(
        "POST",
        f"{V1}/incidents/{{incident}}/subscribers",
        {"subscriber": MANAGED},
        "subscriber",
        "operator",
    ),
    Route("GET", f"{V1}/incidents/{{incident}}/subscribers/nobody", key="operator"),
    Route("DELETE", f"{V1}/incidents/{{incident}}/subscribers/nobody", key="operator"),
    Route(
        "POST",
        f"{V1}/incidents/{{incident}}/subscribers/nobody/resend_confirmation",
        key="operator",
    ),
    Route("GET", f"{V1}/alerts", key="operator"),
    Route("GET", f"{V1}/alert_rules", key="operator"),
    Route("PUT", f"{V1}/alert_rules", {"rules": []}, key="operator"),
    Route("POST", f"{V1}/alert_rules/try", {"source": "json", "body": {}}, key="operator"),
    Route("GET", f"{V1}/drafts", key="operator"),
    Route("GET", f"{V1}/drafts/nothing-1", key="operator"),
    Route("POST", f"{V1}/drafts/nothing-1/publish", key="operator"),
    Route("POST", f"{V1}/drafts/nothing-1/discard", key="operator"),
    Route("POST", f"{V1}/alerts/json", key="monitoring"),
    Route("PUT", f"{V1}/alerts/pagerduty", {"signing_secrets": []}, key="operator"),
    Route("POST", f"{V1}/alerts/json/nothing"),
    Route("GET", f"{V1}/team", key="operator"),
    Route("PATCH", f"{V1}/team", TEAM, key="operator"),
    Route("POST", f"{V1}/team/contacts", CONTACT, key="operator"),
    Route("POST", f"{V1}/team/contacts/nothing/verify", {"code": "123456"}, key="operator"),
    Route("DELETE", f"{V1}/team/contacts/nothing", key="operator"),
    Route("GET", f"{V1}/team/escalations", key="operator"),
    Route("POST", f"{V1}/team/escalations/nothing/acknowledge", key="operator"),
    Route("GET", "/team/default/escalations/nothing/nothing"),
    Route("POST", "/team/default/escalations/nothing/nothing"),
    Route("GET", PROVIDER, key="operator"),
    Route("PUT", PROVIDER, PROVIDED, key="operator"),
    Route("PATCH", PROVIDER, PROVIDED, key="operator"),
    Route("DELETE", PROVIDER, key="operator"),
    Route("POST", f"{PROVIDER}/test", {"to": "+15558887766"}, key="operator"),
    Route("GET", SUPPRESSIONS, key="operator"),
    Route("POST", SUPPRESSIONS, SUPPRESSED, key="operator"),
    Route("GET", f"{SUPPRESSIONS}/+15558887777", key="operator"),
    Route("DELETE", f"{SUPPRESSIONS}/+15558887777", key="operator"),
    Route("GET", f"{TEXTS}/reviews", key="operator"),
    Route("POST", f"{TEXTS}/reviews/{{review}}/confirm", key="operator"),
    Route("POST", f"{TEXTS}/reviews/{{review}}/undo", key="operator"),
    Route("GET", f"{TEXTS}/codes", key="operator"),
    Route("DELETE", f"{TEXTS}/codes/paused/+1555201", key="operator"),
    Route("GET", f"{V1}/sending", key="operator"),
    Route("PATCH", f"{V1}/sending", {"paused": False}, key="operator"),
    Route("GET", f"{V1}/consent/+15551234567", key="operator"),
    Route("GET", f"{V1}/compliance_pack", key="operator"),
    Route("GET", f"{V1}/templates", key="operator"),
    Route("PUT", f"{V1}/templates/created", {"template": "{{title}}"}, key="operator"),
    Route("POST", f"{V1}/templates/created/preview", {"template": "{{title}}"}, key="operator"),
    Route("DELETE", f"{V1}/templates/created", key="operator"),
    Route("GET", f"{V1}/versions", key="operator"),
    Route("POST", f"{V1}/versions/nothing/undo", key="operator"),
    Route("POST", "/twilio/default/inbound", key="twilio"),
    Route("POST", "/api/v1/sms/webhooks/twilio/default", key="twilio"),
    Route("POST", "/twilio/default/status/a.b.1.c.1", key="twilio"),
]
WITH_BODY = [one for one in ROUTES if one.body]
WEBHOOKS = [one for one in ROUTES if one.key == "twilio"]


@dataclass
class Caller:
    """Calls routes as somebody who may, from an address that has called before never."""

    system: SteppedSystem
    path_parameters: Mapping[str, str]
    token: str
    calls: int = field(default=0)

    def __call__(
        self,
        route: Route,
        raw: bytes = b"",
        media_type: str = JSON,
        *,
        path: str = "",
        query: str = "",
        method: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Through API Gateway, which refuses some itself. Every status is a published one."""
        where, asked = path or self._path(route), method or route.method
        answer = self.system.http(
            asked,
            where + (f"?{query}" if query else ""),
            raw=raw,
            headers={**self._headers(route, media_type if raw else ""), **(headers or {})},
            source_ip=self._address(),
        )
        if asked != "OPTIONS":  # a preflight is shown to nobody
            sent = {name.lower() for name in answer.headers}
            assert {name.lower() for name in SAFE_HEADERS} <= sent, answer
            assert "frame-ancestors" in answer.headers["Content-Security-Policy"]
        found = self.system.api._find(asked, where)
        # What is nobody else's is the status page's: all of its paths are one route, of any method.
        if found is not None and asked != "OPTIONS" and not found[0].resource.endswith("{path+}"):
            published = PATHS[found[0].resource][asked.lower()]["responses"]
            assert str(answer.status) in published, answer
        return answer

    def function(self, route: Route, body: str | None, *, is_base64: bool) -> Answer:
        """The function alone, as a Lambda event could hold the body."""
        headers = tuple(self._headers(route, JSON).items())
        address, path = self._address(), self._path(route)
        request = HttpRequest(route.method, path, headers=headers, source_ip=address)
        found = self.system.api._find(route.method, path)
        assert found is not None
        event = proxy_event(
            request,
            resource=found[0].resource,
            path_parameters=found[1],
            stage="v1",
            stage_variables=None,
            binary_media_types=["*/*"],
            request_id="r",
        )
        event |= {"body": body, "isBase64Encoded": is_base64}
        result = self.system.functions.invoke(found[0].integration["arn"], event)
        answer = answer_of(result, request, [])
        assert SAFE_HEADERS.keys() <= dict(answer.headers).keys()
        return Answer(answer.status, answer.body.decode(), dict(answer.headers))

    def _path(self, route: Route) -> str:
        return route.path.format(**self.path_parameters)

    def _headers(self, route: Route, media_type: str) -> dict[str, str]:
        sent = {"Content-Type": media_type} if media_type else {}
        if route.key == "operator":
            sent["X-API-Key"] = KEY
        if route.key == "monitoring":
            sent["X-API-Key"] = ALERTS_KEY
        if route.key == "token":
            sent["Authorization"] = f"Bearer {self.token}"
        return sent

    def _address(self) -> str:
        self.calls += 1
        return f"198.51.{self.calls // 250}.{self.calls % 250}"


def _with_dynamodbs_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of at most 2,048 and 1,024 bytes, which the emulator does not mind reading."""
    unlimited = Table.get

    def get(self: Table, pk: str, sk: str, *, consistent: bool = True) -> dict[str, Any] | None:
        assert len(pk.encode()) <= 2048
        assert len(sk.encode()) <= 1024
        return unlimited(self, pk, sk, consistent=consistent)

    monkeypatch.setattr(Table, "get", get)


@pytest.fixture(scope="module")
def call(aws: Callable[[], AbstractContextManager[Aws]]) -> Iterator[Caller]:
    patched, there = pytest.MonkeyPatch.context(), stepped_system(aws=aws)
    with patched as monkeypatch, there as system, system.first_day():
        _with_dynamodbs_limits(monkeypatch)
        one = system.subscribe()
        for kind in (Kind.TEAM, Kind.TEST):
            system.add_key(f"{kind}-key", kind=kind)
        incident = system.open_incident()
        shown = system.operator("GET", f"{V1}/incidents/{incident}").json
        given = {"component_group": {"name": "Asia"}}
        group = system.operator("POST", f"{V1}/component-groups", given).json["id"]
        ids = {"id": one["id"], "incident": incident, "group": group}
        ids["review"] = "01800000000-SM1"
        ids["update"] = shown["incident_updates"][0]["id"]
        system.add_key(ALERTS_KEY, scope="alerts")
        yield Caller(system, ids, one["manage_token"])


def refused(answer: Answer, *statuses: int) -> str:
    """The code of an answer that refuses as it should."""
    assert 400 <= answer.status < 500, answer
    assert answer.status in statuses or not statuses, answer
    assert set(answer.json) == {"error"}, answer
    error = answer.json["error"]
    assert set(error) <= {"code", "message", "fields"}, answer
    assert error["code"].replace("_", "").isalpha(), answer
    assert error["message"].endswith((".", ".”")), answer
    assert OTHER_PHONE[-7:] not in answer.text, answer
    assert answer.headers["Content-Type"] == JSON
    return str(error["code"])


def test_the_table_is_of_every_route(call: Caller) -> None:
    routes = call.system.api.routes
    every = {one for one in routes if one[0] not in ("OPTIONS", "ANY")}
    served = {one for one in every if not one[1].startswith("/v1/") or ".json" not in one[1]}
    served = {one for one in served if "/docs/{" not in one[1]}  # files, of the status page
    found = [(one.method, call.system.api._find(one.method, one.path)) for one in ROUTES]
    assert {(method, one[0].resource) for method, one in found if one} == served


# Bodies that are none.

BROKEN = {
    "empty": b"",
    "cut": b'{"phone": "+15559870123"',
    "array": b'["+15559870123"]',
    "string": b'"+15559870123"',
    "number": b"15559870123",
    "null": b"null",
    "not UTF-8": b'{"phone": "\xff\xfe+15559870123"}',
    "UTF-16": '{"phone": "+15559870123"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"phone": "+15559870123"}',
    "NaN": b'{"phone": NaN}',
    "infinity": b'{"phone": -Infinity}',
    "beyond a double": b'{"phone": 1e400}',
    "beyond int": b'{"phone": ' + b"1" * 10_000 + b"}",
    "deep": b'{"phone": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "deeper than is stored": b'{"metadata": ' + b'{"a":' * 40 + b"1" + b"}" * 41,
    "unclosed deep": b"[" * 60_000,
    "a name twice": b'{"phone": "+15559870123", "phone": "+15559870123"}',
    "a name twice inside": b'{"incident": {"name": "a", "name": "b"}, "phone": {"a": 1, "a": 2}}',
    "a form": b"phone=%2B15559870123",
    "null byte": b'{"phone": "+15559870123\x00"}',
}


@pytest.mark.parametrize("what", BROKEN)
@pytest.mark.parametrize("route", WITH_BODY, ids=str)
def test_json_that_is_none(route: Route, what: str, call: Caller) -> None:
    body = BROKEN[what]
    refused(call(route, body or b" "), 400, 422)
    encoded = base64.b64encode(body).decode()
    refused(call.function(route, encoded, is_base64=True), 400, 422)


FORMS = {
    "not UTF-8": b"phone=%ff%fe",
    "a field and an object": b"a=1&a[b]=2",
    "an object and a field": b"a[b]=2&a=1",
    "an object and a list": b"a[b]=2&a[]=1",
    "a field and a list": b"a=1&a[]=2",
    "a field twice": b"phone=1&phone=2",
    "a field twice inside": b"a[b]=1&a[b]=2",
    "a list of objects": b"a[][b]=1",
    "unclosed": b"a[b=1",
    "unopened": b"a]b=1",
    "no name": b"=1",
    "only brackets": b"[a]=1",
    "behind brackets": b"a[b]c=1",
    "deep": b"a" + b"[a]" * 5000 + b"=1",
    "many": b"&".join(b"a%d=1" % n for n in range(5000)),
}


@pytest.mark.parametrize("what", FORMS)
@pytest.mark.parametrize("route", WITH_BODY, ids=str)
def test_forms_that_are_none(route: Route, what: str, call: Caller) -> None:
    assert refused(call(route, FORMS[what], FORM), 400) == "unreadable_body"


@pytest.mark.parametrize("route", WITH_BODY, ids=str)
def test_bodies_of_another_kind_or_size(route: Route, call: Caller) -> None:
    body = json.dumps(route.body).encode()
    for media_type in ("text/plain", "application/xml", "multipart/form-data", "x", "/", ";"):
        assert refused(call(route, body, media_type), 415) == "unsupported_media_type"
    big = json.dumps({"a": "a" * MAX_BODY}).encode()
    assert refused(call(route, big), 413) == "body_too_large"
    assert refused(call(route, b"a=" + b"a" * MAX_BODY, FORM), 413) == "body_too_large"
    emoji = json.dumps({"a": "🔥" * (MAX_BODY // 4)}, ensure_ascii=False).encode()
    assert refused(call(route, emoji), 413) == "body_too_large"
    assert refused(call(route, b" " * (10 * 1024 * 1024 + 1)), 413) == "body_too_large"


@pytest.mark.parametrize("route", WITH_BODY, ids=str)
def test_base64_that_is_none(route: Route, call: Caller) -> None:
    for body in ("%%%", OTHER_PHONE, "/w==", "é", "\ud800", "", None):
        refused(call.function(route, body, is_base64=True), 400)
    refused(call.function(route, '{"phone": "\ud800"}', is_base64=False), 400)


# Fields.

WRONG = {
    "true": True,
    "number": 15559870123,
    "huge number": 10**300,
    "negative": -1,
    "fraction": 1.5,
    "empty": "",
    "blank": " \t\n",
    "emoji": "🔥👩‍👩‍👧‍👦",
    "null byte": "\x00",
    "control": "a\x07b",
    "lone surrogate": "\ud83d",
    "very long": "a" * 30_000,
    "right to left": "\u202e",
    "array": [],
    "array of arrays": [[["+15559870123"]]],
    "object": {"+15559870123": "+15559870123"},
    "array of null": [None],
    "many": ["critical"] * 1000,
}
# What is fine, though odd: a text may hold emoji and direction marks, and other types of a flag.
FINE: Mapping[str, set[str]] = {
    "name": {"emoji", "right to left"},
    "body": {"empty", "blank", "emoji", "right to left"},
    "body_draft": {"emoji", "right to left"},
    "description": {"empty", "blank", "emoji", "right to left"},
    "statement": {"emoji", "right to left"},
    "source": {"emoji", "right to left"},
    "reason": {"emoji", "right to left"},
    "component_ids": {"array"},
    "components": {"array"},
    "services": {"array"},
    "policy": {"object"},
    "warning": {"array"},
    "ladders": {"array"},
    "contacts": {"array"},
    "overrides": {"array"},
    "severity_filter": {"array"},
    "segment_budget": {"true"},
    "metadata": {"object"},
    "incident": {"object"},
    "component": {"object"},
    "template": {"emoji"},
    "signups_per_address": {"true"},
    "signups_per_number": {"true"},
    "signups_per_hour": {"true"},
    "signups_per_prefix": {"true"},
    "signups_per_country": {"true"},
    "unproven_per_prefix": {"true"},
    "unproven_per_country": {"true"},
    "least_entered_percent": {"true"},
    "texts_per_hour": {"true"},
    "texts_per_day": {"true"},
    "texts_per_month": {"true"},
    "segments_per_hour": {"true"},
    "segments_per_day": {"true"},
    "segments_per_month": {"true"},
    "usd_per_hour": {"true", "fraction"},
    "usd_per_day": {"true", "fraction"},
    "usd_per_month": {"true", "fraction"},
    "coalescing_window": {"true"},
    "ended_kept_days": {"true"},
    "recipient_limits": {"array"},
    "senders": {"array"},
    "rules": {"array"},
    "signing_secrets": {"array"},
    "prices": {"object"},
    "confirm_above": {"true"},
    "confirm_tolerance": {"true"},
    "failover_after_minutes": {"true"},
    "modes": {"array"},
    "GB": {"fraction"},  # dollars
    "quiet_hours": {"empty"},
    "timezone": {"empty"},  # a subscriber's
}
FLAGS = {"consent_required", "deliver_notifications", "verified", "consent", "paused"}
FLAGS |= {"showcase", "only_show_if_degraded", "dry_run", "skip_confirmation_notification"}
FLAGS |= {name for name, value in PREFERENCES.items() if value is True}


def _leaves(fields: Mapping[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in fields.items():
        yield (*before, name)
        if isinstance(value, dict) and name not in ("metadata", "components"):
            yield from _leaves(value, (*before, name))


def _changed(body: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    name, *rest = path
    changed = dict(body)
    changed[name] = _changed(body[name], tuple(rest), value) if rest else value
    return changed


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("route", WITH_BODY, ids=str)
def test_fields_of_another_kind(route: Route, what: str, call: Caller) -> None:
    assert route.body is not None
    for path in _leaves(route.body):
        name = path[-1]
        if what in FINE.get(name, set()) or (what == "true" and name in FLAGS):
            continue
        if path == ("body",) and route.path.endswith("/try"):
            continue  # of an alert, which may be anything
        answer = call(route, json.dumps(_changed(route.body, path, WRONG[what])).encode())
        refused(answer, 422)


TAKE_NOTHING = (
    V1,
    f"{V1}/subscribers/{{id}}",
    f"{V1}/team",
    f"{V1}/team/contacts/nothing/verify",
    f"{PROVIDER}/test",
)
"""Settings stay as they are, without components a subscriber gets all of them, without a code a
contact is texted another, and without a number nobody is texted."""


@pytest.mark.parametrize("route", WITH_BODY, ids=str)
def test_missing_and_unknown_fields(route: Route, call: Caller) -> None:
    if route.path not in TAKE_NOTHING:
        assert refused(call(route, b"{}"), 422) == "invalid_request"
    if route.wrap:
        refused(call(route, json.dumps({route.wrap: None}).encode()), 422)
        return
    unknown = {**(route.body or {}), OTHER_PHONE: 1, f"x{OTHER_PHONE}": {OTHER_PHONE: "x"}}
    answer = call(route, json.dumps(unknown).encode())
    assert refused(answer, 422) == "invalid_request"
    assert "(unknown)" in answer.json["error"]["fields"]


def test_metadata_is_bounded_and_comes_back_as_it_was(call: Caller) -> None:
    route = next(one for one in ROUTES if one.wrap == "incident" and one.method == "POST")
    given = {"a": 10**40, "b": 1.0, "c": 1e-9, "": {"": [None, True, "🔥", 0.1 + 0.2]}, "e": 1e300}
    incident = {"incident": {"name": "Odd", "metadata": given, "deliver_notifications": False}}
    answer = call(route, json.dumps(incident).encode())
    assert answer.status == 201, answer
    assert answer.json["metadata"] == given
    for bad in ({"a": "a" * MAX_METADATA}, {"a": "\ud800"}, {"\udfff": 1}, {"a": ["\ud800"]}):
        incident["incident"]["metadata"] = bad
        refused(call(route, json.dumps(incident).encode()), 422)


@pytest.mark.parametrize(
    "moment",
    [
        "2027-02-30",
        "2027-13-01",
        "tomorrow",
        "2027-01-01T25:00:00Z",
        "20270101",
        "2027",
        "0000-01-01",
    ],
)
def test_moments_that_are_none(moment: str, call: Caller) -> None:
    route = next(one for one in ROUTES if one.wrap == "incident" and one.method == "POST")
    for name in ("scheduled_for", "scheduled_until"):
        body = {"incident": {"name": "Later", name: moment}}
        answer = call(route, json.dumps(body).encode())
        refused(answer, 422)
        assert f"incident.{name}" in answer.json["error"]["fields"]


def test_what_is_there_already(call: Caller) -> None:
    component = next(one for one in ROUTES if one.wrap == "component" and one.method == "POST")
    taken = {"component": {"name": "API again", "key": "svc_api"}}
    assert refused(call(component, json.dumps(taken).encode()), 409) == "key_taken"
    by_hand = next(one for one in ROUTES if one.method == "POST" and one.path == SMS)
    known = {"phone": PHONE, "verified": True}
    assert refused(call(by_hand, json.dumps(known).encode()), 409) == "already_subscribed"
    call.system.subscribe(OTHER_PHONE)
    call.system.reply("STOP", OTHER_PHONE)
    gone = {"phone": OTHER_PHONE, "verified": True}
    assert refused(call(by_hand, json.dumps(gone).encode()), 409) == "number_opted_out"
    incident = next(one for one in ROUTES if one.wrap == "incident" and one.method == "POST")
    key = {"Idempotency-Key": "once"}
    assert call(incident, b'{"incident": {"name": "One"}}', headers=key).status == 201
    answer = call(incident, b'{"incident": {"name": "Two"}}', headers=key)
    assert refused(answer, 422) == "idempotency_key_reused"
    for bad in ("", "a" * 256):
        answer = call(incident, b'{"incident": {"name": "X"}}', headers={"Idempotency-Key": bad})
        assert refused(answer, 422) == "invalid_idempotency_key"


# Paths and queries.

JUNK = {
    "percent": "%25",
    "null byte": "%00",
    "not UTF-8": "%ff%fe",
    "surrogate": "%ed%a0%80",
    "emoji": quote("🔥"),
    "slash": "%2F",
    "dots": "..%2f..%2fetc",
    "space": "%20",
    "quotes": "%22%27%5c",
    "hash": "a%23b",
    "very long": LONG,
    "very long emoji": quote("🔥") * 300,
    "long, but not for a key": "a" * 1100,
    "phone": quote(OTHER_PHONE),
    "other": "nothing-of-that-name",
}


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO")


@pytest.mark.parametrize("what", JUNK)
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_paths_that_lead_nowhere(route: Route, what: str, call: Caller) -> None:
    body = json.dumps(route.body).encode() if route.body else b""
    parts = route.path.format(**call.path_parameters).split("/")
    for position in range(1, len(parts)):
        path = "/".join([*parts[:position], JUNK[what], *parts[position + 1 :]])
        answer = call(route, body, path=path)
        if route.path.endswith("resend_confirmation") and answer.status == 202:
            assert answer.json["id"] in ("nobody", JUNK[what]), answer  # tells nobody who signed up
            continue
        if route in BUTTONS and answer.status == 200:
            continue  # for whoever it is, as it tells nobody who follows by e-mail
        by_number = SUPPRESSIONS in route.path or "/consent/" in route.path
        if what == "phone" and by_number and answer.status in (200, 409):
            continue  # a number is what stands there
        others = [method for method in METHODS if call.system.api._find(method, path)]
        refused(answer, 401, 403, 404, 422, *([405] if others else []))


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_methods_that_are_none(route: Route, call: Caller) -> None:
    path = call._path(route)
    for method in METHODS:
        if call.system.api._find(method, path):
            continue
        answer = call(route, b"{}", method=method)
        assert refused(answer, 405) == "method_not_allowed"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_good_answers_are_as_safe_as_bad_ones(route: Route, call: Caller) -> None:
    """The headers themselves are looked at in every call."""
    answer = call(route, json.dumps(route.body).encode() if route.body else b"")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("route", [one for one in ROUTES if one.method == "GET"], ids=str)
def test_every_answer_says_who_may_keep_it(route: Route, call: Caller) -> None:
    """As text and as a table too."""
    for form in ("application/json", "text/plain", "text/csv"):
        answer = call(route, headers={"Accept": form})
        kept = answer.headers["Cache-Control"]
        assert kept == "no-store" or not route.key, (form, kept)


READ: Mapping[str, tuple[str, ...]] = {
    f"GET {V1}/subscribers": ("sort_field", "state"),
    f"GET {V1}/subscribers/count": ("state",),
    f"GET {V1}/drafts": ("state",),
}
"""Which of the names below a route does read, though not with the value 1."""

READS_NO_MORE = [
    one for one in ROUTES if one.key == "operator" or (one.key, one.method) == ("token", "DELETE")
]


@pytest.mark.parametrize("route", READS_NO_MORE, ids=str)
def test_parameters_that_nothing_reads_are_refused(route: Route, call: Caller) -> None:
    """Whoever misspells `cursor` would begin at the first page for ever, and whoever misspells
    `erase` would believe that somebody was erased."""
    if route.key == "token":  # a test before may have ended the other's
        one = call.system.subscribe("+15557660001" if "pages" in route.path else "+15557660002")
        ids = {**call.path_parameters, "id": one["id"]}
        call = replace(call, path_parameters=ids, token=one["manage_token"])
    body = json.dumps(route.body).encode() if route.body else b""
    for name in ("nonsense", "erased", "sort_field", "state", "perpage"):
        answer = call(route, body, query=f"{name}=1")
        is_read = name in READ.get(str(route), ())
        code = "invalid_request" if is_read else "unknown_parameter"
        assert refused(answer, 422) == code, name


WITH_CURSOR = [
    (method, path)
    for path, methods in PATHS.items()
    for method, operation in methods.items()
    if any(one.get("name") == "cursor" for one in operation.get("parameters", []))
]


@pytest.mark.parametrize(("method", "path"), WITH_CURSOR)
@pytest.mark.parametrize("junk", ["not%20one", "0" * 61, "..", "%2B1", "a%23b"])
def test_cursors_that_no_list_gave(method: str, path: str, junk: str, call: Caller) -> None:
    route = Route(method.upper(), path.replace("{page}", "default"), key="operator")
    answer = call(route, query=f"cursor={junk}")
    assert refused(answer, 422) == "invalid_cursor"


def test_words_that_are_too_many_to_look_for(call: Caller) -> None:
    for path in (f"{V1}/incidents", f"{V1}/subscribers"):
        taken = call(Route("GET", path, key="operator"), query=f"q={'a' * 200}")
        assert taken.status == 200
        refused(call(Route("GET", path, key="operator"), query=f"q={'a' * 201}"), 422)


@pytest.mark.parametrize("junk", ["0", "-1", "1001", "1e3", "x", "%00", "", "9" * 5000, "%D9%A3"])
def test_limits_that_are_none(junk: str, call: Caller) -> None:
    for path in (SMS, f"{V1}/incidents"):
        refused(call(Route("GET", path, key="operator"), query=f"limit={junk}"), 422)


@pytest.mark.parametrize("value", [*JUNK.values(), "99.", "16.", "9" * 5000 + ".", "0.a.b", "%B2."])
def test_queries_that_lead_nowhere(value: str, call: Caller) -> None:
    of_subscribers = Route("GET", SMS, key="operator")
    assert refused(call(of_subscribers, query=f"cursor={value}"), 422) == "invalid_cursor"
    refused(call(of_subscribers, query=f"type={value}"), 422)
    refused(call(of_subscribers, query=f"id={value}"), 404)
    refused(call(Route("DELETE", SMS, key="operator"), query=f"id={value}"), 404)
    refused(call(Route("DELETE", SMS, key="operator")), 404)


# Keys, tokens, signatures.

KEYS = ["", "x", "local-key", KEY + "x", KEY.upper(), "\xff\xfe", "a" * 5000, OTHER_PHONE]


@pytest.mark.parametrize("presented", KEYS)
@pytest.mark.parametrize("route", [one for one in ROUTES if one.key == "operator"], ids=str)
def test_without_the_operators_key(route: Route, presented: str, call: Caller) -> None:
    body = json.dumps(route.body).encode() if route.body else b""
    answer = call(route, body, headers={"X-API-Key": presented})
    assert refused(answer, 401) == ("unknown_key" if presented else "missing_key")
    assert "WWW-Authenticate" in answer.headers


ORDERS = f"{TEXTS}/send"


@pytest.mark.parametrize("kind", ["team", "test"])
@pytest.mark.parametrize("route", [one for one in ROUTES if one.key == "operator"], ids=str)
def test_a_key_that_is_not_live_reads_and_orders_single_texts(
    route: Route, kind: str, call: Caller
) -> None:
    headers = {"X-API-Key": f"{kind}-key"}
    body = json.dumps(route.body).encode() if route.body else b""
    answer = call(route, body, headers=headers)
    gives_numbers = route.path.endswith(("/export", "/subscribers/{id}", "/subscribers/nobody"))
    reads = route.method == "GET" and not gives_numbers
    reads = reads or route.path.endswith(("/preview", "/try"))  # which write nothing
    if reads or (route.method, route.path) == ("POST", ORDERS):
        assert "live_key_needed" not in answer.text
    else:
        assert refused(answer, 403) == "live_key_needed"


TOKENS = ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer x", "Bearer a.b.c", "Bearer ..", "\xff"]
TOKENS += ["Bearer " + "a" * 5000, f"Bearer {OTHER_PHONE}", "Bearer {id}.0-ffffffff.aaaa"]
TOKENS += ["Bearer {id}.0-ffffffff.\xff", "Bearer {id}.x.y", "Bearer {id}"]


@pytest.mark.parametrize("presented", TOKENS)
@pytest.mark.parametrize("route", [one for one in ROUTES if one.key == "token"], ids=str)
def test_without_the_subscribers_token(route: Route, presented: str, call: Caller) -> None:
    body = json.dumps(route.body).encode() if route.body else b""
    headers = {"Authorization": presented.format(**call.path_parameters)}
    answer = call(route, body, headers=headers)
    assert refused(answer, 401) == "unauthorized"
    assert "WWW-Authenticate" in answer.headers


@pytest.mark.parametrize("what", [*BROKEN, *FORMS])
@pytest.mark.parametrize("route", WEBHOOKS, ids=str)
def test_webhooks_that_nobody_signed(route: Route, what: str, call: Caller) -> None:
    body = BROKEN.get(what, b"") or FORMS.get(what, b"")
    for signature in ("", "x", "\xff", "a" * 5000):
        answer = call(route, body, FORM, headers={"X-Twilio-Signature": signature})
        assert refused(answer, 403) == "forbidden"


SIGNED = [
    {},
    {"From": "", "MessageSid": "", "MessageStatus": ""},
    {"From": OTHER_PHONE, "MessageSid": "SM1", "MessageStatus": "sent", "AccountSid": "ACother"},
    {f"Field{n}": "x" for n in range(101)},
]


@pytest.mark.parametrize("params", SIGNED)
def test_webhooks_that_are_signed_and_malformed(params: Mapping[str, str], call: Caller) -> None:
    for route in WEBHOOKS:
        request = WebhookRequest(0, API_URL + route.path, params, call.system.twilio.auth_token)
        headers = request.headers(call.system.twilio.auth_token)
        answer = call(route, request.body.encode(), FORM, headers=headers)
        assert refused(answer, 403) == "forbidden"


# Browsers of other origins.


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_preflights(route: Route, call: Caller) -> None:
    asked = {"Origin": "https://status.example.test", "Access-Control-Request-Method": route.method}
    answer = call(route, method="OPTIONS", headers=asked)
    assert answer.status == 200, answer
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert route.method in answer.headers["Access-Control-Allow-Methods"].split(",")
    headers = answer.headers["Access-Control-Allow-Headers"].split(",")
    assert set(headers) == {"Content-Type", "Authorization", "Idempotency-Key"}
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_only_public_answers_may_be_read_by_other_origins(route: Route, call: Caller) -> None:
    is_public = any(one in route.path for one in PUBLIC) and not route.path.startswith(
        ("/v1", "/api")
    )
    answer = call(route, b"[" if route.body else b"", headers={"Origin": "https://x.example"})
    refusal = call(route, b"[1]", "text/plain", headers={"Origin": "https://x.example"})
    for one in (answer, refusal):
        if one.status != 400:  # which API Gateway answers itself
            assert ("Access-Control-Allow-Origin" in one.headers) is is_public, one


def test_forms_nest_as_rails_and_curl_write_them() -> None:
    read = body_formats.read_form
    assert read("a=1&b=&c=%20x") == {"a": "1", "b": "", "c": " x"}
    assert read("preferences[services][]=a&preferences[services][]=b") == {
        "preferences": {"services": ["a", "b"]}
    }
    assert read("subscriber[components][1]=y&subscriber[components][0]=x&subscriber[phone]=1") == {
        "subscriber": {"components": ["x", "y"], "phone": "1"}
    }
    assert read("incident%5Bcomponents%5D%5Bsvc_api%5D=operational") == {
        "incident": {"components": {"svc_api": "operational"}}
    }
    assert read("a[1]=x&a[3]=y") == {"a": {"1": "x", "3": "y"}}
    assert read("") == {}


def test_forms_are_accepted_where_json_is(call: Caller) -> None:
    form = {"phone": OTHER_PHONE, "consent": "on", "preferences[services][]": "svc_api"}
    assert call.system.http("POST", "/subscriptions", form=form).status == 202
    form = {
        "incident[name]": "API is down",
        "incident[components][svc_api]": "major_outage",
        "incident[deliver_notifications]": "false",
    }
    answer = call.system.operator("POST", f"{V1}/incidents", form=form)
    assert answer.status == 201, answer
    assert answer.json["impact"] == "critical"
