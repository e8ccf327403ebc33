"""What people text back: STOP and START are obeyed once each, HELP and MANAGE answered."""

import pytest

from local.configuration import FAKE_FROM
from tests.functional.engine import (
    Died,
    add_active,
    die,
    once,
    requests_to_twilio,
    settle_down,
    subscriber_row,
    watched,
)
from tests.functional.webhooks import INBOUND, inbound, is_stopped, post
from tests.stepped import SteppedSystem


@pytest.mark.parametrize("body", ["STOP", "stop.", "Unsubscribe", "please stop texting me"])
def test_stop_in_many_words(system: SteppedSystem, body: str) -> None:
    (phone,) = add_active(system, 1).values()
    system.twilio.reply(phone, body, system.now, to=FAKE_FROM)
    with requests_to_twilio(system) as asked:
        system.run()
        system.open_incident()
        settle_down(system, 60)
    assert asked == []


@pytest.mark.parametrize("kind", ["STOP", "stop"])
def test_twilio_s_own_reading_of_a_custom_keyword_counts(system: SteppedSystem, kind: str) -> None:
    assert post(system, INBOUND, inbound("arret", OptOutType=kind)).status == 200
    assert is_stopped(system)


def test_twilio_s_start_counts_as_well(system: SteppedSystem) -> None:
    one = subscribe_and_stop(system)
    post(system, INBOUND, inbound("again please", "SM2", OptOutType="START"))
    assert subscriber_row(system, one)["state"] == "active"


def test_stop_for_a_number_that_nobody_knows_is_kept(system: SteppedSystem) -> None:
    stranger = "+15557770001"
    post(system, INBOUND, inbound("STOP", From=stranger))
    assert is_stopped(system, stranger)
    with requests_to_twilio(system) as asked:
        system.sign_up(stranger)
        settle_down(system, 60)
    assert asked == []


def subscribe_and_stop(system: SteppedSystem) -> str:
    one = str(system.subscribe()["id"])
    system.reply("STOP")
    assert is_stopped(system)
    return one


@pytest.mark.parametrize("body", ["START", "unstop", "Yes", "yes!"])
def test_who_was_verified_comes_back_at_their_own_word(system: SteppedSystem, body: str) -> None:
    one = subscribe_and_stop(system)
    system.reply(body)
    assert subscriber_row(system, one)["state"] == "active"
    before = len(system.texts())
    system.open_incident()
    assert len(system.texts()) == before + 1 or body not in ("START", "unstop", "Yes")


def test_start_of_a_stranger_is_no_subscription(system: SteppedSystem) -> None:
    post(system, INBOUND, inbound("START", From="+15557770002"))
    assert system.rows("subscriber") == []


def test_start_of_the_unverified_lifts_the_stop_and_no_more(system: SteppedSystem) -> None:
    one = system.sign_up()
    system.reply("STOP")
    system.reply("START")
    assert "suppressed" not in subscriber_row(system, one)
    assert subscriber_row(system, one)["state"] == "unsubscribed"
    with requests_to_twilio(system) as asked:
        system.open_incident()
    assert asked == []


