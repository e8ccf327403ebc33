"""Two at once: what changes between two steps of a function."""

from collections.abc import Generator

from statustext.adapters.quarantine import note_unreachable
from statustext.queue_messages import AnnouncementBatch
from tests.faults.afterwards import (
    all_is_recalled,
    everybody_stops,
    news_is_published,
    settings_are_changed,
    the_end_is_published,
)
from tests.faults.journey import journey
from tests.faults.journeys.announcements import NEWS, OPENING, expect, told
from tests.faults.journeys.meanwhile import ALWAYS_STALE, at
from tests.faults.journeys.visitors import PHONE, sign_up
from tests.faults.stage import INCIDENTS, Stage
from tests.functional.engine import enqueue, queue, spoil, status, subscriber_row


@journey(everybody_stops, news_is_published, the_end_is_published, all_is_recalled)
def a_slow_batch(stage: Stage) -> Generator[None]:
    stage.set_page(**{"limits.texts_per_hour": 100, "templates.created": "{{title}}: {{service}}"})
    stage.active(2)
    with ALWAYS_STALE:
        yield
        stage.open(component_ids=["svc_api"])
        stage.carry_on()
        yield
        expect(stage, "API is down: API")


@journey(everybody_stops, the_end_is_published)
def refused_and_overtaken(stage: Stage) -> Generator[None]:
    """Refused once, and meanwhile there is news: which is told as the opening, or as news where
    nobody knows any more that it was refused."""
    stage.set_page(**{"limits.texts_per_hour": 100})
    stage.active(updates=True)
    spoil(stage.system, kind="refuse", status=400, code=99999, times=1)
    incident = stage.open()
    with ALWAYS_STALE:
        yield
        stage.carry_on()
        stage.change(incident, status="identified")
        stage.carry_on()
        stage.live(120)
        yield
        for phone in stage.phones:
            texts = stage.system.texts(phone)
            assert texts in ([OPENING], [NEWS]) or stage.overtaken, texts


@journey(everybody_stops)
def passed_over_and_refused(stage: Stage) -> Generator[None]:
    """While its text is at Twilio there is news, whose fan-out takes this person for told; then the
    text is refused."""
    stage.active()
    spoil(stage.system, kind="refuse", status=400, code=99999, times=1)
    incident = stage.open()
    enqueue(stage.system)

    def go_on() -> None:
        stage.change(incident, status="identified")
        stage.carry_on()

    at(stage, "sender", "create", "", go_on)
    with ALWAYS_STALE:
        yield
        stage.carry_on()
        stage.live(120)
        yield
        expect(stage, OPENING)


@journey(everybody_stops)
def ended_and_refused(stage: Stage) -> Generator[None]:
    """While its text is at Twilio the incident ends; then the text is refused."""
    stage.active()
    spoil(stage.system, kind="refuse", status=400, code=99999, times=1)
    incident = stage.open()
    enqueue(stage.system)

    def end() -> None:
        stage.change(incident, status="resolved")
        stage.carry_on()
        stage.wait(30)

    at(stage, "sender", "create", "", end)
    yield
    stage.carry_on()
    stage.live(120)
    yield
    told(stage)


@journey(everybody_stops)
def refused_after_a_jump_of_the_clock(stage: Stage) -> Generator[None]:
    """While a text is at Twilio the clock jumps behind the lease and all doubt, and the next update
    is told. What is refused then is nobody's claim any more."""
    ((one, _),) = stage.active(updates=True).items()
    incident = stage.open()
    enqueue(stage.system)

    def jump() -> None:
        stage.change(incident, status="identified")
        stage.carry_on()
        stage.wait(1000, step=20)
        spoil(stage.system, kind="refuse", status=400, code=99999, times=1)

    at(stage, "sender", "create", "", jump)
    yield
    stage.carry_on()
    stage.live(60)
    yield
    expect(stage, OPENING)
    if not stage.overtaken:
        assert status(stage.system, incident, one, 2) == "delivered"


@journey(everybody_stops)
def muted_while_it_is_sent(stage: Stage) -> Generator[None]:
    """A text is refused, and its person does not want it any more when it is tried again."""
    ((one, phone),) = stage.active().items()
    spoil(stage.system, kind="refuse", status=400, code=99999, times=1)
    incident = stage.open()
    enqueue(stage.system)

    def mute() -> None:
        stage.reply("MUTE", phone)
        stage._webhooks()

    at(stage, "sender", "create", "", mute)
    yield
    stage.carry_on()
    stage.live(120)
    yield
    texts = stage.system.texts(phone)
    told_so = next((number for number, text in enumerate(texts) if "Muted" in text), len(texts))
    assert OPENING not in texts[told_so:]
    assert told_so == len(texts) or subscriber_row(stage.system, one)["told"][incident]["m"]


@journey(everybody_stops)
def recalled_behind_the_claim_of_room(stage: Stage) -> Generator[None]:
    stage.active()
    incident = stage.open()

    def recall() -> None:
        stage.operator("POST", f"{INCIDENTS}/{incident}/updates/1/recall")

    at(stage, "sender", "UpdateItem", "SENDER#", recall)
    with ALWAYS_STALE:
        yield
        stage.carry_on()
        yield
        expect(stage)


@journey(everybody_stops)
def stopped_just_before_the_claim(stage: Stage) -> Generator[None]:
    stage.set_page(**{"limits.texts_per_hour": 100})
    ((one, phone),) = stage.active().items()
    incident = stage.open()

    def stop() -> None:
        stage.reply("STOP", phone)
        stage.carry_on()

    at(stage, "sender", "UpdateItem", "#SUBSCRIBERS#", stop)
    yield
    stage.carry_on()
    yield
    told(stage)
    assert status(stage.system, incident, one) == "suppressed"


@journey(settings_are_changed)
def stopped_just_before_the_code(stage: Stage) -> Generator[None]:
    sign_up(stage)
    stage.system.relay_stream()

    def stop() -> None:
        stage.reply("STOP", PHONE)
        stage.carry_on()

    at(stage, "sender", "TransactWriteItems", "", stop)
    yield
    stage.carry_on()
    stage.wait(10)
    yield
    told(stage)


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
