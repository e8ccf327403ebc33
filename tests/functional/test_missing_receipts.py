"""Receipts that never come: Twilio is asked."""

import pytest

from statustext.adapters.sms_gateway import Receipt
from statustext.adapters.twilio_gateway import TwilioGateway
from statustext.errors import OutcomeUnknownError
from statustext.queue_messages import ReceiptBatch
from tests.functional.engine import add_active, open_quietly, queue, run_on, spoil, status, waiting
from tests.functional.phrases import HOUR, NEW_YORK, live, minor, set_page, until_morning
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
