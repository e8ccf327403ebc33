"""Several pages that text from one number, whose webhook is one page's."""

import contextlib
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from local.configuration import FAKE_FROM
from statustext.adapters.clock import system_entropy
from statustext.adapters.deactivations import quarantine_deactivated
from statustext.adapters.dynamodb import Write
from statustext.adapters.opt_outs import suppress
from statustext.adapters.pages import get_page, page_key
from statustext.adapters.subscribers import activate, end_subscription, subscriber_key
from statustext.contracts import IncidentInput
from statustext.domain.ids import subscriber_id
from statustext.domain.page import SenderChoice
from statustext.domain.subscriber import Preferences, State, Subscriber
from statustext.flows.acting import Act
from statustext.flows.operating.setting_up import create_page
from statustext.flows.publishing.incidents import open_incident
from tests.aws_calls import watched as calls_watched
from tests.functional.engine import (
    Call,
    Died,
    die,
    master_key,
    requests_to_twilio,
    run_on,
    settle_down,
    subscriber_row,
    watched,
)
from tests.functional.webhooks import INBOUND, inbound, post
from tests.stepped import PAGE, PHONE, Answer, SteppedSystem

SERVICE = "MG" + "5" * 32
IN_WORDS = ["please stop texting me", "wrong number", "basta", "opt out"]


def add_page(system: SteppedSystem, page: str = "other", *senders: SenderChoice) -> str:
    """A page, by its senders or the deployment's; the id that PHONE has there."""
    assert create_page(system.table, replace(PAGE, id=page, name="Other", senders=senders))
    return subscriber_id(master_key(system), page, PHONE)


def join(system: SteppedSystem, page: str = "other") -> None:
    """Verify PHONE on a page, without the journey."""
    one = subscriber_id(master_key(system), page, PHONE)
    someone = Subscriber(one, page, PHONE, State.ACTIVE, system.now)
    system.table.write(activate(someone, Preferences(), system.now))


def both(system: SteppedSystem) -> tuple[str, str]:
    """PHONE on the page whose webhook is the number's, and on the other one."""
    two = add_page(system)
    join(system, "default")
    join(system)
    return subscriber_id(master_key(system), "default", PHONE), two


def say(system: SteppedSystem, body: str, sid: str, **more: str) -> Answer:
    answer = post(system, INBOUND, inbound(body, sid, **more))
    assert answer.status == 200
    return answer


def tell(system: SteppedSystem, page: str = "other") -> None:
    incident = IncidentInput(name="API is down", impact_override="critical", body="On it.")
    found = get_page(system.table, page)
    assert found is not None
    open_incident(found, incident, Act("key", system.table, system.now, system_entropy))
    run_on(system)


def state(system: SteppedSystem, one: str) -> tuple[str, bool]:
    row = subscriber_row(system, one)
    return row["state"], "suppressed" in row


ACTIVE, STOPPED, LEFT = ("active", False), ("unsubscribed", True), ("unsubscribed", False)


@pytest.mark.parametrize("said", ["STOP", *IN_WORDS])
def test_an_opt_out_holds_on_every_page_of_the_number(system: SteppedSystem, said: str) -> None:
    one, two = both(system)
    say(system, said, "SM1")
    assert [state(system, one), state(system, two)] == [STOPPED, STOPPED]
    with requests_to_twilio(system) as asked:
        tell(system)
        tell(system, "default")
        settle_down(system, 600)
    assert asked == []


def test_it_holds_for_who_is_on_the_other_page_only(system: SteppedSystem) -> None:
    two = add_page(system)
    join(system)
    say(system, "please stop texting me", "SM1")
    assert state(system, two) == STOPPED
    system.clock.shift(400)
    say(system, "START", "SM2")
    assert state(system, two) == ACTIVE


def test_it_holds_before_they_ever_sign_up_there(system: SteppedSystem) -> None:
    two = add_page(system)
    join(system, "default")
    say(system, "please stop texting me", "SM1")
    assert state(system, two) == STOPPED
    system.clock.shift(400)
    say(system, "START", "SM2")
    assert state(system, two) == LEFT  # nobody is subscribed by START who was not


def test_who_is_texted_from_another_number_stays_there(system: SteppedSystem) -> None:
    two = add_page(system, "other", SenderChoice("+15550008888", ("+1555",)))
    join(system)
    for number, said in enumerate(("STOP", "START", "wrong number")):
        say(system, said, f"SM{number}")
        assert state(system, two) == ACTIVE
    say(system, "STOP", "SM9", To="+15550008888")
    assert state(system, two) == STOPPED


def test_the_sender_of_this_person_decides(system: SteppedSystem) -> None:
    """A page may have senders for other countries beside the one it shares."""
    two = add_page(system, "other", SenderChoice("+15550008888", ("+44",)))
    join(system)
    say(system, "please stop texting me", "SM1")
    assert state(system, two) == STOPPED


