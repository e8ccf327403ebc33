"""The codes' own lane: codes, welcomes and answers; never to the suppressed, never on doubt."""

from collections.abc import Callable
from typing import Any

import pytest

from local.configuration import FAKE_FROM
from statustext.adapters.dynamodb import Write
from statustext.queue_messages import DirectTextTask
from tests.functional.engine import (
    ANOTHER_SENDER,
    Call,
    add_active,
    die,
    die_at,
    once,
    open_quietly,
    queue,
    requests_to_twilio,
    run_on,
    settle_down,
    spoil,
    subscriber_row,
    waiting,
    watched,
)
from tests.stepped import PHONE, SteppedSystem


def ask(system: SteppedSystem, phone: str = PHONE) -> str:
    """Sign up, and let nothing follow yet; the id."""
    answer = system.http("POST", "/subscriptions", {"phone": phone, "consent": True})
    assert answer.status == 202, answer
    return str(answer.json["id"])


def codes_on(system: SteppedSystem, phone: str = PHONE) -> list[str]:
    return [body for body in system.texts(phone) if "code is" in body]


def direct_rows(system: SteppedSystem) -> list[dict[str, Any]]:
    return sorted(system.rows("direct"), key=lambda row: row["at"])


def deliver_again(system: SteppedSystem, row: dict[str, Any]) -> None:
    """The queue delivers the task of a direct text once more."""
    task = DirectTextTask(page="default", subscriber=row["subscriber"], direct=row["direct"])
    url = system.queue_url(queue(system, "codes").queue_arn)
    system.clients.sqs.send_message(QueueUrl=url, MessageBody=task.model_dump_json())
    run_on(system)


def test_a_code_delivered_twice_by_the_queue_is_one_text(system: SteppedSystem) -> None:
    ask(system)
    system.run()
    (row,) = direct_rows(system)
    for _ in range(3):
        deliver_again(system, row)
        system.clock.shift(120)
    assert len(codes_on(system)) == 1


def test_a_code_delivered_twice_at_the_same_time_is_one_text(system: SteppedSystem) -> None:
    ask(system)
    system.relay_stream()
    (row,) = direct_rows(system)
    done: list[Call] = []

    def meanwhile(call: Call) -> None:
        if call.operation == "TransactWriteItems" and not done:
            done.append(call)
            deliver_again(system, row)

    with watched(system) as watch:
        watch.before = meanwhile
        run_on(system)
        settle_down(system, 1200)
    assert len(done) == 1
    assert len(codes_on(system)) == 1


CLAIM = 6
"""The claim's place among the calls to DynamoDB for a code; the ledger's comes after."""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", range(CLAIM + 2))
def test_death_at_any_call_never_sends_a_code_twice(
    system: SteppedSystem, number: int, moment: str
) -> None:
    ask(system)
    system.relay_stream()
    seen: list[Call] = []

    fatal = die_at(
        number, seen, lambda call: call.function == "sender" and call.service == "dynamodb"
    )
    with watched(system) as watch:
        setattr(watch, moment, fatal)
        run_on(system)
        settle_down(system, 1200, step=370)
    assert len(seen) > number, "the call that was to be the last was never made"
    assert number < CLAIM or seen[CLAIM].operation == "TransactWriteItems"
    is_lost = (number, moment) == (CLAIM, "after")
    assert len(codes_on(system)) == (0 if is_lost else 1)
    assert waiting(system, "codes") == 0
    system.clock.shift(3600)
    ask(system)
    system.run()
    assert len(codes_on(system)) >= 1, "whoever missed one can ask again"


def test_death_while_twilio_is_asked_never_sends_a_code_twice(system: SteppedSystem) -> None:
    ask(system)
    system.on_send = lambda form: die()
    run_on(system)
    system.on_send = None
    settle_down(system, 1200, step=370)
    assert codes_on(system) == []


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "time_out"},
        {"kind": "time_out", "accepted": True},
        {"kind": "server_error"},
        {"kind": "reset", "accepted": True},
        {"kind": "malformed"},
    ],
    ids=str,
)
def test_a_code_is_never_sent_again_on_doubt(system: SteppedSystem, fault: dict[str, Any]) -> None:
    spoil(system, **fault, times=1)
    ask(system)
    with requests_to_twilio(system) as asked:
        system.run()
        settle_down(system, 3600)
    assert len(asked) == 1
    (row,) = direct_rows(system)
    accepted = fault.get("accepted", fault["kind"] == "malformed")
    assert row["status"] == ("delivered" if accepted else "unknown")


