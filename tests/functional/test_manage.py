"""GET, PATCH, DELETE /subscriptions/{id}: one's own subscription, with a token."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from statustext.domain.page import Page
from statustext.domain.verification import MANAGE_TOKEN_LIFE
from statustext.flows.operating.setting_up import create_page
from tests.aws_calls import watched
from tests.stepped import API_URL, PHONE, Answer, SteppedSystem

OTHER_PHONE = "+15557654321"


def manage(system: SteppedSystem, method: str, one: str, token: str, body: Any = None) -> Answer:
    bearer = {"Authorization": f"Bearer {token}"}
    return system.http(method, f"/subscriptions/{one}", body, headers=bearer)


def is_refused(answer: Answer) -> None:
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_subscriber_reads_their_subscription(system: SteppedSystem) -> None:
    verified = system.subscribe(preferences={"services": ["svc_api"]})
    answer = manage(system, "GET", verified["id"], verified["manage_token"])
    assert answer.status == 200
    assert answer.json == {
        "id": verified["id"],
        "mode": "sms",
        "status": "active",
        "phone": "+1555123xxxx",
        "preferences": verified["preferences"],
    }


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({"updates": True}, {"updates": True}),
        ({"severity_filter": ["critical"]}, {"severity_filter": ["critical"]}),
        ({"services": ["svc_payments"]}, {"services": ["svc_payments"]}),
        ({"services": []}, {"services": []}),
        ({}, {}),
    ],
)
def test_what_is_not_mentioned_stays(
    system: SteppedSystem, change: Mapping[str, Any], differs: Mapping[str, Any]
) -> None:
    before = {"services": ["svc_api"], "maintenance": True, "new_incidents": False}
    verified = system.subscribe(preferences=before)
    one, token = verified["id"], verified["manage_token"]
    answer = manage(system, "PATCH", one, token, {"preferences": change})
    assert answer.status == 200
    assert answer.json["preferences"] == {**verified["preferences"], **differs}
    assert manage(system, "GET", one, token).json == answer.json


def test_a_preset_replaces_everything(system: SteppedSystem) -> None:
    verified = system.subscribe(preferences={"services": ["svc_api"], "updates": True})
    change = {"preferences": {"preset": "critical_only"}}
    answer = manage(system, "PATCH", verified["id"], verified["manage_token"], change)
    chosen = answer.json["preferences"]
    assert (chosen["severity_filter"], chosen["services"], chosen["updates"]) == (
        ["critical"],
        [],
        False,
    )


def test_a_change_decides_what_is_told(system: SteppedSystem) -> None:
    verified = system.subscribe()
    change = {"preferences": {"severity_filter": ["critical"], "services": ["svc_payments"]}}
    manage(system, "PATCH", verified["id"], verified["manage_token"], change)
    before = len(system.texts())
    system.open_incident("Minor", impact_override="minor", component_ids=["svc_payments"])
    system.open_incident("Elsewhere", component_ids=["svc_api"])
    assert len(system.texts()) == before
    system.open_incident("Here", component_ids=["svc_payments"])
    assert system.texts()[before:] == ["[Demo] Critical incident: Here"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"preferences": {"services": ["svc_nothing"]}}, "unknown_service"),
        ({"preferences": {"severity_filter": ["loud"]}}, "invalid_request"),
        ({"preferences": None}, "invalid_request"),
        ({"phone": OTHER_PHONE}, "invalid_request"),
        ({"preferences": {}, "status": "active"}, "invalid_request"),
    ],
)
def test_a_change_of_another_shape_is_refused(
    system: SteppedSystem, body: Mapping[str, Any], code: str
) -> None:
    verified = system.subscribe()
    answer = manage(system, "PATCH", verified["id"], verified["manage_token"], body)
    assert (answer.status, answer.code) == (422, code)
    after = manage(system, "GET", verified["id"], verified["manage_token"])
    assert after.json["preferences"] == verified["preferences"]


def test_unsubscribing_ends_texts_and_token(system: SteppedSystem) -> None:
    verified = system.subscribe()
    one, token = verified["id"], verified["manage_token"]
    answer = manage(system, "DELETE", one, token)
    assert (answer.status, answer.json) == (200, {"id": one, "status": "unsubscribed"})
    before = system.texts()
    system.open_incident()
    assert system.texts() == before
    is_refused(manage(system, "GET", one, token))
    is_refused(manage(system, "PATCH", one, token, {"preferences": {}}))
    is_refused(manage(system, "DELETE", one, token))


def test_an_old_token_stays_dead_when_the_subscription_returns(system: SteppedSystem) -> None:
    first = system.subscribe()
    manage(system, "DELETE", first["id"], first["manage_token"])
    system.advance(60)
    second = system.subscribe()
    assert second["id"] == first["id"]
    is_refused(manage(system, "GET", first["id"], first["manage_token"]))
    assert manage(system, "GET", second["id"], second["manage_token"]).status == 200


def test_stop_ends_the_token_too(system: SteppedSystem) -> None:
    verified = system.subscribe()
    system.reply("STOP")
    is_refused(manage(system, "GET", verified["id"], verified["manage_token"]))
    system.reply("START")
    is_refused(manage(system, "GET", verified["id"], verified["manage_token"]))


def test_an_operator_removing_somebody_ends_the_token(system: SteppedSystem) -> None:
    verified = system.subscribe()
    system.operator("DELETE", f"/api/sms/subscribers?id={verified['id']}")
    is_refused(manage(system, "GET", verified["id"], verified["manage_token"]))


@pytest.mark.parametrize(("age", "status"), [(-1, 200), (0, 401)])
def test_a_token_expires(system: SteppedSystem, age: int, status: int) -> None:
    verified = system.subscribe()
    system.clock.shift(MANAGE_TOKEN_LIFE + age)
    assert manage(system, "GET", verified["id"], verified["manage_token"]).status == status


def test_a_token_opens_one_subscription_on_one_page(system: SteppedSystem) -> None:
    mine, theirs = system.subscribe(), system.subscribe(OTHER_PHONE)
    is_refused(manage(system, "GET", theirs["id"], mine["manage_token"]))
    claims, signature = mine["manage_token"].split(".", 1)[1].rsplit(".", 1)
    is_refused(manage(system, "GET", theirs["id"], f"{theirs['id']}.{claims}.{signature}"))
    create_page(system.table, Page("other", "Other", "https://other.example.test/", API_URL))
    bearer = {"Authorization": f"Bearer {mine['manage_token']}"}
    is_refused(system.http("GET", f"/pages/other/subscriptions/{mine['id']}", headers=bearer))


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: "",
        lambda token: "garbage",
        lambda token: "..",
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token.replace(".1-0-", ".1-1-"),
        lambda token: token.replace(".1-0-", ".2-0-"),
        lambda token: token.replace(".1-0-", ".0-"),
        lambda token: re.sub(r"-[0-9a-f]+\.", "-ffffffffff.", token),
        lambda token: token.rsplit(".", 1)[0] + ".",
        lambda token: token.upper(),
        lambda token: "é" * 20,
        lambda token: f"{token}.{token}",
    ],
    ids=range(13),
)
def test_a_forged_token_is_refused(system: SteppedSystem, forge: Any) -> None:
    verified = system.subscribe()
    token = forge(verified["manage_token"])
    assert token != verified["manage_token"]
    for method in ("GET", "PATCH", "DELETE"):
        body: Any = {"preferences": {}} if method == "PATCH" else None
        is_refused(manage(system, method, verified["id"], token, body))
    assert manage(system, "GET", verified["id"], verified["manage_token"]).status == 200


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Basic {token}", "{token}", "Token {token}"]
)
def test_another_scheme_is_refused(system: SteppedSystem, header: str | None) -> None:
    verified = system.subscribe()
    value = header.format(token=verified["manage_token"]) if header is not None else None
    headers = {"Authorization": value} if value is not None else {}
    is_refused(system.http("GET", f"/subscriptions/{verified['id']}", headers=headers))


def test_the_scheme_is_read_in_any_case(system: SteppedSystem) -> None:
    verified = system.subscribe()
    headers = {"authorization": f"bearer {verified['manage_token']}"}
    assert system.http("GET", f"/subscriptions/{verified['id']}", headers=headers).status == 200


def test_an_unconfirmed_subscription_has_nothing_to_manage(system: SteppedSystem) -> None:
    verified = system.subscribe()
    one = system.sign_up(OTHER_PHONE)
    is_refused(manage(system, "GET", one, verified["manage_token"]))


def test_a_token_comes_by_text_for_the_asking(system: SteppedSystem) -> None:
    verified = system.subscribe()
    system.reply("MANAGE")
    link = re.search(r"https://status\.example\.test/#statustext=(\S+)", system.texts()[-1])
    assert link is not None
    token = link[1]
    assert token.startswith(verified["id"])
    assert manage(system, "GET", verified["id"], token).status == 200
    assert manage(system, "DELETE", verified["id"], token).status == 200


def test_changes_are_on_record_without_the_number(system: SteppedSystem) -> None:
    verified = system.subscribe()
    one, token = verified["id"], verified["manage_token"]
    with watched() as calls:
        manage(system, "PATCH", one, token, {"preferences": {"updates": True}})
        manage(system, "DELETE", one, token)
        system.run()
    told = [entry["DetailType"] for put in calls.of("PutEvents") for entry in put["Entries"]]
    assert told == ["subscriber.changed", "subscriber.unsubscribed"]
    kept = [row for row in system.rows("audit") if row["event"] in told]
    assert [row["actor"] for row in kept] == ["the subscriber"] * 2
    assert PHONE not in str(kept)


def test_a_second_click_is_no_error(system: SteppedSystem) -> None:
    """Two unsubscribe at the same moment: both are told that it is done."""
    verified = system.subscribe()
    one, token = verified["id"], verified["manage_token"]
    answers: list[Answer] = []
    with watched() as calls:
        calls.first(
            "TransactWriteItems", lambda: answers.append(manage(system, "DELETE", one, token))
        )
        answers.append(manage(system, "DELETE", one, token))
    assert [answer.status for answer in answers] == [200, 200]
    ended = [row for row in system.rows("audit") if row["event"] == "subscriber.unsubscribed"]
    assert len(ended) == 1


def test_a_change_does_not_survive_a_stop_at_the_same_moment(system: SteppedSystem) -> None:
    verified = system.subscribe()
    with watched() as calls:
        calls.first(
            "TransactWriteItems",
            lambda: manage(system, "DELETE", verified["id"], verified["manage_token"]),
        )
        change = {"preferences": {"updates": True}}
        is_refused(manage(system, "PATCH", verified["id"], verified["manage_token"], change))
    (row,) = system.rows("subscriber")
    assert (row["state"], row["preferences"]["updates"]) == ("unsubscribed", False)