def test_a_messaging_service_is_known_by_its_id(system: SteppedSystem) -> None:
    two = add_page(system, "other", SenderChoice(SERVICE, ("+1",)))
    join(system)
    say(system, "please stop texting me", "SM1", MessagingServiceSid="MG" + "6" * 32)
    assert state(system, two) == ACTIVE
    say(system, "please stop texting me", "SM2", MessagingServiceSid=SERVICE, To="+15550001111")
    assert state(system, two) == STOPPED


@pytest.mark.parametrize("body", ["START", "unstop", "YES"])
def test_start_brings_back_where_once_verified(system: SteppedSystem, body: str) -> None:
    one, two = both(system)
    say(system, "STOP", "SM1")
    say(system, body, "SM2")
    assert [state(system, one), state(system, two)] == [ACTIVE, ACTIVE]
    events = {
        (row["pk"], row["event"])
        for row in system.rows("audit")
        if row["detail"].get("sid") in ("SM1", "SM2")
    }
    assert events == {
        (f"PAGE#{page}#AUDIT", event)
        for page in ("default", "other")
        for event in ("subscriber.opted_out", "subscriber.returned")
    }


def test_start_ends_a_pause_there_too(system: SteppedSystem) -> None:
    _, two = both(system)
    pk, sk = subscriber_key("other", two)
    until = {"until": system.now + 7 * 86_400}
    system.table.write(Write(pk, sk, update="SET paused_until = :until", values=until))
    say(system, "STOP", "SM1")
    say(system, "START", "SM2")
    assert "paused_until" not in subscriber_row(system, two)


def test_who_left_the_other_page_is_not_brought_back_to_it(system: SteppedSystem) -> None:
    """They may sign up there again; START to the number does not do it for them."""
    _, two = both(system)
    system.clock.shift(60)
    system.table.write(end_subscription("other", two, "the subscriber", system.now))
    say(system, "STOP", "SM1")
    system.clock.shift(60)
    say(system, "START", "SM2")
    assert state(system, two) == LEFT
    join(system)
    say(system, "STOP", "SM3")
    say(system, "START", "SM4")
    assert state(system, two) == ACTIVE


def test_who_came_back_by_start_has_not_left(system: SteppedSystem) -> None:
    one, two = both(system)
    system.clock.shift(60)
    system.table.write(end_subscription("default", one, "the subscriber", system.now))
    say(system, "START", "SM1")
    assert not set(subscriber_row(system, one)) & {"ended_at", "ended_by"}
    assert [state(system, one), state(system, two)] == [ACTIVE, ACTIVE]


def test_who_left_and_was_not_stopped_hears_nothing_by_start(system: SteppedSystem) -> None:
    _, two = both(system)
    system.table.write(end_subscription("other", two, "the subscriber", system.now))
    before = subscriber_row(system, two)
    say(system, "START", "SM1")
    assert subscriber_row(system, two) == before


def test_yes_to_one_page_is_none_to_another(system: SteppedSystem) -> None:
    """A bare word counts only where the number itself was stopped."""
    _, two = both(system)
    system.table.write(suppress("other", two, "carrier", system.now))
    say(system, "yes", "SM1")
    assert state(system, two) == STOPPED
    say(system, "START", "SM2")
    assert state(system, two) == ACTIVE


@pytest.mark.parametrize("said", IN_WORDS)
def test_a_start_shortly_after_a_stop_in_words_is_not_obeyed_there(
    system: SteppedSystem, said: str
) -> None:
    one, two = both(system)
    say(system, said, "SM1")
    system.clock.shift(299)
    say(system, "START", "SM2")
    assert [state(system, one), state(system, two)] == [STOPPED, STOPPED]
    system.clock.shift(2)
    say(system, "START", "SM3")
    assert [state(system, one), state(system, two)] == [ACTIVE, ACTIVE]


def test_a_reply_repeated_by_twilio_is_taken_once_there(system: SteppedSystem) -> None:
    one, two = both(system)
    say(system, "STOP", "SM1")
    say(system, "START", "SM2")
    say(system, "STOP", "SM3")
    stopped = [subscriber_row(system, one), subscriber_row(system, two)]
    for sid, body in (("SM2", "START"), ("SM1", "STOP"), ("SM3", "STOP")):
        system.clock.shift(10)
        say(system, body, sid)
        assert [subscriber_row(system, one), subscriber_row(system, two)] == stopped


def test_a_stop_there_between_reading_and_writing_holds_the_start(system: SteppedSystem) -> None:
    one, two = both(system)
    say(system, "STOP", "SM1")
    stop = suppress("other", two, "stop", system.now, in_words=True)
    with calls_watched() as calls:
        calls.first("TransactWriteItems", lambda: system.table.write(stop))
        answer = post(system, INBOUND, inbound("START", "SM2"))
    assert answer.status == 503  # Twilio asks again
    say(system, "START", "SM2")
    assert [state(system, one), state(system, two)] == [ACTIVE, STOPPED]


