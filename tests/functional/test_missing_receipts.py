"""Receipts that never come: Twilio is asked."""

from functools import partial

import pytest

from statustext.adapters.channel import Receipt
from statustext.adapters.deliveries import page_through_ledger
from statustext.adapters.dynamodb import Filter, Found, Table, Write
from statustext.adapters.subscribers import subscriber_key
from statustext.adapters.twilio_gateway import TwilioGateway
from statustext.errors import OutcomeUnknownError
from statustext.flows.keeping_time import missing_receipts
from statustext.queue_messages import ReceiptBatch
from tests.functional.engine import (
    Call,
    add_active,
    change_quietly,
    open_quietly,
    queue,
    run_on,
    spoil,
    status,
    waiting,
    watched,
)
from tests.functional.phrases import (
    HOUR,
    NEW_YORK,
    live,
    minor,
    opened,
    say,
    set_page,
    until_morning,
)
from tests.stepped import SteppedSystem


def test_twilio_is_asked_for_receipts_that_do_not_come(system: SteppedSystem) -> None:
    everybody = add_active(system, 30)
    spoil(system, kind="drop_callbacks")
    incident = open_quietly(system)
    run_on(system)
    assert {status(system, incident, one) for one in everybody} == {"accepted"}
    live(system, 3000, step=1000)
    assert {status(system, incident, one) for one in everybody} == {"accepted"}
    live(system, 900, step=300)
    assert {status(system, incident, one) for one in everybody} == {"delivered"}
    live(system, 10 * HOUR, step=1800)
    assert system.rows("underway") == [], "all has ended: nothing is looked at any more"


def test_a_slow_twilio_is_asked_only_while_there_is_time(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question runs into its time-out; the rest of the batch is put back, not lost."""
    everybody = add_active(system, 20)
    spoil(system, kind="drop_callbacks")
    incident = open_quietly(system)
    run_on(system)
    batch = ReceiptBatch(page="default", incident=incident, seq=1, subscribers=tuple(everybody))
    url = system.queue_url(queue(system, "announcements").queue_arn)
    system.clients.sqs.send_message(QueueUrl=url, MessageBody=batch.model_dump_json())
    asked: list[str] = []

    def slowly(_gateway: TwilioGateway, sid: str) -> Receipt:
        asked.append(sid)
        system.clock.shift(8)
        raise OutcomeUnknownError(0, "ReadTimeout")

    monkeypatch.setattr(TwilioGateway, "fetch", slowly)
    turns = []
    while waiting(system, "announcements"):
        before = len(asked)
        system.poll(queue(system, "announcements"))
        turns.append(len(asked) - before)
        system.clock.shift(2)
    assert 0 < max(turns) <= 6, "forty seconds of the function's sixty"
    assert len({*asked}) == len(asked) == 20


@pytest.mark.parametrize("overtaken", [False, True])
def test_every_page_of_a_ledger_is_looked_at(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch, overtaken: bool
) -> None:
    """By the ledger alone where a newer update is told, else along with the subscribers."""
    find = Table.find

    def one_row(table: Table, pk: str, given: Filter, *, after: str = "", limit: int = 0) -> Found:
        return find(table, pk, given, after=after, limit=1)

    monkeypatch.setattr(Table, "find", one_row)
    monkeypatch.setattr(
        missing_receipts, "page_through_ledger", partial(page_through_ledger, limit=1)
    )
    everybody = add_active(system, 40)
    spoil(system, kind="drop_callbacks")
    incident = open_quietly(system)
    run_on(system)
    if overtaken:
        change_quietly(system, incident, status="identified")
        run_on(system)
    live(system, 4000, step=500)
    assert {status(system, incident, one) for one in everybody} == {"delivered"}


def test_what_went_late_is_asked_for_as_well(system: SteppedSystem) -> None:
    """A day after the update, its looks would be sixteen hours apart."""
    everybody = add_active(system, 3)
    spoil(system, kind="drop_callbacks")
    incident = open_quietly(system)
    set_page(system, paused=True)
    live(system, 20 * HOUR, step=1200)
    set_page(system, paused=False)
    live(system, 300)
    assert {status(system, incident, one) for one in everybody} == {"accepted"}
    live(system, 2 * HOUR, step=600)
    assert {status(system, incident, one) for one in everybody} == {"delivered"}


def test_what_waited_for_the_morning_is_asked_for_as_well(night: SteppedSystem) -> None:
    """The update's row is gone by then, as all others of the page were told at once."""
    (one,) = add_active(night, 1, NEW_YORK)
    incident = minor(night)
    spoil(night, kind="drop_callbacks")
    until_morning(night)
    assert status(night, incident, one) == "accepted"
    live(night, 2 * HOUR, step=600)
    assert status(night, incident, one) == "delivered"
    live(night, 8 * HOUR, step=1200)
    assert night.rows("underway") == [], "and not looked at for ever"


@pytest.mark.parametrize("hours", [3, 7])
def test_looks_that_begin_anew_while_the_clock_looks(system: SteppedSystem, hours: int) -> None:
    """It read the row before: neither does it remove the new one nor put its look off."""
    everybody = add_active(system, 3)
    spoil(system, kind="drop_callbacks")
    incident = open_quietly(system)
    set_page(system, paused=True)
    live(system, hours * HOUR, step=1200)
    (row,) = system.rows("underway")
    live(system, row["look_at"] + HOUR - system.now - 60, step=300)
    set_page(system, paused=False)
    system.clock.shift(125)
    seen: list[Call] = []

    def send_late(call: Call) -> None:
        writes = "look_at" in call.params.get("UpdateExpression", "")
        if call.function == "clock" and (writes or call.operation == "DeleteItem") and not seen:
            seen.append(call)
            while system.poll(queue(system, "announcements")):
                pass

    with watched(system) as watch:
        watch.before = send_late
        system.tick()
    assert seen
    assert len(system.accepted(None)) == 3
    live(system, 2 * HOUR, step=300)
    assert {status(system, incident, one) for one in everybody} == {"delivered"}


def test_a_word_that_leads_to_no_text_begins_nothing_anew(system: SteppedSystem) -> None:
    """RESUME looks at what was held, and there is nothing."""
    ((_, phone), *_) = add_active(system, 5).items()
    opened(system)
    opened(system, "Payments are slow")
    live(system, 12 * HOUR, step=1800)
    assert system.rows("underway") == []
    say(system, phone, "RESUME")
    live(system, 120)
    assert system.rows("underway") == []


def test_looks_end_where_a_row_cannot_be_read(system: SteppedSystem) -> None:
    """Its delivery was tried more than once; the ledger takes its end all the same."""
    ((one, _),) = add_active(system, 1).items()
    spoil(system, kind="refuse", status=400, code=21408)
    incident = opened(system)
    live(system, 600, step=20)
    system.table.write(Write(*subscriber_key("default", one), update="REMOVE created_at"))
    system.stream_records()
    live(system, 60 * HOUR, step=1800)
    assert status(system, incident, one) == "suppressed"
    assert system.rows("underway") == []
