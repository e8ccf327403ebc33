"""Operators' own texts to one number, and the list of every text."""

from typing import Any

import pytest

from statustext.domain.api_key import Kind
from tests.functional.engine import Call, watched
from tests.functional.phrases import live
from tests.stepped import PHONE, Answer, SteppedSystem

SMS = "/api/v1/orgs/default/sms"
OTHER = "+15557000002"
BODY = "Your ticket 4711 was closed."


def order(
    system: SteppedSystem, key: str = "", category: str = "transactional", **more: Any
) -> Answer:
    text = {"to": OTHER, "body": BODY, "category": category} | more
    headers = {"Idempotency-Key": key} if key else {}
    return system.operator("POST", f"{SMS}/send", text, headers=headers)


def listed(system: SteppedSystem, query: str = "") -> list[Any]:
    answer = system.operator("GET", f"{SMS}/sends{query}")
    assert answer.status == 200, answer.text
    found: list[Any] = answer.json["sends"]
    return found


def test_a_text_is_ordered_sent_and_shown(system: SteppedSystem) -> None:
    ordered = order(system)
    assert (ordered.status, ordered.json["status"]) == (202, "queued")
    assert ordered.json["to"] == "+1555700xxxx"
    live(system, 120)
    assert system.texts(OTHER) == [BODY]
    shown = system.operator("GET", f"{SMS}/sends/{ordered.json['id']}").json
    assert (shown["status"], shown["segments"]) == ("delivered", 1)
    assert [step["what"] for step in shown["history"]] == [
        "ordered",
        "handed to the carrier",
        "delivered",
    ]
    assert [one["id"] for one in listed(system)] == [ordered.json["id"]]


def test_a_team_key_texts_only_its_numbers(system: SteppedSystem) -> None:
    system.add_key("team-key", scope="write", kind=Kind.TEAM, numbers=frozenset({OTHER}))
    headers = {"X-API-Key": "team-key"}
    for to, status in ((OTHER, 202), (PHONE, 403)):
        text = {"to": to, "body": BODY, "category": "transactional"}
        answer = system.http("POST", f"{SMS}/send", text, headers=headers)
        assert answer.status == status
    assert answer.code == "not_in_team"
    live(system, 120)
    assert system.texts(OTHER) == [BODY]
    assert system.texts() == []


def test_a_text_by_a_test_key_is_checked_and_goes_nowhere(system: SteppedSystem) -> None:
    system.add_key("test-key", scope="write", kind=Kind.TEST)
    headers, text = {"X-API-Key": "test-key"}, {"to": OTHER, "category": "transactional"}
    answer = system.http("POST", f"{SMS}/send", text | {"body": BODY}, headers=headers)
    assert answer.status == 200
    assert (answer.json["status"], answer.json["suppressed_reason"]) == ("suppressed", "test_key")
    long = system.http("POST", f"{SMS}/send", text | {"body": BODY * 40}, headers=headers)
    assert (long.status, long.code) == (422, "too_long")
    live(system, 120)
    assert system.texts(OTHER) == []
    assert order(system).status == 202, "it is no repetition"


def test_the_same_call_is_made_once(system: SteppedSystem) -> None:
    first = order(system, "one")
    again = order(system, "one")
    assert (again.status, again.json["id"]) == (200, first.json["id"])
    live(system, 600)
    assert order(system, "one").json["status"] == "delivered"
    other = order(system, "one", body="Another")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert system.texts(OTHER) == [BODY]


def test_of_two_calls_with_one_key_at_once_one_orders(system: SteppedSystem) -> None:
    others: list[Answer] = []

    def meanwhile(call: Call) -> None:
        if call.operation == "TransactWriteItems" and not others:
            others.append(Answer(0, "", {}))
            others.append(order(system, "one"))

    with watched(system) as watch:
        watch.before = meanwhile
        late = order(system, "one")
    assert (others[1].status, late.status) == (202, 200)
    assert late.json["id"] == others[1].json["id"]
    live(system, 120)
    assert system.texts(OTHER) == [BODY]
    assert len(listed(system)) == 1


def test_the_same_words_within_a_minute_are_suppressed(system: SteppedSystem) -> None:
    assert order(system).status == 202
    system.clock.shift(1)
    repeated = order(system)
    assert (repeated.status, repeated.json["status"]) == (200, "suppressed")
    assert repeated.json["suppressed_reason"] == "recent_duplicate"
    assert repeated.json["metadata"] == {"suppressed": True}
    live(system, 120)
    assert order(system).status == 202
    live(system, 120)
    assert system.texts(OTHER) == [BODY] * 2
    assert [one["status"] for one in listed(system)] == ["delivered", "suppressed", "delivered"]


def test_who_said_stop_is_not_texted(system: SteppedSystem) -> None:
    system.subscribe()
    system.reply("STOP")
    before = system.texts()
    answer = order(system, to=PHONE)
    assert (answer.status, answer.json["status"]) == (200, "suppressed")
    assert answer.json["suppressed_reason"] == "stop"
    live(system, 120)
    assert system.texts() == before