def test_what_may_be_an_opt_out_is_reviewed_on_each_page(system: SteppedSystem) -> None:
    both(system)
    say(system, "you have the wrong number, call +15551234567", "SM1")
    noted = [row for row in system.rows("audit") if row["detail"].get("sid") == "SM1"]
    assert len(noted) == 2
    assert len({row["detail"]["subscriber"] for row in noted}) == 2
    assert all("wrong number" in row["detail"]["review"] for row in noted)
    assert "1234567" not in str([row["detail"] for row in noted])


@pytest.mark.parametrize("body", ["MUTE", "PAUSE 1H", "CRITICAL", "hello"])
def test_any_other_word_is_for_the_webhook_s_page(system: SteppedSystem, body: str) -> None:
    _, two = both(system)
    before = subscriber_row(system, two)
    say(system, body, "SM1")
    assert subscriber_row(system, two) == before


def test_a_page_that_cannot_be_read_keeps_no_opt_out_from_being_taken(
    system: SteppedSystem,
) -> None:
    one, two = both(system)
    pk, sk = page_key("other")
    system.table.write(Write(pk, sk, update="REMOVE #name", names={"name": "name"}))
    system.table.write(Write("PAGES", "gone", item={"kind": "page_id"}))
    say(system, "please stop texting me", "SM1")
    assert [state(system, one), state(system, two)] == [STOPPED, STOPPED]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("fatal", [1, 2])
def test_more_pages_than_a_transaction_holds(
    system: SteppedSystem, moment: str, fatal: int
) -> None:
    """A death between two transactions is Twilio's to ask about again."""
    ids = [add_page(system, f"page-{number:02d}") for number in range(60)]
    seen: list[Any] = []

    def dies(call: Any) -> None:
        if call.operation == "TransactWriteItems":
            seen.append(call)
            if len(seen) == fatal:
                die()

    with watched(system) as watch:
        setattr(watch, moment, dies)
        with pytest.raises(Died):
            post(system, INBOUND, inbound("STOP", "SM1"))
    say(system, "STOP", "SM1")
    rows = {row["sk"]: row for row in system.rows("subscriber")}
    assert all(rows[one]["token_epoch"] == 1 and "suppressed" in rows[one] for one in ids)


def test_the_number_is_the_one_written_to(system: SteppedSystem) -> None:
    """No field of a webhook but these names it, and a page without them is left alone."""
    _, two = both(system)
    form = inbound("please stop texting me", "SM1", To="")
    assert post(system, INBOUND, form).status == 200
    assert state(system, two) == ACTIVE
    assert inbound("x")["To"] == FAKE_FROM


def many(system: SteppedSystem, count: int, joined: Collection[int]) -> Callable[[], set[str]]:
    """So many pages more, of which PHONE joined some, and its states there."""
    join(system, "default")
    keys = []
    for number in range(count):
        page = f"page{number:02d}"
        one = add_page(system, page)
        if number in joined:
            join(system, page)
            keys.append(subscriber_key(page, one))
    system.stream_records()

    def states() -> set[str]:
        return {(system.table.get(*key) or {})["state"] for key in keys}

    return states


@pytest.mark.parametrize("pages", [32, 33, 34, 70])
def test_start_brings_back_on_as_many_pages_as_there_are(system: SteppedSystem, pages: int) -> None:
    states = many(system, pages, range(pages))
    post(system, INBOUND, inbound("STOP", "SM1"))
    assert states() == {"unsubscribed"}
    assert post(system, INBOUND, inbound("START", "SM2")).status == 200
    assert states() == {"active"}


def test_a_start_that_was_half_taken_is_taken_when_it_comes_again(system: SteppedSystem) -> None:
    """Pages that were done have nothing to do any more, and others move up in their place."""
    states = many(system, 60, range(60))
    post(system, INBOUND, inbound("STOP", "SM1"))
    writes: list[Call] = []

    def the_second(call: Call) -> None:
        if call.operation == "TransactWriteItems":
            writes.append(call)
            if len(writes) == 2:
                raise Died

    with watched(system) as watch, contextlib.suppress(Died):
        watch.before = the_second
        post(system, INBOUND, inbound("START", "SM2"))
    assert states() == {"active", "unsubscribed"}
    assert post(system, INBOUND, inbound("START", "SM2")).status == 200
    assert states() == {"active"}


def test_one_yes_confirms_a_number_that_was_given_up_on_every_page(system: SteppedSystem) -> None:
    for one, page in zip(both(system), ("default", "other"), strict=True):
        day = datetime.fromtimestamp(system.now, UTC).date()
        ends, now = system.now + 1, system.now
        system.table.write(quarantine_deactivated(page, one, day, ends, now))
    post(system, INBOUND, inbound("yes", "SM1", From=PHONE))
    assert {row["state"] for row in system.rows("subscriber")} == {"active"}
