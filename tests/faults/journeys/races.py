"""Two at once, slow calls, functions that died: what the code does when it is not alone."""

from collections.abc import Generator
from unittest import mock

from statustext.adapters.quarantine import note_unreachable
from statustext.flows import telling
from statustext.queue_messages import AnnouncementBatch
from tests.faults.afterwards import (
    all_is_recalled,
    everybody_stops,
    news_is_published,
    settings_are_changed,
    the_end_is_published,
)
from tests.faults.calls import Call
from tests.faults.journey import journey
from tests.faults.journeys.announcements import NEWS, OPENING, expect, told
from tests.faults.journeys.clock import NIGHT
from tests.faults.journeys.visitors import PHONE, sign_up
from tests.faults.stage import INCIDENTS, Stage
from tests.functional.engine import die, enqueue, queue, spoil, status

ALWAYS_STALE = mock.patch.object(telling, "FRESH_FOR", -1.0)
"""Every look at the page and its incidents is a read, as where a second lies between them."""


def at(stage: Stage, function: str, operation: str, key: str, act: object) -> None:
    """Do something at the first call that a function makes so, to a row whose key holds `key`."""

    def fits(call: Call) -> bool:
        return (call.route.function, call.operation) == (function, operation) and key in call.key

    assert callable(act)
    stage.interruption = fits, act


# The page and its incidents, read at every look.


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
def a_slow_morning(stage: Stage) -> Generator[None]:
    """Two incidents of the night, one of which ended, told together."""
    everybody = stage.active(**NIGHT)
    first = stage.open(impact_override="minor")
    stage.carry_on()
    stage.wait(60)
    stage.change(first, status="resolved")
    stage.carry_on()
    stage.wait(60)
    second = stage.open("Payments are slow", impact_override="minor")
    stage.carry_on()
    stage.wait(60)
    with ALWAYS_STALE:
        yield
        stage.live(1500, step=300)
        yield
    if stage.overtaken:
        return
    for one, phone in everybody.items():
        (text,) = stage.system.texts(phone)
        assert "API is down (resolved)" in text
        assert "Payments are slow (investigating)" in text
        ends = {status(stage.system, first, one, 2), status(stage.system, second, one)}
        assert ends == {"delivered", "superseded"}


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
def held_and_recalled(stage: Stage) -> Generator[None]:
    ((one, _),) = stage.active(**NIGHT).items()
    incident = stage.open(impact_override="minor")
    stage.carry_on()
    stage.operator("POST", f"{INCIDENTS}/{incident}/updates/1/recall")
    with ALWAYS_STALE:
        yield
        stage.live(1500, step=300)
        yield
        told(stage)
        assert status(stage.system, incident, one) == "suppressed"


@journey(news_is_published)
def held_and_then_left(stage: Stage) -> Generator[None]:
    """STOP at night; the ledger says of all that waited that it is over."""
    ((one, phone),) = stage.active(**NIGHT).items()
    incident = stage.open(impact_override="minor")
    stage.carry_on()
    stage.reply("STOP", phone)
    stage.carry_on()
    stage.change(incident, status="identified")
    stage.carry_on()
    yield
    stage.live(1500, step=300)
    yield
    told(stage)
    assert status(stage.system, incident, one, 1) == "superseded"
    assert status(stage.system, incident, one, stage.newest(incident)) == "suppressed"


@journey(everybody_stops)
def opened_and_ended_overnight_untold(stage: Stage) -> Generator[None]:
    """The page tells nothing of what was over before the morning."""
    stage.set_page(overnight="nothing")
    ((one, _),) = stage.active(**NIGHT).items()
    incident = stage.open(impact_override="minor")
    stage.carry_on()
    stage.wait(60)
    with ALWAYS_STALE:
        yield
        stage.change(incident, status="resolved")
        stage.carry_on()
        stage.live(1500, step=300)
        yield
    told(stage)
    assert status(stage.system, incident, one, 1) == "superseded"
    assert status(stage.system, incident, one, 2) == "suppressed"


@journey(everybody_stops)
def held_and_then_critical(stage: Stage) -> Generator[None]:
    """Worse news does not wait for the morning, and tells what waited."""
    ((one, _),) = stage.active(**NIGHT).items()
    incident = stage.open(impact_override="minor")
    stage.carry_on()
    stage.wait(60)
    yield
    stage.change(incident, impact_override="critical", status="identified")
    stage.carry_on()
    stage.live(1500, step=300)
    yield
    expect(stage, OPENING)
    if not stage.overtaken:
        assert status(stage.system, incident, one, 1) == "superseded"


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


# Two at once.


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
    ((one, phone),) = stage.active().items()
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