def test_a_code_that_was_certainly_not_taken_is_sent_later(system: SteppedSystem) -> None:
    spoil(system, kind="refuse", status=429, code=20429, times=2)
    one = ask(system)
    system.run()
    assert codes_on(system) == []
    settle_down(system, 60, step=6)
    assert len(codes_on(system)) == 1
    answer = system.http("POST", f"/subscriptions/{one}/verify", {"code": system.code()})
    assert answer.status == 200
    assert not system.failures


def test_a_code_is_not_tried_for_ever(system: SteppedSystem) -> None:
    spoil(system, kind="refuse", status=429, code=20429)
    ask(system)
    with requests_to_twilio(system) as asked:
        settle_down(system, 3600, step=30)
    assert 2 <= len(asked) <= 600 // 30 + 1, "as long as the code would live, and no longer"
    assert direct_rows(system)[0]["status"] == "expired"
    assert waiting(system, "codes") == 0


def test_the_suppressed_get_no_code(system: SteppedSystem) -> None:
    ask(system)
    system.run()
    system.reply("STOP")
    system.clock.shift(3600)
    with requests_to_twilio(system) as asked:
        ask(system)
        settle_down(system, 1200)
    assert asked == []
    assert direct_rows(system)[-1]["status"] == "suppressed"


def test_stop_between_the_read_and_the_claim_of_a_code(system: SteppedSystem) -> None:
    ask(system)
    system.relay_stream()
    stopped: list[Call] = []

    def stop(call: Call) -> None:
        if call.operation == "TransactWriteItems" and call.function == "sender" and not stopped:
            stopped.append(call)
            system.twilio.reply(PHONE, "STOP", system.now, to=ANOTHER_SENDER)
            system.webhooks()

    with watched(system) as watch, requests_to_twilio(system) as asked:
        watch.before = stop
        system.run()
        settle_down(system, 1200)
    assert stopped
    assert asked == []


def test_the_cooled_down_wait_for_their_code_and_nobody_can_tell(system: SteppedSystem) -> None:
    first = ask(system)
    system.run()
    with requests_to_twilio(system) as asked:
        assert ask(system) == first
        settle_down(system, 29)
    assert asked == []
    assert "status" not in direct_rows(system)[-1]
    settle_down(system, 10, step=1)
    assert len(codes_on(system)) == 2


def test_a_code_that_waited_too_long_is_not_sent(system: SteppedSystem) -> None:
    ask(system)
    system.relay_stream()
    system.clock.shift(601)
    system.run()
    assert codes_on(system) == []
    assert direct_rows(system)[0]["status"] == "expired"


def test_the_minutes_of_a_code_begin_when_it_is_sent(system: SteppedSystem) -> None:
    one = ask(system)
    system.relay_stream()
    system.clock.shift(590)
    system.run()
    system.clock.shift(590)
    answer = system.http("POST", f"/subscriptions/{one}/verify", {"code": system.code()})
    assert answer.status == 200


def test_a_number_that_is_no_phone_gets_one_try(system: SteppedSystem) -> None:
    spoil(system, kind="refuse", code=21614)
    ask(system)
    with requests_to_twilio(system) as asked:
        settle_down(system, 1200)
    assert len(asked) == 1
    assert direct_rows(system)[0]["status"] == "failed"


def test_21610_on_a_code_suppresses(system: SteppedSystem) -> None:
    spoil(system, kind="refuse", code=21610)
    one = ask(system)
    system.run()
    assert subscriber_row(system, one)["suppressed"] == "carrier"
    assert direct_rows(system)[0]["status"] == "suppressed"


def test_a_welcome_comes_once_and_says_what_the_law_asks(system: SteppedSystem) -> None:
    system.subscribe()
    welcome = system.texts()[-1]
    for word in ("Demo", "Msg & data rates may apply", "HELP", "STOP"):
        assert word in welcome
    assert system.accepted()[-1].segments == 1
    deliver_again(system, direct_rows(system)[-1])
    assert len(system.texts()) == 2


def test_no_welcome_after_stop(system: SteppedSystem) -> None:
    one = ask(system)
    system.run()
    answer = system.http("POST", f"/subscriptions/{one}/verify", {"code": system.code()})
    assert answer.status == 200
    system.twilio.reply(PHONE, "STOP", system.now)
    system.webhooks()
    with requests_to_twilio(system) as asked:
        system.run()
        settle_down(system, 1200)
    assert asked == []


