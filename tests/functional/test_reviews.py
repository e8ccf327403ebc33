"""Replies that may have been opt-outs, listed for an operator, who confirms or undoes each."""

import pytest

from tests.functional.engine import requests_to_twilio, subscriber_row
from tests.functional.webhooks import INBOUND, inbound, is_stopped, post
from tests.stepped import Answer, SteppedSystem

REVIEWS = "/api/v1/orgs/default/sms/reviews"
OBEYED = "you have the wrong number, ask +15551234567"
NOT_OBEYED = "can you stop the server?"


@pytest.fixture
def one(system: SteppedSystem) -> str:
    return str(system.subscribe()["id"])


def text(system: SteppedSystem, body: str, sid: str) -> None:
    assert post(system, INBOUND, inbound(body, sid)).status == 200
    system.run()


def review_of(system: SteppedSystem) -> str:
    (waiting,) = system.operator("GET", REVIEWS).json["reviews"]
    return str(waiting["id"])


def settle(system: SteppedSystem, review: str, how: str) -> Answer:
    return system.operator("POST", f"{REVIEWS}/{review}/{how}")


def is_told(system: SteppedSystem) -> bool:
    with requests_to_twilio(system) as asked:
        system.open_incident()
    return bool(asked)


@pytest.mark.parametrize(("said", "opted_out"), [(OBEYED, True), (NOT_OBEYED, False)])
def test_what_is_not_sure_waits_for_a_look(
    system: SteppedSystem, one: str, said: str, opted_out: bool
) -> None:
    text(system, said, "SM1")
    text(system, said, "SM1")  # delivered twice
    answer = system.operator("GET", REVIEWS).json
    assert answer["next_cursor"] is None
    (waiting,) = answer["reviews"]
    assert (waiting["subscriber"], waiting["opted_out"]) == (one, opted_out)
    assert is_stopped(system) is opted_out
    assert "5551234567" not in waiting["said"]
    assert waiting["said"].startswith(said[:15])


@pytest.mark.parametrize("said", ["STOP", "hello", "please stop texting me"])
def test_what_is_sure_does_not(system: SteppedSystem, one: str, said: str) -> None:
    text(system, said, "SM1")
    assert system.operator("GET", REVIEWS).json["reviews"] == []


def test_an_opt_out_that_was_none_is_undone(system: SteppedSystem, one: str) -> None:
    text(system, OBEYED, "SM1")
    answer = settle(system, review_of(system), "undo")
    assert (answer.status, answer.json["verdict"]) == (200, "not_opted_out")
    assert subscriber_row(system, one)["state"] == "active"
    assert is_told(system)
    assert system.operator("GET", REVIEWS).json["reviews"] == []


def test_one_that_was_stays(system: SteppedSystem, one: str) -> None:
    text(system, OBEYED, "SM1")
    assert settle(system, review_of(system), "confirm").status == 200
    assert is_stopped(system)
    assert not is_told(system)


def test_what_was_not_taken_for_one_is_obeyed_when_confirmed(
    system: SteppedSystem, one: str
) -> None:
    text(system, NOT_OBEYED, "SM1")
    assert settle(system, review_of(system), "confirm").json["verdict"] == "opted_out"
    assert is_stopped(system)
    assert not is_told(system)


def test_what_was_not_taken_for_one_may_be_put_away(system: SteppedSystem, one: str) -> None:
    text(system, NOT_OBEYED, "SM1")
    assert settle(system, review_of(system), "undo").status == 200
    assert is_told(system)
    assert system.operator("GET", REVIEWS).json["reviews"] == []


@pytest.mark.parametrize("also", ["STOP", "stop all of this", "wrong number"])
def test_a_later_opt_out_is_not_undone_with_it(system: SteppedSystem, one: str, also: str) -> None:
    text(system, OBEYED, "SM1")
    review = review_of(system)
    system.clock.shift(60)
    text(system, also, "SM2")
    answer = settle(system, review, "undo")
    assert (answer.status, answer.code) == (409, "reply_cannot_be_undone")
    assert is_stopped(system)


def test_an_opt_out_before_is_not_undone_with_it(system: SteppedSystem, one: str) -> None:
    text(system, "STOP", "SM1")
    system.clock.shift(60)
    text(system, OBEYED, "SM2")
    answer = settle(system, review_of(system), "undo")
    assert (answer.status, answer.json["suppressed"]) == (200, True)
    assert is_stopped(system)


def test_who_had_left_before_is_not_brought_back(system: SteppedSystem, one: str) -> None:
    system.operator("DELETE", f"/api/sms/subscribers?id={one}")
    system.clock.shift(60)
    text(system, OBEYED, "SM1")
    assert settle(system, review_of(system), "undo").status == 200
    row = subscriber_row(system, one)
    assert row["state"] == "unsubscribed"
    assert "suppressed" not in row


def test_a_number_that_was_removed_stays_away(system: SteppedSystem, one: str) -> None:
    text(system, OBEYED, "SM1")
    review = review_of(system)
    for _ in range(32):
        system.clock.shift(86_400)
        system.tick()
    assert "phone" not in subscriber_row(system, one)
    assert settle(system, review, "undo").code == "reply_cannot_be_undone"


@pytest.mark.parametrize("how", ["confirm", "undo"])
def test_each_is_reviewed_once(system: SteppedSystem, one: str, how: str) -> None:
    text(system, OBEYED, "SM1")
    review = review_of(system)
    assert settle(system, review, how).status == 200
    answer = settle(system, review, how)
    assert (answer.status, answer.code) == (404, "review_not_found")
    (noted,) = [row for row in system.rows("audit") if row["event"] == "reply.reviewed"]
    assert noted["detail"]["subscriber"] == one


def test_a_long_list_comes_in_pages(system: SteppedSystem, one: str) -> None:
    for number in range(101):
        system.clock.shift(1)
        assert post(system, INBOUND, inbound(NOT_OBEYED, f"SM{number}")).status == 200
    first = system.operator("GET", REVIEWS).json
    rest = system.operator("GET", f"{REVIEWS}?cursor={first['next_cursor']}").json
    ids = [each["id"] for page in (first, rest) for each in page["reviews"]]
    assert len(ids) == len(set(ids)) == 101
    assert rest["next_cursor"] is None