# Functions that died or were slow; doubts that stay.


@journey(everybody_stops)
def a_sender_that_died_while_it_sent(stage: Stage) -> Generator[None]:
    """The message comes again after six minutes; nobody knows, so it waits for fifteen."""
    stage.active()
    stage.open()
    at(stage, "sender", "create", "", die)
    yield
    stage.carry_on()
    stage.live(1200, step=240)
    yield
    expect(stage, OPENING)


@journey(everybody_stops)
def a_text_twice_unheard_of(stage: Stage) -> Generator[None]:
    """It is not tried a third time."""
    ((one, _),) = stage.active().items()
    spoil(stage.system, kind="time_out", times=2)
    incident = stage.open()
    stage.carry_on()
    stage.live(900, step=180)
    yield
    stage.live(1200, step=240)
    yield
    if not stage.overtaken:
        assert status(stage.system, incident, one) == "failed"


@journey(everybody_stops)
def a_list_that_cannot_be_read(stage: Stage) -> Generator[None]:
    """It proves nothing; what is overtaken meanwhile is given up."""
    ((one, _),) = stage.active().items()
    spoil(stage.system, kind="time_out", times=1)
    spoil(stage.system, kind="server_error", on="list")
    incident = stage.open()
    stage.carry_on()
    stage.live(600, step=120)
    stage.change(incident, status="resolved", deliver_notifications=False)
    with ALWAYS_STALE:
        yield
        stage.live(900, step=180)
        yield
        assert status(stage.system, incident, one) == "superseded"


@journey(everybody_stops)
def slots_that_are_missed(stage: Stage) -> Generator[None]:
    """Every call takes a third of a second."""
    stage.active(3)
    stage.latency, stage.slow_until = 0.3, stage.now + 60
    yield
    stage.open()
    stage.carry_on()
    sign_up(stage)
    stage.carry_on()
    yield
    stage.phones.remove(PHONE)
    expect(stage, OPENING)


@journey(everybody_stops)
def a_claim_that_takes_too_long(stage: Stage) -> Generator[None]:
    """No time is left to send; the claim is taken back, and another function tells."""
    stage.active()
    stage.open()
    enqueue(stage.system)
    at(stage, "sender", "UpdateItem", "#SUBSCRIBERS#", lambda: stage.system.clock.shift(41))
    yield
    stage.carry_on()
    stage.live(60)
    yield
    expect(stage, OPENING)


@journey(everybody_stops)
def a_code_s_claim_that_takes_too_long(stage: Stage) -> Generator[None]:
    sign_up(stage)
    stage.system.relay_stream()
    at(stage, "sender", "TransactWriteItems", "", lambda: stage.system.clock.shift(41))
    yield
    stage.carry_on()
    stage.live(60)
    yield
    (row,) = stage.system.rows("direct")
    in_doubt = "claimed_at" in row and "status" not in row
    assert len(stage.system.texts(PHONE)) == 1 or in_doubt or stage.overtaken


@journey(everybody_stops)
def a_sender_without_time(stage: Stage) -> Generator[None]:
    """Every call takes seven seconds, for a minute."""
    stage.active()
    stage.open()
    enqueue(stage.system)
    stage.latency, stage.slow_until = 7.0, stage.now + 90
    yield
    stage.carry_on()
    stage.live(180)
    yield
    expect(stage, OPENING)


@journey(everybody_stops)
def a_code_without_time(stage: Stage) -> Generator[None]:
    sign_up(stage)
    stage.system.relay_stream()
    stage.latency, stage.slow_until = 7.0, stage.now + 90
    yield
    stage.carry_on()
    stage.live(180)
    yield
    assert len(stage.system.texts(PHONE)) <= 1


@journey(everybody_stops)
def a_code_of_which_nobody_heard(stage: Stage) -> Generator[None]:
    """It is never sent again."""
    spoil(stage.system, kind="time_out", times=1)
    yield
    sign_up(stage)
    stage.carry_on()
    stage.live(900, step=180)
    yield
    assert stage.system.texts(PHONE) == []


@journey(everybody_stops)
def a_code_too_soon_and_one_too_late(stage: Stage) -> Generator[None]:
    """The wait between two codes is not over; the page is paused for longer than a code lives."""
    sign_up(stage)
    stage.carry_on()
    yield
    sign_up(stage)
    stage.carry_on()
    stage.set_page(paused=True)
    stage.wait(60, step=30)
    sign_up(stage)
    stage.carry_on()
    stage.live(900, step=180)
    stage.set_page(paused=False)
    stage.live(60)
    yield
    assert len(stage.system.texts(PHONE)) <= 1
