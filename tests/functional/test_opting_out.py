"""Opt-outs that outlive sign-ups, and that no repeated START undoes."""

from collections.abc import Callable

import pytest

from statustext.adapters.quarantine import quarantine
from statustext.domain.ids import subscriber_id
from tests.aws_calls import watched
from tests.functional.engine import (
    master_key,
    requests_to_twilio,
    settle_down,
    spoil,
    subscriber_row,
)
from tests.functional.webhooks import INBOUND, inbound, is_stopped, post
from tests.stepped import PHONE, START, SteppedSystem

DAY = 86_400


def text(system: SteppedSystem, body: str, sid: str, **more: str) -> None:
    assert post(system, INBOUND, inbound(body, sid, **more)).status == 200


# The wrong number: somebody else's was typed into the form, and its owner answers the code.


def by_form(system: SteppedSystem) -> None:
    body = {"phone": PHONE, "consent": True}
    assert system.http("POST", "/subscriptions", body, source_ip="203.0.113.77").status == 202


def by_resend(system: SteppedSystem) -> None:
    one = subscriber_id(master_key(system), "default", PHONE)
    assert system.http("POST", f"/subscriptions/{one}/resend_confirmation").status == 202


def by_operator(system: SteppedSystem) -> None:
    answer = system.operator("POST", "/api/sms/subscribers", {"phone": PHONE})
    assert (answer.status, answer.code) == (409, "number_opted_out")


def by_operator_as_verified(system: SteppedSystem) -> None:
    body = {"phone": PHONE, "verified": True}
    answer = system.operator("POST", "/api/sms/subscribers", body)
    assert (answer.status, answer.code) == (409, "number_opted_out")


WAYS = [by_form, by_resend, by_operator, by_operator_as_verified]


@pytest.mark.parametrize("sign_up", WAYS)
@pytest.mark.parametrize("said", ["STOP", "wrong number"])
@pytest.mark.parametrize("later", [1, 2 * DAY, 500 * DAY])
def test_stop_to_a_code_means_no_code_ever_again(
    system: SteppedSystem, sign_up: Callable[[SteppedSystem], None], said: str, later: int
) -> None:
    system.sign_up()
    text(system, said, "SM1")
    system.run()
    with requests_to_twilio(system) as asked:
        settle_down(system, later, step=later)
        for _ in range(16):
            system.tick()
        system.run()
        sign_up(system)
        settle_down(system, 600)
    assert asked == []
    assert is_stopped(system)


@pytest.mark.parametrize("word", ["START", "UNSTOP", "subscribe"])
def test_until_the_phone_itself_says_start(system: SteppedSystem, word: str) -> None:
    system.sign_up()
    system.reply("STOP")
    system.advance(2 * DAY)
    by_form(system)
    system.run()
    assert len(system.texts()) == 1
    text(system, word, "SMstart")
    system.twilio.reply(PHONE, "START", system.now)  # Twilio's own list is lifted by its own word
    assert not is_stopped(system)
    system.advance(DAY)
    by_form(system)
    settle_down(system, 60)
    assert "Your code is" in system.texts()[-1]
    assert len(system.texts()) == 2


@pytest.mark.parametrize("more", [{}, {"OptOutType": "START"}])
@pytest.mark.parametrize("body", ["YES", "yes!", "sí"])
def test_yes_does_not_lift_a_stop_to_a_code(
    system: SteppedSystem, body: str, more: dict[str, str]
) -> None:
    """Twilio's own list is lifted by YES; nobody who was never verified means a code by it."""
    system.sign_up()
    system.reply("STOP")
    system.advance(2 * DAY)
    text(system, body, "SMyes", **more)
    assert is_stopped(system)
    with requests_to_twilio(system) as asked:
        by_form(system)
        settle_down(system, 600)
    assert asked == []


@pytest.mark.parametrize("more", [{}, {"OptOutType": "START"}])
def test_yes_brings_back_who_was_verified(system: SteppedSystem, more: dict[str, str]) -> None:
    one = str(system.subscribe()["id"])
    text(system, "STOP", "SM1")
    text(system, "Yes", "SM2", **more)
    assert subscriber_row(system, one)["state"] == "active"


def test_a_start_from_another_phone_lifts_nothing(system: SteppedSystem) -> None:
    system.sign_up()
    text(system, "STOP", "SM1")
    text(system, "START", "SM2", From="+15557770009")
    assert is_stopped(system)


