"""The same twice: requests, messages, replies and receipts that come again, late or at once."""

from collections.abc import Generator
from dataclasses import replace
from unittest import mock

from local.event_pattern import passes
from statustext.adapters.quarantine import note_unreachable
from statustext.adapters.subscribers import subscriber_key
from statustext.domain.ids import subscriber_id
from statustext.domain.incident import Impact
from statustext.flows.hearing import replies as receiving
from statustext.flows.operating.setting_up import create_page
from statustext.queue_messages import AnnouncementBatch
from tests.faults.afterwards import (
    everybody_stops,
    settings_are_changed,
    the_end_is_published,
)
from tests.faults.journey import journey
from tests.faults.journeys.announcements import NEWS, OPENING, expect, told
from tests.faults.journeys.meanwhile import ALWAYS_STALE, at
from tests.faults.stage import Stage
from tests.functional.engine import enqueue, master_key, queue, spoil, status
from tests.stepped import PAGE


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
    assert len([r for r in stage.system.rows("audit") if "sid" in r["detail"]]) == 1


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


@journey(everybody_stops)
def a_message_again_for_who_did_not_want_it(stage: Stage) -> Generator[None]:
    ((one, _),) = stage.active(severity_filter=(Impact.CRITICAL,)).items()
    incident = stage.open(impact_override="minor")
    stage.carry_on()
    batch = AnnouncementBatch(page="default", incident=incident, seq=1, subscribers=(one,))
    url = stage.system.queue_url(queue(stage.system, "announcements").queue_arn)
    with ALWAYS_STALE:
        yield
        for _ in range(2):
            stage.system.clients.sqs.send_message(QueueUrl=url, MessageBody=batch.model_dump_json())
            stage.carry_on()
        yield
        told(stage)


@journey(settings_are_changed)
def a_batch_of_the_stream_relayed_in_part_and_then_whole(stage: Stage) -> Generator[None]:
    """Its first record is known; behind it all must be counted as well."""
    stage.active(3)
    stage.open()
    enqueue(stage.system)
    while stage.system.poll(queue(stage.system, "announcements")):
        pass
    changes = stage.system.stream_records()
    (counted,) = [one for one in stage.streams if any(passes(c, one.filters) for c in changes)]
    records = [one for one in changes if passes(one, counted.filters)]
    assert len(records) == 3
    stage._batches.append(records[:1])
    stage.carry_on()
    yield
    stage._batches.append(records)
    stage.carry_on()
    yield
    told(stage, OPENING)


@journey(settings_are_changed)
def a_stop_that_comes_again_when_there_is_another_page(stage: Stage) -> Generator[None]:
    """Taken on one page, and then on the other; there are more than one transaction takes."""
    ((_, phone),) = stage.active().items()
    stage.reply("STOP", phone)
    (request,) = stage.system.twilio.due(stage.now)
    stage.system.post_webhook(request)
    stage.carry_on()
    pages = ("second", "third")
    for page in pages:
        create_page(stage.system.table, replace(PAGE, id=page, name=page))
    with mock.patch.object(receiving, "WRITES_AT_ONCE", 8):
        yield
        stage.answers.append(stage.system.post_webhook(request))
        stage.carry_on()
        yield
    for page in pages:
        one = subscriber_id(master_key(stage.system), page, phone)
        row = stage.system.table.get(*subscriber_key(page, one))
        assert row
        assert row["suppressed"] == "stop"