def test_a_stop_after_the_order_still_holds(system: SteppedSystem) -> None:
    system.subscribe()
    order(system, to=PHONE, send_at="2027-01-15T09:00:00Z")
    system.reply("STOP")
    before = system.texts()
    live(system, 7200, step=600)
    assert system.texts() == before
    assert listed(system, "?category=transactional")[0]["status"] == "suppressed"


def test_an_alert_goes_to_subscribers_only(system: SteppedSystem) -> None:
    answer = order(system, category="alert")
    assert answer.json["suppressed_reason"] == "not_subscribed"
    system.subscribe()
    assert order(system, category="alert", to=PHONE).status == 202
    live(system, 120)
    assert system.texts()[-1] == BODY
    assert system.texts(OTHER) == []


def test_a_text_waits_for_its_moment(system: SteppedSystem) -> None:
    ordered = order(system, send_at="2027-01-16T08:00:00Z")
    assert (ordered.status, ordered.json["status"]) == (202, "scheduled")
    live(system, 23 * 3600, step=3600)
    assert system.texts(OTHER) == []
    live(system, 2 * 3600, step=600)
    assert system.texts(OTHER) == [BODY]
    assert system.rows("scheduled") == []


def test_a_scheduled_text_can_be_taken_back_and_no_other(system: SteppedSystem) -> None:
    waiting = order(system, send_at="2027-01-16T08:00:00Z").json["id"]
    assert system.operator("DELETE", f"{SMS}/sends/{waiting}").json["status"] == "suppressed"
    again = system.operator("DELETE", f"{SMS}/sends/{waiting}")
    assert (again.status, again.code) == (409, "not_scheduled")
    live(system, 25 * 3600, step=3600)
    assert system.texts(OTHER) == []
    sent = order(system).json["id"]
    live(system, 120)
    assert system.operator("DELETE", f"{SMS}/sends/{sent}").status == 409


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"to": "12345"}, "unassigned_number"),
        ({"body": "x" * 1000}, "too_long"),
        ({"send_at": "2027-02-15T08:00:00Z"}, "invalid_moment"),
        ({"send_at": "2026-02-15T08:00:00Z"}, "invalid_moment"),
        ({"category": "marketing"}, "invalid_request"),
        ({"bdoy": "x"}, "invalid_request"),
    ],
)
def test_what_cannot_be_sent_is_refused(
    wrong: dict[str, Any], code: str, system: SteppedSystem
) -> None:
    answer = order(system, **wrong)
    assert (answer.status, answer.code) == (422, code), answer.text
    assert listed(system) == []


def test_the_list_has_every_kind_and_filters(system: SteppedSystem) -> None:
    system.subscribe()
    system.clock.shift(100)
    order(system)
    incident = system.open_incident()
    live(system, 120)
    assert {one["category"] for one in listed(system)} == {
        "verification",
        "welcome",
        "transactional",
    }
    assert [one["category"] for one in listed(system, f"?phone=%2B{OTHER[1:]}")] == [
        "transactional"
    ]
    assert {one["category"] for one in listed(system, "?to=2027-01-15T08:01:00Z")} == {
        "verification",
        "welcome",
    }
    assert len(listed(system, "?from=2027-01-15T08:01:00Z")) == 1
    assert listed(system, "?status=failed") == []
    (told,) = listed(system, f"?incident={incident}&status=delivered")
    assert told["category"] == "announcement"
    one = system.operator("GET", f"{SMS}/sends/{told['id']}").json
    assert (one["status"], one["to"]) == ("delivered", "+1555123xxxx")
    with_both = f"?incident={incident}&phone={OTHER}"
    for query in (with_both, "?from=yesterday", "?cursor=x", "?phone=12"):
        assert system.operator("GET", f"{SMS}/sends{query}").status == 422, query


def test_a_long_list_comes_in_pages_of_two_requests(system: SteppedSystem) -> None:
    for number in range(120):
        order(system, body=f"Number {number}")
        system.clock.shift(0.01)
    live(system, 120)
    first = system.operator("GET", f"{SMS}/sends").json
    second = system.operator("GET", f"{SMS}/sends?cursor={first['next_cursor']}").json
    assert (len(first["sends"]), len(second["sends"]), second["next_cursor"]) == (100, 20, None)
    bodies = [one["body"] for one in first["sends"] + second["sends"]]
    assert bodies == [f"Number {number}" for number in reversed(range(120))]


def test_no_page_reads_or_takes_back_another_s_texts(system: SteppedSystem) -> None:
    ordered = order(system, send_at="2027-01-16T08:00:00Z").json["id"]
    system.add_key("key-of-another-page", page="other")
    headers = {"X-API-Key": "key-of-another-page"}
    for method, path in (
        ("GET", "/sends"),
        ("GET", f"/sends/{ordered}"),
        ("DELETE", f"/sends/{ordered}"),
    ):
        assert system.http(method, f"{SMS}{path}", headers=headers).status == 403
