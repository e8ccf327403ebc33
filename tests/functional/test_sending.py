"""The send protocol: who is told what, once, and what it costs (DESIGN §4; promises 1, 2, 3, 5)."""

import sys
from dataclasses import replace
from typing import Any

import pytest

from tests.functional.engine import (
    ANOTHER_SENDER,
    LONG,
    Call,
    add_active,
    deliver_again,
    delivery,
    die,
    die_at,
    enqueue,
    once,
    open_quietly,
    queue,
    requests_to_twilio,
    run_on,
    settle_down,
    spoil,
    status,
    subscriber_row,
    waiting,
    watched,
)
from tests.stepped import SteppedSystem

OPENING = "[Demo] Critical incident: API is down"


def set_rate(monkeypatch: pytest.MonkeyPatch, rate: float) -> None:
    """Segments per second of the sender."""
    for name, module in list(sys.modules.items()):
        if name.startswith("local_functions_sender_"):
            own = replace(module.SENDERS.own, mps=rate)
            monkeypatch.setattr(module, "SENDERS", replace(module.SENDERS, own=own))


# What it costs.


def read_units(call: Call) -> float:
    """DynamoDB's read units of a call for rows of less than 4 KB."""
    if call.operation == "BatchGetItem":
        ((_, asked),) = call.params["RequestItems"].items()
        assert asked["ConsistentRead"]
        return float(len(asked["Keys"]))
    return 1.0 if call.params.get("ConsistentRead") else 0.5


def test_a_batch_of_25_costs_two_writes_and_one_read_unit_each(system: SteppedSystem) -> None:
    add_active(system, 25)
    open_quietly(system)
    enqueue(system)
    with watched(system) as watch:
        while system.poll(queue(system, "announcements")):
            pass
    calls = [call for call in watch.of("sender") if call.service == "dynamodb"]
    assert len(system.accepted(None)) == 25
    writes = [call for call in calls if call.operation == "UpdateItem"]
    reads = [call for call in calls if call.operation != "UpdateItem"]
    # Of the batch as a whole: one block of the throttle; the page, update and incident, and
    # the open circuits.
    assert len([call for call in writes if not call.is_bucket]) == 2 * 25
    assert len([call for call in writes if call.is_bucket]) == 1
    batches = [call for call in reads if call.operation == "BatchGetItem"]
    assert sum(map(read_units, batches)) == 25
    assert sum(map(read_units, reads)) <= 25 + 5
    assert {call.operation for call in calls} == {"GetItem", "BatchGetItem", "Query", "UpdateItem"}
    assert not watch.of("sender", "SendMessageBatch")
    row = max(system.rows("subscriber"), key=lambda one: len(str(one)))
    assert len(str(row)) < 4096, "a read unit is 4 KB"


# Delivered twice, and dying anywhere.


def test_a_message_delivered_twice_is_one_text(system: SteppedSystem) -> None:
    everybody = add_active(system, 3)
    incident = open_quietly(system)
    enqueue(system)
    deliver_again(system, incident, *everybody)
    deliver_again(system, incident, *everybody)
    settle_down(system, 3600)
    deliver_again(system, incident, *everybody)
    assert sorted(one.to for one in system.accepted(None)) == sorted(everybody.values())
    assert {status(system, incident, one) for one in everybody} == {"delivered"}


def test_a_message_delivered_twice_at_the_same_time_is_one_text(system: SteppedSystem) -> None:
    """The second is worked through between the first's read and its claims."""
    everybody = add_active(system, 3)
    incident = open_quietly(system)
    enqueue(system)
    with watched(system) as watch:
        watch.before = once(
            lambda call: call.is_claim, lambda: deliver_again(system, incident, *everybody)
        )
        run_on(system)
        settle_down(system, 1200)
    assert sorted(one.to for one in system.accepted(None)) == sorted(everybody.values())
    assert {status(system, incident, one) for one in everybody} == {"delivered"}


