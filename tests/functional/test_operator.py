"""/api/sms/subscribers and a page's settings: what operators do by hand."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any

import pytest

from local.fake_twilio.faults import Refuse
from statustext.adapters.api_keys import list_api_keys
from statustext.adapters.clock import system_entropy
from statustext.adapters.dynamodb import Write
from statustext.adapters.opt_outs import suppress
from statustext.domain.api_key import Scope, new_key
from statustext.domain.page import Page
from statustext.errors import RejectedError
from statustext.flows.acting import Act
from statustext.flows.operating.keys import create_key, revoke_key
from statustext.flows.operating.setting_up import (
    create_component,
    create_page,
)
from tests.aws_calls import watched
from tests.stepped import API_URL, KEY, PHONE, START, Answer, SteppedSystem

SUBSCRIBERS = "/api/sms/subscribers"
OTHER_PHONE = "+15557654321"
FROM_THE_SOURCES = {
    "type": "sms",
    "phone": "+15551234567",
    "verified": True,
    "preferences": {
        "severity_filter": ["critical", "major"],
        "services": ["svc_api", "svc_payments"],
    },
}
CONSENT = {
    "source": "support call 4711",
    "statement": "Please text me when the API is down.",
    "obtained_at": "2027-01-14T16:20:00Z",
}


def add(system: SteppedSystem, phone: str = PHONE, **more: Any) -> Answer:
    return system.operator("POST", SUBSCRIBERS, {"phone": phone, "verified": True, **more})


def lines(system: SteppedSystem, query: str = "?type=sms") -> list[str]:
    answer = system.operator("GET", SUBSCRIBERS + query, headers={"Accept": "text/plain"})
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    return answer.text.splitlines()


def at(system: SteppedSystem, moment: float) -> None:
    system.clock.move_to(moment)


# The sources' curl lines, unchanged.


def test_the_sources_curl_lines_run_unchanged(system: SteppedSystem) -> None:
    added = system.operator("POST", SUBSCRIBERS, FROM_THE_SOURCES)
    assert added.status == 201
    one = added.json["id"]
    assert re.fullmatch(r"sub_[a-z0-9]{16}", one)
    assert added.json["preferences"]["severity_filter"] == ["critical", "major"]
    assert added.json["preferences"]["services"] == ["svc_api", "svc_payments"]
    assert (added.json["status"], added.json["verified"]) == ("active", True)

    listed = system.operator("GET", f"{SUBSCRIBERS}?type=sms")
    assert listed.status == 200
    (shown,) = listed.json["subscribers"]
    assert {**shown, "warnings": added.json["warnings"]} == added.json
    assert listed.json["next_cursor"] is None

    removed = system.operator("DELETE", f"{SUBSCRIBERS}?id={one}")
    assert (removed.status, removed.json) == (200, {"id": one, "status": "unsubscribed"})
    assert system.operator("GET", f"{SUBSCRIBERS}?type=sms").json["subscribers"] == []


def test_who_is_added_verified_is_told(system: SteppedSystem) -> None:
    one = system.operator("POST", SUBSCRIBERS, FROM_THE_SOURCES).json["id"]
    system.open_incident("Minor", impact_override="minor")
    assert system.texts() == []
    system.open_incident("API is down", component_ids=["svc_api"])
    assert system.texts() == ["[Demo] Critical incident: API is down"]
    system.operator("DELETE", f"{SUBSCRIBERS}?id={one}")
    system.open_incident("Again", component_ids=["svc_api"])
    assert len(system.texts()) == 1


def test_who_is_added_unverified_is_sent_a_code(system: SteppedSystem) -> None:
    added = add(system, verified=False, preferences={"preset": "critical_only"})
    assert added.status == 201
    assert (added.json["status"], added.json["verified"]) == ("pending", False)
    assert system.texts() == []
    system.run()
    path = f"/subscriptions/{added.json['id']}/verify"
    verified = system.http("POST", path, {"code": system.code()})
    assert verified.status == 200
    assert verified.json["preferences"]["severity_filter"] == ["critical"]


# Lists.


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (1_705_276_800, "2024-01-15"),  # midnight UTC
        (1_705_363_199, "2024-01-15"),
        (1_705_363_200, "2024-01-16"),
    ],
)
def test_a_line_is_number_verified_and_since_when(
    system: SteppedSystem, moment: float, day: str
) -> None:
    at(system, moment)
    add(system)
    assert lines(system) == [f"+1555123xxxx | Yes | {day}"]


def test_pending_is_shown_as_such(system: SteppedSystem) -> None:
    system.sign_up()
    assert lines(system) == ["+1555123xxxx | Pending | 2027-01-15"]
    (shown,) = system.operator("GET", SUBSCRIBERS).json["subscribers"]
    assert (shown["status"], shown["verified"], shown["phone"]) == (
        "pending",
        False,
        "+1555123xxxx",
    )


def test_who_cannot_be_reached_is_listed_as_no(system: SteppedSystem) -> None:
    add(system)
    system.twilio.faults.add([Refuse(kind="refuse", code=21211)])
    system.open_incident()
    assert lines(system) == ["+1555123xxxx | No | 2027-01-15"]


def test_who_left_is_not_listed(system: SteppedSystem) -> None:
    system.subscribe()
    system.reply("STOP")
    assert lines(system) == []


def test_numbers_are_masked_in_lists_and_answers(system: SteppedSystem) -> None:
    added = add(system)
    listed = system.operator("GET", SUBSCRIBERS)
    for answer in (added, listed):
        assert "+1555123xxxx" in answer.text
        assert PHONE[1:] not in answer.text


def test_one_record_is_shown_in_full_and_that_is_noted(system: SteppedSystem) -> None:
    one = add(system).json["id"]
    shown = system.operator("GET", f"{SUBSCRIBERS}?id={one}")
    assert (shown.status, shown.json["phone"]) == (200, PHONE)
    (noted,) = [row for row in system.rows("audit") if row["event"] == "subscriber.shown"]
    assert noted["detail"] == {"subscriber": one}
    assert noted["actor"] == f"key {_hash(KEY)[:16]}"


@pytest.mark.parametrize("one", ["sub_0000000000000000", "nobody", "x" * 1500, "%00", "..%2F"])
def test_an_unknown_record_is_404(system: SteppedSystem, one: str) -> None:
    for method in ("GET", "DELETE"):
        answer = system.operator(method, f"{SUBSCRIBERS}?id={one}")
        assert (answer.status, answer.code) == (404, "subscriber_not_found")


def test_nothing_is_removed_without_an_id(system: SteppedSystem) -> None:
    add(system)
    assert system.operator("DELETE", SUBSCRIBERS).status == 404
    assert system.operator("DELETE", f"{SUBSCRIBERS}?id=").status == 404
    assert len(lines(system)) == 1


def test_a_list_goes_on_from_its_cursor(system: SteppedSystem) -> None:
    phones = [f"+1555{number:07}" for number in range(3_000_000, 3_000_011)]
    ids = {add(system, phone).json["id"] for phone in phones}
    found: list[str] = []
    cursor, pages = "", 0
    while cursor is not None:
        answer = system.operator("GET", f"{SUBSCRIBERS}?limit=3&cursor={cursor}")
        assert len(answer.json["subscribers"]) <= 3
        found += [one["id"] for one in answer.json["subscribers"]]
        cursor, pages = answer.json["next_cursor"], pages + 1
        assert pages < 20
    assert sorted(found) == sorted(ids)
    assert len(lines(system)) == 11


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("type=post", "invalid_request"),
        ("limit=0", "invalid_request"),
        ("limit=1001", "invalid_request"),
        ("limit=ten", "invalid_request"),
        ("limit=-1", "invalid_request"),
        ("cursor=zzz", "invalid_cursor"),
        ("cursor=99.a", "invalid_cursor"),
        ("cursor=" + "1" * 100, "invalid_cursor"),
    ],
)
def test_a_list_asked_for_wrongly_is_refused(system: SteppedSystem, query: str, code: str) -> None:
    answer = system.operator("GET", f"{SUBSCRIBERS}?{query}")
    assert (answer.status, answer.code) == (422, code)


# Consent.


def test_a_consent_statement_is_kept(system: SteppedSystem) -> None:
    added = add(system, consent=CONSENT)
    assert (added.status, added.json["warnings"]) == (201, [])
    (row,) = system.rows("consent")
    assert {name: row[name] for name in CONSENT} == CONSENT
    assert row["attested_by"] == f"key {_hash(KEY)[:16]}"
    assert (row["at"], row["subscriber"]) == (START, added.json["id"])


def test_without_a_statement_the_key_attests_and_the_answer_warns(system: SteppedSystem) -> None:
    added = add(system)
    assert added.status == 201
    (warning,) = added.json["warnings"]
    assert "this key attested it" in warning
    (row,) = system.rows("consent")
    assert row["attested_by"] == f"key {_hash(KEY)[:16]}"
    assert row["at"] == START
    assert "statement" not in row
    assert KEY not in str(system.rows())


def test_a_page_can_make_the_statement_mandatory(system: SteppedSystem) -> None:
    changed = system.operator("PATCH", "/v1/pages/default", {"consent_required": True})
    assert changed.json["consent_required"] is True
    refused = add(system)
    assert (refused.status, refused.code) == (422, "consent_required")
    assert system.rows("subscriber") == system.rows("consent") == []
    assert add(system, OTHER_PHONE, verified=False).status == 201  # its owner will consent
    assert add(system, consent=CONSENT).status == 201


@pytest.mark.parametrize("missing", sorted(CONSENT))
def test_a_statement_is_whole_or_refused(system: SteppedSystem, missing: str) -> None:
    consent = {name: value for name, value in CONSENT.items() if name != missing}
    answer = add(system, consent=consent)
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert set(answer.json["error"]["fields"]) == {f"consent.{missing}"}


def test_adding_and_removing_are_on_record_and_on_the_bus(system: SteppedSystem) -> None:
    with watched() as calls:
        one = add(system).json["id"]
        system.operator("DELETE", f"{SUBSCRIBERS}?id={one}")
        system.run()
    told = [entry["DetailType"] for put in calls.of("PutEvents") for entry in put["Entries"]]
    assert told == ["subscriber.added", "subscriber.removed"]
    kept = system.rows("audit")
    assert {row["actor"] for row in kept} == {f"key {_hash(KEY)[:16]}"}
    assert PHONE not in str(kept)


# Numbers that are known already.


def active(system: SteppedSystem) -> None:
    system.subscribe()


def pending(system: SteppedSystem) -> None:
    system.sign_up()


def stopped(system: SteppedSystem) -> None:
    system.subscribe()
    system.reply("STOP")


def unsubscribed(system: SteppedSystem) -> None:
    one = system.subscribe()["id"]
    system.operator("DELETE", f"{SUBSCRIBERS}?id={one}")


@pytest.mark.parametrize(
    ("prepare", "verified", "code"),
    [
        (active, True, "already_subscribed"),
        (active, False, "already_subscribed"),
        (pending, False, "already_subscribed"),
        (pending, True, None),
        (stopped, True, "number_opted_out"),
        (stopped, False, "number_opted_out"),
        (unsubscribed, True, None),
        (unsubscribed, False, None),
    ],
)
def test_adding_a_known_number(
    system: SteppedSystem, prepare: Any, verified: bool, code: str | None
) -> None:
    prepare(system)
    consents = len(system.rows("consent"))
    answer = add(system, verified=verified, consent=CONSENT)
    if code:
        assert (answer.status, answer.code) == (409, code)
        assert PHONE[1:] not in answer.text
        assert len(system.rows("consent")) == consents
    else:
        assert answer.status == 201


def test_a_stop_at_the_same_moment_wins(system: SteppedSystem) -> None:
    one = system.subscribe()["id"]
    system.operator("DELETE", f"{SUBSCRIBERS}?id={one}")
    with watched() as calls:
        calls.first("TransactWriteItems", lambda: _suppress(system, str(one)))
        answer = add(system)
    assert (answer.status, answer.code) == (409, "number_opted_out")
    system.open_incident()
    assert "incident" not in system.texts()[-1]


def _suppress(system: SteppedSystem, one: str) -> None:
    system.table.write(suppress("default", one, "stop", system.now))


def test_adding_is_one_transaction(system: SteppedSystem) -> None:
    with watched() as calls:
        calls.refuse("TransactWriteItems")
        assert add(system).status == 503
    assert system.rows("subscriber") == system.rows("consent") == system.rows("audit") == []


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        ("+442071838750", "landline"),
        ("+18002221222", "toll_free"),
        ("+447400123456", "country_not_served"),
        ("+10000000000", "unassigned_number"),
        ("call me", "invalid_number"),
    ],
)
def test_numbers_that_cannot_be_texted_are_refused(
    system: SteppedSystem, phone: str, code: str
) -> None:
    for verified in (True, False):
        answer = add(system, phone, verified=verified)
        assert (answer.status, answer.code) == (422, code)


@pytest.mark.parametrize(
    "body",
    [
        {"verified": True},
        {"phone": 15551234567},
        {"phone": PHONE, "type": "email"},
        {"phone": PHONE, "verified": "perhaps"},
        {"phone": PHONE, "force": True},
        {"phone": PHONE, "preferences": {"services": [1]}},
    ],
)
def test_another_shape_is_refused(system: SteppedSystem, body: Mapping[str, Any]) -> None:
    answer = system.operator("POST", SUBSCRIBERS, body)
    assert (answer.status, answer.code) == (422, "invalid_request")


def test_an_unknown_service_is_a_clear_422(system: SteppedSystem) -> None:
    answer = add(system, preferences={"services": ["svc_apy"]})
    assert (answer.status, answer.code) == (422, "unknown_service")
    assert "svc_apy" in answer.json["error"]["message"]


def test_codes_for_operators_count_against_the_pages_hour(system: SteppedSystem) -> None:
    """A leaked key buys no more codes than the form does; known numbers cost none."""
    limits = {"limits": {"signups_per_hour": 1}}
    assert system.operator("PATCH", "/v1/pages/default", limits).status == 200
    assert add(system, verified=False).status == 201
    refused = add(system, OTHER_PHONE, verified=False)
    assert (refused.status, refused.code) == (429, "page_busy")
    assert int(refused.headers["Retry-After"]) > 0
    assert add(system, OTHER_PHONE).status == 201


# Keys.


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


EVERY_ROUTE = [
    ("GET", SUBSCRIBERS, None),
    ("POST", SUBSCRIBERS, FROM_THE_SOURCES),
    ("DELETE", f"{SUBSCRIBERS}?id=sub_0000000000000000", None),
    ("POST", f"{SUBSCRIBERS}/sub_0000000000000000/release", None),
    ("GET", "/v1/pages/default/sending", None),
    ("PATCH", "/v1/pages/default/sending", {"paused": True}),
    ("GET", "/v1/pages/default", None),
    ("PATCH", "/v1/pages/default", {"name": "Mine"}),
    ("GET", "/v1/pages/default/templates", None),
    ("PUT", "/v1/pages/default/templates/created", {"template": "{{title}}"}),
    ("GET", "/v1/pages/default/incidents", None),
    ("POST", "/v1/pages/default/incidents", {"incident": {"name": "Mine"}}),
    ("GET", "/v1/pages/default/incidents/0frwxtbsbr91", None),
    ("PATCH", "/v1/pages/default/incidents/0frwxtbsbr91", {"incident": {"body": "Mine"}}),
    ("GET", "/v1/pages/default/components", None),
    ("POST", "/v1/pages/default/components", {"component": {"name": "Mine"}}),
    ("GET", "/v1/pages/default/components/svc_api", None),
    ("PATCH", "/v1/pages/default/components/svc_api", {"component": {"name": "Mine"}}),
]


REFUSED = [
    ({}, 401, "missing_key"),
    ({"X-API-Key": ""}, 401, "missing_key"),
    ({"Authorization": f"Basic {KEY}"}, 401, "missing_key"),
    ({"Authorization": "Bearer"}, 401, "missing_key"),
    ({"X-API-Key": "wrong"}, 401, "unknown_key"),
    ({"X-API-Key": KEY[:-1]}, 401, "unknown_key"),
    ({"X-API-Key": KEY + "x"}, 401, "unknown_key"),
    ({"X-API-Key": KEY.upper()}, 401, "unknown_key"),
    ({"X-API-Key": "k" * 5000}, 401, "unknown_key"),
    ({"X-API-Key": "é"}, 401, "unknown_key"),
    ({"X-API-Key": "wrong", "Authorization": f"Bearer {KEY}"}, 401, "unknown_key"),
    ({"X-API-Key": "an-expired-key"}, 401, "ended_key"),
    ({"X-API-Key": "a-revoked-key"}, 401, "ended_key"),
]


@pytest.mark.parametrize(("method", "path", "body"), EVERY_ROUTE, ids=lambda one: str(one)[:60])
def test_every_route_needs_a_key(system: SteppedSystem, method: str, path: str, body: Any) -> None:
    system.add_key("an-expired-key", ends_in=0)
    revoke(system, system.add_key("a-revoked-key"))
    system.add_key("key-of-another-page", "other")
    rows = system.rows()
    for headers, status, code in REFUSED:
        answer = system.http(method, path, body, headers=headers)
        assert (answer.status, answer.code) == (status, code), headers
        assert answer.headers["WWW-Authenticate"]
    if path.startswith("/v1/pages"):
        answer = system.http(method, path, body, headers={"X-API-Key": "key-of-another-page"})
        assert (answer.status, answer.code) == (403, "wrong_page")
    assert system.rows() == rows


@pytest.mark.parametrize(
    ("method", "path", "body", "least"),
    [
        ("GET", SUBSCRIBERS, None, "read"),
        ("GET", f"{SUBSCRIBERS}?id=sub_0000000000000000", None, "write"),
        ("POST", SUBSCRIBERS, {"phone": PHONE}, "write"),
        ("DELETE", f"{SUBSCRIBERS}?id=sub_0000000000000000", None, "write"),
        ("GET", "/v1/pages/default", None, "read"),
        ("PATCH", "/v1/pages/default", {"name": "Mine"}, "admin"),
        ("GET", "/v1/pages/default/sending", None, "read"),
        ("PATCH", "/v1/pages/default/sending", {"paused": True}, "write"),
        ("GET", "/v1/pages/default/templates", None, "read"),
        ("PUT", "/v1/pages/default/templates/created", {"template": "{{title}}"}, "admin"),
        ("GET", "/v1/pages/default/incidents", None, "read"),
        ("POST", "/v1/pages/default/incidents", {"incident": {"name": "Mine"}}, "write"),
        ("GET", "/v1/pages/default/components", None, "read"),
        ("POST", "/v1/pages/default/components", {"component": {"name": "Mine"}}, "write"),
    ],
)
def test_a_key_does_what_its_scope_says(
    system: SteppedSystem, method: str, path: str, body: Any, least: str
) -> None:
    scopes = ["read", "write", "admin"]
    for scope in scopes:
        system.add_key(f"key-to-{scope}", scope=scope)
        answer = system.http(method, path, body, headers={"X-API-Key": f"key-to-{scope}"})
        is_allowed = scopes.index(scope) >= scopes.index(least)
        assert (answer.status == 403) is not is_allowed, scope
        assert ("scope_too_small" in answer.text) is not is_allowed, scope


@pytest.mark.parametrize("scheme", ["Bearer", "OAuth", "bearer", "oauth"])
def test_a_key_may_come_in_authorization(system: SteppedSystem, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {KEY}"}
    assert system.http("GET", SUBSCRIBERS, headers=headers).status == 200


def test_keys_are_accounted_for(system: SteppedSystem) -> None:
    """Who made and who ended which key is in the audit trail; the key itself is nowhere."""
    key = new_key("a-new-key", "default", "the chart", system.now, Scope.READ)
    key_id = create_key(key, "tests", system.table, system_entropy).id
    system.clock.shift(1)
    revoke(system, key_id)
    found = [(row["event"], row["detail"]) for row in system.rows("audit")]
    detail = {"key": key_id, "name": "the chart", "scope": "read", "kind": "live"}
    assert found == [("key.created", detail), ("key.revoked", detail)]
    assert "a-new-key" not in str(system.rows())
    (kept,) = [one for one in list_api_keys(system.table, "default") if one.id == key_id]
    assert kept.revoked_at == system.now


@pytest.mark.parametrize(
    ("page", "key_id", "code"),
    [
        ("default", "0" * 16, "key_not_found"),
        ("default", "k" * 5000, "key_not_found"),
        ("other", "", "key_not_found"),
        ("default", "", "key_revoked"),
    ],
)
def test_only_a_key_in_use_can_be_revoked(
    system: SteppedSystem, page: str, key_id: str, code: str
) -> None:
    mine = system.add_key("a-revoked-key")
    revoke(system, mine)
    with pytest.raises(RejectedError) as refused:
        revoke(system, key_id or mine, page)
    assert refused.value.code == code


def revoke(system: SteppedSystem, key_id: str, page: str = "default") -> None:
    revoke_key(page, key_id, "tests", system.table, system.now, system_entropy)


def test_keys_are_stored_as_hashes(system: SteppedSystem) -> None:
    (row,) = system.rows("api_key")
    assert row["hash"] == _hash(KEY)
    assert KEY not in str(system.rows())


def test_keys_are_compared_in_constant_time(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the whole hash: a key whose hash only begins alike is refused."""
    (row,) = system.rows("api_key")
    forged = {**row, "hash": row["hash"][:16] + "0" * 48}
    rest = {name: value for name, value in forged.items() if name not in ("pk", "sk")}
    system.table.write(Write(row["pk"], row["sk"], item=rest))
    compared: list[tuple[Any, Any]] = []
    real = hmac.compare_digest

    def compare(one: Any, other: Any) -> bool:
        compared.append((one, other))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert system.operator("GET", SUBSCRIBERS).status == 401
    assert compared == [(forged["hash"], _hash(KEY))]