# A START that Twilio delivers again after a later stop.

IN_WORDS = [
    "please stop texting me",
    "stop.",
    "opt out",
    "no more messages",
    "wrong number",
    "alto",
]


@pytest.mark.parametrize("said", IN_WORDS)
@pytest.mark.parametrize("body", ["START", "unstop", "YES"])
def test_a_start_shortly_after_a_stop_in_words_is_not_obeyed(
    system: SteppedSystem, said: str, body: str
) -> None:
    one = str(system.subscribe()["id"])
    text(system, said, "SMstop")
    stopped = subscriber_row(system, one)
    for number, seconds in enumerate((0, 100, 199)):
        system.clock.shift(seconds)
        text(system, body, f"SMstart{number}")
        assert subscriber_row(system, one) == stopped
    with requests_to_twilio(system) as asked:
        system.open_incident()
    assert asked == []
    noted = [
        row for row in system.rows("audit") if row["detail"].get("sid", "").startswith("SMstart")
    ]
    assert [row["event"] for row in noted] == ["sms.replied"] * 3
    system.clock.shift(2)
    text(system, body, "SMlast")
    assert subscriber_row(system, one)["state"] == "active"
    assert not set(subscriber_row(system, one)) & {
        "suppressed",
        "suppressed_at",
        "suppressed_in_words",
    }


def test_the_unverified_are_held_to_it_too(system: SteppedSystem) -> None:
    system.sign_up()
    text(system, "wrong number", "SM1")
    text(system, "START", "SM2")
    assert is_stopped(system)
    system.clock.shift(301)
    text(system, "START", "SM3")
    assert not is_stopped(system)


@pytest.mark.parametrize(
    ("said", "more"), [("STOP", {}), (" stop ", {}), ("basta", {"OptOutType": "STOP"})]
)
def test_where_twilio_blocks_the_number_itself_start_is_obeyed_at_once(
    system: SteppedSystem, said: str, more: dict[str, str]
) -> None:
    one = str(system.subscribe()["id"])
    text(system, said, "SM1", **more)
    text(system, "START", "SM2")
    assert subscriber_row(system, one)["state"] == "active"


def test_a_stop_that_twilio_does_not_handle_for_this_page_counts_as_words(
    system: SteppedSystem,
) -> None:
    one = str(system.subscribe()["id"])
    system.operator("PATCH", "/v1/pages/default", {"keyword_replies": "statustext"})
    text(system, "STOP", "SM1")
    text(system, "START", "SM2")
    assert subscriber_row(system, one)["state"] == "unsubscribed"


def verified(system: SteppedSystem) -> str:
    return str(system.subscribe()["id"])


def unverified(system: SteppedSystem) -> str:
    return system.sign_up()


@pytest.mark.parametrize("somebody", [verified, unverified])
def test_a_stop_in_words_between_reading_and_writing_holds_the_start(
    system: SteppedSystem, somebody: Callable[[SteppedSystem], str]
) -> None:
    """The condition of the write, not only what was read, holds it."""
    one = somebody(system)
    text(system, "STOP", "SM1")
    with watched() as calls:
        calls.first("TransactWriteItems", lambda: text(system, "stop texting me", "SM2"))
        answer = post(system, INBOUND, inbound("START", "SM3"))
    assert answer.status == 503  # Twilio asks again
    text(system, "START", "SM3")
    assert subscriber_row(system, one)["suppressed"] == "stop"


def test_a_stop_in_words_is_confirmed_by_nothing(system: SteppedSystem) -> None:
    """Promise 1: no request to Twilio after an opt-out, not even to confirm it."""
    system.subscribe()
    with requests_to_twilio(system) as asked:
        text(system, "please stop texting me", "SM1")
        settle_down(system, 600)
    assert asked == []


# What is left of before, when somebody is back.