def test_a_second_try_delivered_twice_at_the_same_time_is_one_text(system: SteppedSystem) -> None:
    """Both read that the first try was refused; the claim is for one of them."""
    ((one, phone),) = add_active(system, 1).items()
    spoil(system, kind="refuse", status=429, code=20429, times=1)
    incident = open_quietly(system)
    run_on(system)
    assert status(system, incident, one) == "not_accepted"
    met: list[Call] = []

    def meanwhile(call: Call) -> None:
        if call.is_claim and not met:
            met.append(call)
            deliver_again(system, incident, one)

    with watched(system) as watch:
        watch.before = meanwhile
        settle_down(system, 1200)
    assert met
    assert len(system.accepted(phone)) == 1
    assert status(system, incident, one) == "delivered"


CALLS_OF_TWO = 11
"""Calls to DynamoDB in telling two people: what the batch reads, the throttle, claims, ledger."""


@pytest.mark.parametrize("receipts", [True, False], ids=["receipts", "no_receipts"])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", range(CALLS_OF_TWO))
def test_death_at_any_call_costs_nobody_a_text_and_gives_nobody_two(
    system: SteppedSystem, number: int, moment: str, receipts: bool
) -> None:
    everybody = add_active(system, 2)
    incident = open_quietly(system)
    enqueue(system)
    if not receipts:
        spoil(system, kind="drop_callbacks")
    seen: list[Call] = []

    fatal = die_at(
        number, seen, lambda call: call.function == "sender" and call.service == "dynamodb"
    )
    with watched(system) as watch:
        setattr(watch, moment, fatal)
        run_on(system)
        settle_down(system, 3600)
    assert len(seen) > number, "the call that was to be the last was never made"
    assert sorted(one.to for one in system.accepted(None)) == sorted(everybody.values())
    ends = {status(system, incident, one) for one in everybody}
    assert ends == ({"delivered"} if receipts else {"accepted"})
    assert waiting(system, "announcements") == 0


def test_a_sender_makes_as_many_calls_as_the_test_above_lets_it_die_at(
    system: SteppedSystem,
) -> None:
    add_active(system, 2)
    open_quietly(system)
    enqueue(system)
    with watched(system) as watch:
        system.poll(queue(system, "announcements"))
        system.poll(queue(system, "announcements"))
    calls = [call for call in watch.of("sender") if call.service == "dynamodb"]
    assert len(calls) == CALLS_OF_TWO