def test_a_revoked_key_is_refused_at_once(system: SteppedSystem) -> None:
    second = "another-key-of-the-same-operator"
    key_id = system.add_key(second)
    assert key_id == _hash(second)[:16]
    headers = {"X-API-Key": second}
    assert system.http("GET", SUBSCRIBERS, headers=headers).status == 200
    revoke(system, key_id)
    assert system.http("GET", SUBSCRIBERS, headers=headers).status == 401
    assert system.operator("GET", SUBSCRIBERS).status == 200


def test_a_key_shows_its_own_page_only(system: SteppedSystem) -> None:
    create_page(system.table, Page("other", "Other", "https://other.example.test/", API_URL))
    create_component(
        "other", "svc_mail", "Mail", Act("tests", system.table, system.now, system_entropy)
    )
    system.add_key("key-of-another-page", "other")
    mine = add(system).json["id"]
    theirs = {"X-API-Key": "key-of-another-page"}
    assert system.http("GET", SUBSCRIBERS, headers=theirs).json["subscribers"] == []
    for method in ("GET", "DELETE"):
        assert system.http(method, f"{SUBSCRIBERS}?id={mine}", headers=theirs).status == 404
    body = {"phone": PHONE, "verified": True, "preferences": {"services": ["svc_mail"]}}
    added = system.http("POST", SUBSCRIBERS, body, headers=theirs)
    assert added.status == 201
    assert added.json["id"] != mine