def test_who_comes_back_is_told_though_they_had_paused(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    for number, body in enumerate(("PAUSE 7D", "STOP", "START")):
        system.clock.shift(400)
        text(system, body, f"SM{number}")
    system.run()
    assert "paused_until" not in subscriber_row(system, one)
    system.open_incident("API is down")
    assert system.texts()[-1] == "[Demo] Critical incident: API is down"


def test_what_waited_for_the_end_of_the_pause_is_looked_at_at_once(system: SteppedSystem) -> None:
    system.subscribe()
    text(system, "PAUSE 7D", "SM1")
    system.run()
    system.open_incident("API is down")
    text(system, "STOP", "SM2")
    text(system, "START", "SM3")
    system.clock.shift(60)
    system.tick()
    system.run()
    assert system.texts()[-1] == "[Demo] Critical incident: API is down"


def test_who_comes_back_hears_no_more_of_what_they_muted(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    incident = system.open_incident("API is down")
    for number, body in enumerate(("MUTE", "STOP", "START")):
        text(system, body, f"SM{number}")
    system.run()
    assert subscriber_row(system, one)["told"][incident]["m"] is True
    before = system.texts()
    system.update_incident(incident, status="resolved")
    assert system.texts() == before


@pytest.mark.parametrize(("body", "is_paused"), [("thanks", True), ("START", False)])
def test_a_pause_outlasts_a_quarantine_unless_they_say_start(
    system: SteppedSystem, body: str, is_paused: bool
) -> None:
    """Who was only unreachable never left, and still wants the rest they asked for."""
    one = str(system.subscribe()["id"])
    text(system, "PAUSE 7D", "SM1")
    system.table.write(quarantine("default", one, "twilio 30005", START))
    text(system, body, "SM2")
    row = subscriber_row(system, one)
    assert (row["state"], "paused_until" in row) == ("active", is_paused)
    assert "quarantined_for" not in row


# HELP in words that Twilio does not know.


@pytest.mark.parametrize(("body", "answers"), [("HELP", 0), ("info", 0), ("help me!", 1)])
def test_help_is_answered_where_twilio_does_not(
    system: SteppedSystem, body: str, answers: int
) -> None:
    system.subscribe()
    before = len(system.texts())
    text(system, body, "SM1")
    settle_down(system, 60)
    found = system.texts()[before:]
    assert len(found) == answers
    assert all("Help: https://status.example.test/" in one for one in found)


def left(system: SteppedSystem) -> str:
    """Verified once, and removed by an operator."""
    one = str(system.subscribe()["id"])
    assert system.operator("DELETE", f"/api/sms/subscribers?id={one}").status == 200
    return one


@pytest.mark.parametrize("word", ["Yes", "y", "SI"])
def test_yes_does_not_bring_back_who_left_in_another_way(system: SteppedSystem, word: str) -> None:
    one = left(system)
    text(system, word, "SM1")
    assert subscriber_row(system, one)["state"] == "unsubscribed"
    text(system, "START", "SM2")
    assert subscriber_row(system, one)["state"] == "active"


def test_yes_brings_back_who_was_stopped(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    text(system, "STOP", "SM1")
    text(system, "YES", "SM2")
    assert subscriber_row(system, one)["state"] == "active"


def test_yes_to_a_code_brings_back_who_was_once_verified(system: SteppedSystem) -> None:
    """They left, and asked for texts again."""
    one = left(system)
    system.advance(2 * DAY)
    system.sign_up()
    assert "code is" in system.texts()[-1]
    text(system, "YES", "SM1")
    assert subscriber_row(system, one)["state"] == "active"


def test_yes_to_a_code_that_is_over_brings_nobody_back(system: SteppedSystem) -> None:
    one = left(system)
    text(system, "YES", "SM1")  # the code was for the time before
    assert subscriber_row(system, one)["state"] == "unsubscribed"
    system.advance(2 * DAY)
    system.sign_up()
    system.advance(11 * 60)
    text(system, "YES", "SM2")
    assert subscriber_row(system, one)["state"] == "unsubscribed"


def test_yes_to_a_code_that_was_refused_brings_nobody_back(system: SteppedSystem) -> None:
    """It never came: they say yes to something else."""
    one = left(system)
    system.advance(2 * DAY)
    spoil(system, kind="refuse", status=400, code=21211)
    system.sign_up()
    text(system, "YES", "SM1")
    assert subscriber_row(system, one)["state"] == "unsubscribed"


def test_yes_to_a_code_of_a_second_try_counts_as_long_as_the_code(system: SteppedSystem) -> None:
    one = left(system)
    system.advance(2 * DAY)
    spoil(system, kind="refuse", status=400, code=20003, times=4)
    system.sign_up()
    before = len(system.texts())
    for _ in range(60):
        system.advance(10)
        if len(system.texts()) > before:
            break
    system.advance(590)
    text(system, "YES", "SM1")
    assert subscriber_row(system, one)["state"] == "active"