def at_the_claim_of_a_welcome(system: SteppedSystem, do: Callable[[], None]) -> None:
    """Verify, and have something done between the sender's read and its claim of the welcome."""
    one = ask(system)
    system.run()
    answer = system.http("POST", f"/subscriptions/{one}/verify", {"code": system.code()})
    assert answer.status == 200

    def is_claim(call: Call) -> bool:
        return (call.function, call.operation) == ("sender", "TransactWriteItems")

    with watched(system) as watch:
        watch.before = once(is_claim, do)
        run_on(system)
        assert any(is_claim(call) for call in watch.calls), "no welcome was claimed"
    settle_down(system, 1200)


def test_stop_between_the_read_and_the_claim_of_a_welcome(system: SteppedSystem) -> None:
    def stop() -> None:
        system.twilio.reply(PHONE, "STOP", system.now, to=ANOTHER_SENDER)
        system.webhooks()

    at_the_claim_of_a_welcome(system, stop)
    assert len(system.texts()) == 1, "the code, and nothing after it"


def test_a_welcome_delivered_twice_at_the_same_time_is_one_text(system: SteppedSystem) -> None:
    def deliver() -> None:
        (row,) = [row for row in direct_rows(system) if row["event"] == "welcome"]
        deliver_again(system, row)

    at_the_claim_of_a_welcome(system, deliver)
    assert len(system.texts()) == 2, "the code and one welcome"


def test_codes_do_not_wait_behind_announcements(system: SteppedSystem) -> None:
    """Their queue is their own: a code is sent while announcements are still queued."""
    add_active(system, 100)
    open_quietly(system)
    system.relay_stream()
    while system.poll(queue(system, "fan-out")):
        pass
    backlog = waiting(system, "announcements")
    ask(system)
    system.relay_stream()
    assert system.poll(queue(system, "codes"))
    assert len(codes_on(system)) == 1
    assert waiting(system, "announcements") == backlog > 0


def test_a_code_takes_its_place_before_announcements_that_wait_for_room(
    system: SteppedSystem,
) -> None:
    """They may reserve a second ahead, a code twenty: it does not wait for there to be room."""
    open_quietly(system)
    ask(system)
    system.relay_stream()
    ahead = Write(f"SENDER#{FAKE_FROM}", "BUCKET", item={"tat": system.now + 5, "size": 1})
    system.table.write(ahead)
    began, reserved_at = system.now, []
    with watched(system) as watch:
        watch.before = lambda call: (
            reserved_at.append(system.now)
            if call.is_bucket and call.operation == "UpdateItem"
            else None
        )
        system.poll(queue(system, "codes"))
    assert reserved_at == [began]
    assert [one.at - began for one in system.accepted(PHONE)] == pytest.approx([5], abs=0.1)


@pytest.mark.parametrize("body", ["not json", '{"v":1}', '{"v":7,"kind":"direct","page":"p"}'])
def test_poison_fails_alone(system: SteppedSystem, body: str) -> None:
    """Of a batch, only what failed comes again; at last it ends in the dead-letter queue."""
    ask(system)
    system.relay_stream()
    url = system.queue_url(queue(system, "codes").queue_arn)
    system.clients.sqs.send_message(QueueUrl=url, MessageBody=body)
    assert system.poll(queue(system, "codes"))
    assert len(system.failures) == 1
    assert len(codes_on(system)) == 1
    assert waiting(system, "codes") == 1
    for _ in range(6):
        system.advance(361)
    assert len(system.failures) == 5, "maxReceiveCount"
    dead = system.clients.sqs.receive_message(QueueUrl=f"{url}-dead").get("Messages", [])
    assert [message["Body"] for message in dead] == [body]


def test_a_task_for_nothing_is_let_go(system: SteppedSystem) -> None:
    deliver_again(system, {"subscriber": "sub_none", "direct": "none"})
    assert not system.failures
    assert waiting(system, "codes") == 0


def test_an_unknown_refusal_of_a_code_is_tried_three_times(system: SteppedSystem) -> None:
    spoil(system, kind="refuse", code=29999)
    ask(system)
    with requests_to_twilio(system) as asked:
        settle_down(system, 1200, step=31)
    assert len(asked) == 3
    assert direct_rows(system)[0]["status"] == "failed"


def test_a_slow_twilio_does_not_lose_codes(system: SteppedSystem) -> None:
    """Five people in one batch, at eight seconds a text: who does not fit in is put back."""
    for number in range(5):
        ask(system, f"+1555000020{number}")
    system.relay_stream()
    system.on_send = lambda form: system.clock.shift(13.0)
    assert system.poll(queue(system, "codes"))
    assert len(system.accepted(None)) < 5
    system.on_send = None
    settle_down(system, 60, step=2)
    assert len(system.accepted(None)) == 5
    assert not system.failures