def test_header_names_have_no_case(system: SteppedSystem) -> None:
    assert system.http("GET", SUBSCRIBERS, headers={"x-api-key": KEY}).status == 200


# A page's settings.


def test_a_pages_settings(system: SteppedSystem) -> None:
    before = system.operator("GET", "/v1/pages/default").json
    assert before["limits"] == {
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
    }
    change = {"name": "Acme", "segment_budget": 2, "limits": {"signups_per_hour": 50}}
    changed = system.operator("PATCH", "/v1/pages/default", change)
    assert changed.status == 200
    limits = {**before["limits"], "signups_per_hour": 50}
    assert changed.json == {**before, "name": "Acme", "segment_budget": 2, "limits": limits}
    assert system.operator("GET", "/v1/pages/default").json == changed.json
    (noted,) = [row for row in system.rows("audit") if row["event"] == "page.changed"]
    assert noted["detail"]["changed"] == ["limits", "name", "segment_budget"]


@pytest.mark.parametrize(
    "change",
    [
        {"segment_budget": 0},
        {"segment_budget": 4},
        {"countries": []},
        {"countries": ["USA"]},
        {"name": ""},
        {"name": "x" * 41},
        {"name": "a\x00b"},
        {"url": "javascript:alert(1)"},
        {"keyword_replies": "nobody"},
        {"limits": {"signups_per_hour": 0}},
        {"public_url": "http://api.example.com"},
        {"public_url": "https://api.example.com/live?a=b"},
        {"public_url": "https://api.example.com/live#rc=5"},
        {"public_url": "https://user@api.example.com"},
        {"former_addresses": []},
        {"id": "other"},
    ],
)
def test_settings_out_of_bounds_are_refused(
    system: SteppedSystem, change: Mapping[str, Any]
) -> None:
    before = system.rows("page")
    answer = system.operator("PATCH", "/v1/pages/default", change)
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert system.rows("page") == before


def test_json_that_curl_calls_a_form_is_read_as_json(system: SteppedSystem) -> None:
    """`curl -d '{…}'` without a header of its own."""
    body = b' {"type": "sms", "phone": "+15551234567", "verified": true}'
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = system.operator("POST", "/api/sms/subscribers", headers=headers, raw=body)
    assert answer.status == 201
    assert answer.json["id"].startswith("sub_")