def test_death_between_claim_and_send(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()
    incident = open_quietly(system)
    enqueue(system)
    system.on_send = lambda form: die()
    run_on(system)
    system.on_send = None
    assert not system.accepted(phone)
    settle_down(system, 14 * 60, step=140)
    assert not system.accepted(phone), "sent again before it was known that the first was not"
    settle_down(system, 10 * 60, step=150)
    assert len(system.accepted(phone)) == 1
    assert status(system, incident, one) == "delivered"


# Opting out.


def test_stop_while_queued(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()
    incident = open_quietly(system)
    enqueue(system)
    system.twilio.reply(phone, "STOP", system.now, to=ANOTHER_SENDER)
    system.webhooks()
    with requests_to_twilio(system) as asked:
        settle_down(system, 600)
    assert asked == []
    found = delivery(system, incident, one)
    assert found is not None
    assert (found.status, found.reason) == ("suppressed", "unsubscribed")


def test_stop_between_the_read_and_the_claim(system: SteppedSystem) -> None:
    everybody = add_active(system, 3)
    incident = open_quietly(system)
    enqueue(system)
    stopped: list[str] = []

    def stop(call: Call) -> None:
        if call.is_claim and not stopped:
            one = call.params["Key"]["sk"]["S"]
            stopped.append(one)
            system.twilio.reply(everybody[one], "STOP", system.now, to=ANOTHER_SENDER)
            system.webhooks()

    with watched(system) as watch, requests_to_twilio(system) as asked:
        watch.before = stop
        system.run()
        settle_down(system, 600)
    (one,) = stopped
    assert everybody[one] not in asked
    assert status(system, incident, one) == "suppressed"
    assert len(asked) == 2


def test_stop_while_twilio_has_the_text_ends_everything_after_it(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()

    def stop(form: Any) -> None:
        system.on_send = None
        system.twilio.reply(phone, "STOP", system.now, to=ANOTHER_SENDER)
        system.webhooks()

    system.on_send = stop
    incident = system.open_incident()
    with requests_to_twilio(system) as asked:
        settle_down(system, 600)
        system.update_incident(incident, status="resolved")
        settle_down(system, 600)
    assert asked == []
    assert subscriber_row(system, one)["suppressed"] == "stop"


def test_what_was_sent_before_stop_is_not_rewritten_by_a_repeat(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()
    incident = system.open_incident()
    system.reply("STOP", phone)
    deliver_again(system, incident, one)
    assert status(system, incident, one) == "accepted"
    settle_down(system, 60)
    assert status(system, incident, one) == "delivered"


def test_who_comes_back_in_time_is_told_and_the_ledger_says_so(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()
    incident = open_quietly(system)
    enqueue(system)
    system.twilio.reply(phone, "STOP", system.now, to=ANOTHER_SENDER)
    system.webhooks()
    run_on(system)
    assert status(system, incident, one) == "suppressed"
    system.twilio.reply(phone, "START", system.now, to=ANOTHER_SENDER)
    system.webhooks()
    deliver_again(system, incident, one)
    assert len(system.accepted(phone)) == 1
    assert status(system, incident, one) == "accepted"


def test_21610_suppresses_for_good(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()
    spoil(system, kind="refuse", code=21610, to=phone)
    incident = system.open_incident()
    assert status(system, incident, one) == "suppressed"
    assert subscriber_row(system, one)["suppressed"] == "carrier"
    system.twilio.faults.clear()
    with requests_to_twilio(system) as asked:
        system.open_incident("Another")
        settle_down(system, 600)
    assert asked == []


def test_21610_in_a_receipt_suppresses_too(system: SteppedSystem) -> None:
    (one,) = add_active(system, 1)
    spoil(system, kind="final_status", status="undelivered", code=21610)
    incident = system.open_incident()
    settle_down(system, 60)
    assert status(system, incident, one) == "undelivered"
    assert subscriber_row(system, one)["suppressed"] == "carrier"


# Refusals.


@pytest.mark.parametrize(
    ("code", "ends", "state"),
    [
        (21211, "failed", "quarantined"),
        (21614, "failed", "quarantined"),
        (30006, "failed", "active"),
        (30003, "failed", "active"),
        (30007, "failed", "active"),
    ],
)
def test_a_refusal_for_good_ends_the_delivery(
    system: SteppedSystem, code: int, ends: str, state: str
) -> None:
    ((one, _),) = add_active(system, 1).items()
    spoil(system, kind="refuse", code=code)
    incident = open_quietly(system)
    with requests_to_twilio(system) as asked:
        settle_down(system, 3600)
    found = delivery(system, incident, one)
    assert found is not None
    assert (found.status, found.reason) == (ends, f"twilio {code}")
    assert subscriber_row(system, one)["state"] == state
    assert len(asked) == 1
    assert waiting(system, "announcements") == 0


def test_an_unknown_code_is_tried_three_times_and_harms_nobody(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()
    spoil(system, kind="refuse", code=29999)
    incident = open_quietly(system)
    with requests_to_twilio(system) as asked:
        settle_down(system, LONG)
    assert len(asked) == 3
    assert status(system, incident, one) == "failed"
    assert subscriber_row(system, one)["state"] == "active"
    system.twilio.faults.clear()
    system.open_incident("Another")
    assert len(system.accepted(phone)) == 1


@pytest.mark.parametrize(
    ("http", "code"),
    [
        (429, 20429),
        (400, 14107),
        (400, 21611),
        (400, 30022),
        (400, 21408),
        (401, 20003),
        (403, 20005),
        (400, 21606),
    ],
)
def test_what_passes_by_itself_is_waited_for_and_texted_once(
    system: SteppedSystem, http: int, code: int
) -> None:
    everybody = add_active(system, 3)
    spoil(system, kind="refuse", status=http, code=code, times=7)
    incident = open_quietly(system)
    settle_down(system, LONG)
    assert sorted(one.to for one in system.accepted(None)) == sorted(everybody.values())
    assert {status(system, incident, one) for one in everybody} == {"delivered"}
    assert not system.failures, "no receive is spent"


def test_one_number_that_is_refused_does_not_keep_the_others_waiting(
    system: SteppedSystem,
) -> None:
    """A trial account: only one recipient is verified with Twilio, and not the first."""
    everybody = list(add_active(system, 5).values())
    for phone in everybody[:-1]:
        spoil(system, kind="refuse", code=21608, to=phone)
    open_quietly(system)
    settle_down(system, 20 * 60, step=5)
    assert [one.to for one in system.accepted(None)] == [everybody[-1]]


# Room.


def test_what_has_no_room_is_put_back_and_spends_no_receive(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_rate(monkeypatch, 0.5)
    everybody = add_active(system, 25)
    open_quietly(system)
    enqueue(system)
    with watched(system) as watch:
        settle_down(system, 600, step=5)
    assert watch.of("sender", "SendMessageBatch"), "there was room for all"
    assert sorted(one.to for one in system.accepted(None)) == sorted(everybody.values())
    assert not system.failures
    receives = [
        call.params
        for call in watch.calls
        if call.operation == "ReceiveMessage" and "announcements" in call.params["QueueUrl"]
    ]
    assert receives


@pytest.mark.parametrize("rate", [3.0, 10.0])
def test_the_rate_is_held_in_every_second(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch, rate: float
) -> None:
    set_rate(monkeypatch, rate)
    add_active(system, 60)
    open_quietly(system)
    began = system.now
    run_on(system)
    settle_down(system, 60, step=5)
    assert len(system.accepted(None)) == 60
    assert system.twilio.fastest_second() <= rate
    took = max(one.at for one in system.accepted(None)) - began
    assert took <= 60 / rate / 0.95 + 2


def test_a_slow_twilio_does_not_make_the_function_run_out_of_time(system: SteppedSystem) -> None:
    """At eight seconds a text, a batch is longer than a function may take: the rest is put back."""
    everybody = add_active(system, 25)
    open_quietly(system)
    enqueue(system)
    system.on_send = lambda form: system.clock.shift(7.9)
    began = system.now
    system.poll(queue(system, "announcements"))
    assert system.now - began < 60
    run_on(system)
    settle_down(system, 600)
    assert sorted(one.to for one in system.accepted(None)) == sorted(everybody.values())


# Poison.


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "[]",
        '{"v":2,"page":"default","kind":"announcement","incident":"x","seq":1,"subscribers":["a"]}',
        '{"v":1,"page":"default","kind":"announcement","incident":"x","seq":1,"subscribers":["a"]}',
        '{"v":1,"page":"nobody","kind":"announcement","incident":"x","seq":1,"subscribers":["a"]}',
        '{"v":1,"page":"default","kind":"announcement","incident":"x","seq":1,"subscribers":[]}',
    ],
)
def test_poison_ends_in_the_dead_letter_queue(system: SteppedSystem, body: str) -> None:
    settings = queue(system, "announcements")
    url = system.queue_url(settings.queue_arn)
    system.clients.sqs.send_message(QueueUrl=url, MessageBody=body)
    for _ in range(7):
        system.advance(361)
    assert len(system.failures) == 5, "maxReceiveCount"
    assert waiting(system, "announcements") == 0
    dead = system.clients.sqs.receive_message(QueueUrl=f"{url}-dead").get("Messages", [])
    assert [message["Body"] for message in dead] == [body]


def test_poison_does_not_hold_up_its_neighbours(system: SteppedSystem) -> None:
    (phone,) = add_active(system, 1).values()
    url = system.queue_url(queue(system, "announcements").queue_arn)
    for _ in range(3):
        system.clients.sqs.send_message(QueueUrl=url, MessageBody="not json")
    system.open_incident()
    assert system.texts(phone) == [OPENING]