def test_yes_of_an_active_subscriber_means_nothing(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    before = subscriber_row(system, one)
    system.reply("YES")
    assert subscriber_row(system, one) == before


def test_start_before_stop_repeated_after_it_changes_nothing(system: SteppedSystem) -> None:
    """Twilio repeats webhooks and does not keep their order."""
    one = subscribe_and_stop(system)
    start = inbound("START", "SMstart")
    post(system, INBOUND, start)
    assert subscriber_row(system, one)["state"] == "active"
    post(system, INBOUND, inbound("STOP", "SMstop"))
    stopped = subscriber_row(system, one)
    for _ in range(3):
        assert post(system, INBOUND, start).status == 200
    assert subscriber_row(system, one) == stopped
    assert stopped["suppressed"] == "stop"


def test_a_reply_is_taken_once(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    for _ in range(3):
        post(system, INBOUND, inbound("STOP", "SMonce"))
    assert subscriber_row(system, one)["token_epoch"] == 1
    noted = [row for row in system.rows("audit") if row["detail"].get("sid") == "SMonce"]
    assert [row["event"] for row in noted] == ["subscriber.opted_out"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_stop_that_dies_half_way_is_asked_for_again(system: SteppedSystem, moment: str) -> None:
    with watched(system) as watch:
        setattr(watch, moment, once(lambda call: call.operation == "TransactWriteItems", die))
        with pytest.raises(Died):
            post(system, INBOUND, inbound("STOP"))
        assert post(system, INBOUND, inbound("STOP")).status == 200
    assert is_stopped(system)


# Answers.


def keyword_replies(system: SteppedSystem, who: str) -> None:
    change = {"keyword_replies": who}
    assert system.operator("PATCH", "/v1/pages/default", change).status == 200


def test_help_is_answered_by_twilio_unless_the_page_says_otherwise(
    system: SteppedSystem,
) -> None:
    system.subscribe()
    before = system.texts()
    system.reply("HELP")
    assert system.texts() == before
    keyword_replies(system, "statustext")
    system.reply("help")
    (answer,) = system.texts()[len(before) :]
    assert "Demo" in answer
    assert "STOP" in answer
    assert "rates" in answer


def test_help_that_twilio_answered_itself_is_not_answered_again(system: SteppedSystem) -> None:
    keyword_replies(system, "statustext")
    post(system, INBOUND, inbound("HELP", OptOutType="HELP"))
    system.run()
    assert system.accepted() == []


def test_help_repeated_is_answered_once(system: SteppedSystem) -> None:
    keyword_replies(system, "statustext")
    for _ in range(3):
        post(system, INBOUND, inbound("HELP"))
    system.run()
    assert len(system.accepted()) == 1


def test_help_is_not_texted_to_who_stopped(system: SteppedSystem) -> None:
    keyword_replies(system, "statustext")
    subscribe_and_stop(system)
    with requests_to_twilio(system) as asked:
        system.reply("HELP")
        settle_down(system, 60)
    assert asked == []


def test_stop_is_answered_by_twilio_alone(system: SteppedSystem) -> None:
    system.subscribe()
    keyword_replies(system, "statustext")
    with requests_to_twilio(system) as asked:
        system.reply("STOP")
        system.reply("START")
        settle_down(system, 60)
    assert asked == []


def test_a_manage_link_opens_the_subscription(system: SteppedSystem) -> None:
    one = str(system.subscribe()["id"])
    system.reply("MANAGE")
    link = system.texts()[-1]
    assert "https://status.example.test/#statustext=" in link
    token = link.partition("#statustext=")[2].split()[0]
    bearer = {"Authorization": f"Bearer {token}"}
    answer = system.http("GET", f"/subscriptions/{one}", headers=bearer)
    assert (answer.status, answer.json["status"]) == (200, "active")
    assert system.http("DELETE", f"/subscriptions/{one}", headers=bearer).status == 200
    assert system.http("GET", f"/subscriptions/{one}", headers=bearer).status == 401


def test_a_manage_link_is_for_the_active_only(system: SteppedSystem) -> None:
    system.sign_up()
    before = system.texts()
    system.reply("MANAGE")
    post(system, INBOUND, inbound("MANAGE", "SM9", From="+15557770003"))
    system.run()
    assert system.texts() == before
    assert system.accepted("+15557770003") == []


@pytest.mark.parametrize("body", ["", "thanks!", "what is going on", "x" * 1600, "🚨"])
def test_any_other_text_is_noted_and_not_answered(system: SteppedSystem, body: str) -> None:
    one = str(system.subscribe()["id"])
    before = system.texts()
    post(system, INBOUND, inbound(body, "SMother"))
    system.run()
    assert system.texts() == before
    assert subscriber_row(system, one)["state"] == "active"
    (noted,) = [row for row in system.rows("audit") if row["detail"].get("sid") == "SMother"]
    assert noted["event"] == "sms.replied"
