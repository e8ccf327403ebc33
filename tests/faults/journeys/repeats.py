"""The same twice: requests, messages, replies and receipts that come again, late or at once."""

from collections.abc import Generator

from statustext.adapters.quarantine import note_unreachable
from statustext.queue_messages import AnnouncementBatch
from tests.faults.afterwards import (
    everybody_stops,
    settings_are_changed,
    the_end_is_published,
)
from tests.faults.journey import journey
from tests.faults.journeys.announcements import NEWS, OPENING, expect, told
from tests.faults.journeys.meanwhile import at
from tests.faults.stage import Stage
from tests.functional.engine import enqueue, queue, spoil, status


@journey(the_end_is_published)
def the_same_request_twice(stage: Stage) -> Generator[None]:
    """The second is answered as the first."""
    stage.active()
    yield
    for _ in range(2):
        incident = stage.open(external_id="pd-1")
    stage.carry_on()
    for _ in range(2):
        stage.change(incident, status="resolved")
    stage.carry_on()
    yield
    (row,) = stage.system.rows("incident")
    assert row["newest_seq"] == 2


@journey(the_end_is_published)
def the_same_request_twice_at_once(stage: Stage) -> Generator[None]:
    stage.active()

    def meanwhile() -> None:
        trigger = stage.host.at_work[-1]
        stage.host.invoke(trigger.arn, trigger.event)

    at(stage, "incident", "TransactWriteItems", "", meanwhile)
    yield
    stage.open()
    stage.carry_on()
    yield
    assert len(stage.system.rows("incident")) == 1
    expect(stage, OPENING)


@journey(settings_are_changed)
def a_batch_of_the_stream_that_comes_again(stage: Stage) -> Generator[None]:
    stage.active(2)
    stage.open()
    enqueue(stage.system)
    stage.system.poll(queue(stage.system, "announcements"))
    records = stage.system.stream_records()
    for _ in range(3):
        stage.system.clock.shift(1)
        stage.carry_on()
    yield
    for _ in range(2):
        stage._batches.append(list(records))
        stage.carry_on()
    yield
    told(stage, OPENING)


@journey(settings_are_changed)
def a_reply_that_comes_again(stage: Stage) -> Generator[None]:
    """Twilio repeats it; the first time is what counts."""
    ((_, phone),) = stage.active().items()
    spoil(stage.system, kind="repeat_callbacks", statuses=["received"], copies=2)
    yield
    stage.reply("STOP", phone)
    stage.carry_on()
    yield
    assert len([r for r in stage.system.rows("audit") if r["sk"].startswith("INBOUND#")]) == 1


@journey(everybody_stops)
def two_receipts_at_once(stage: Stage) -> Generator[None]:
    """The last one's function finds that the one before came first, and that its own is news."""
    ((one, phone),) = stage.active().items()
    spoil(stage.system, kind="final_status", status="undelivered", code=30005, times=1)
    incident = stage.open()
    stage.carry_on()

    def meanwhile() -> None:
        stage.reply("MUTE", phone)
        stage.system.table.write(note_unreachable("default", one, None, stage.now))

    at(stage, "twilio_webhook", "TransactWriteItems", "", meanwhile)
    yield
    stage.wait(5, step=1)
    yield
    assert status(stage.system, incident, one) == "undelivered"


@journey(the_end_is_published)
def an_old_message_after_a_newer_one(stage: Stage) -> Generator[None]:
    ((one, _),) = stage.active(updates=True).items()
    incident = stage.open()
    stage.carry_on()
    stage.wait(60)
    stage.change(incident, status="identified")
    stage.carry_on()
    yield
    late = AnnouncementBatch(page="default", incident=incident, seq=1, subscribers=(one,))
    url = stage.system.queue_url(queue(stage.system, "announcements").queue_arn)
    stage.system.clients.sqs.send_message(QueueUrl=url, MessageBody=late.model_dump_json())
    stage.carry_on()
    yield
    told(stage, OPENING, NEWS)
