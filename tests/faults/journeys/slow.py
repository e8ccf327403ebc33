"""Functions that died or were slow, and doubts that stay."""

from collections.abc import Generator

from statustext.queue_messages import AnnouncementBatch, ReceiptBatch
from tests.faults.afterwards import everybody_stops, settings_are_changed, the_end_is_published
from tests.faults.journey import journey
from tests.faults.journeys.announcements import NEWS, OPENING, expect, told
from tests.faults.journeys.meanwhile import ALWAYS_STALE, at
from tests.faults.journeys.mornings import NIGHT, both_in_one_text, two_incidents
from tests.faults.journeys.visitors import PHONE, sign_up
from tests.faults.stage import Stage
from tests.functional.engine import die, enqueue, queue, spoil, status

HOUR = 3600


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
def a_sender_that_died_with_others_to_tell(stage: Stage) -> Generator[None]:
    """They go on without the one at whom it died, who waits until that is settled."""
    stage.active(3)
    stage.open()
    at(stage, "sender", "create", "", die)
    stage.carry_on()
    yield
    stage.live(240, step=60)
    yield
    stage.live(1200, step=240)
    expect(stage, OPENING)


@journey(everybody_stops)
def a_text_twice_unheard_of(stage: Stage) -> Generator[None]:
    """It is not tried a third time."""
    ((one, _),) = stage.active().items()
    spoil(stage.system, kind="time_out", times=2)
    incident = stage.open()
    stage.carry_on()
    stage.live(900, step=180)
    with ALWAYS_STALE:
        yield
        stage.live(1200, step=240)
        yield
    if not stage.overtaken:
        assert status(stage.system, incident, one) == "failed"


@journey(everybody_stops)
def two_in_one_text_that_came_through_unheard(stage: Stage) -> Generator[None]:
    """Of a night's two incidents; Twilio's list cannot be read first, and then tells of both."""
    someone = stage.active(**NIGHT)
    incidents = two_incidents(stage)
    spoil(stage.system, kind="time_out", times=1, accepted=True)
    spoil(stage.system, kind="server_error", on="list", times=1)
    spoil(stage.system, kind="drop_callbacks", statuses=["sending", "sent", "delivered"])
    stage.loses_receipts = True
    yield
    stage.live(1500, step=150)
    yield
    both_in_one_text(stage, someone, incidents, "accepted")


@journey(everybody_stops, the_end_is_published)
def an_old_message_after_a_refusal_of_the_newer(stage: Stage) -> Generator[None]:
    """The newer one's own message is lost: the old one sees to it that it is told."""
    ((one, _),) = stage.active(updates=True).items()
    incident = stage.open()
    stage.carry_on()
    stage.wait(60)
    spoil(stage.system, kind="refuse", status=400, code=99999, times=1)
    stage.change(incident, status="identified")
    stage.carry_on()
    arn = queue(stage.system, "announcements").queue_arn
    stage.aws.sqs.queues[arn.rpartition(":")[2]].clear()
    late = AnnouncementBatch(page="default", incident=incident, seq=1, subscribers=(one,))
    url = stage.system.queue_url(arn)
    with ALWAYS_STALE:
        yield
        stage.system.clients.sqs.send_message(QueueUrl=url, MessageBody=late.model_dump_json())
        stage.carry_on()
        stage.live(120)
        yield
    expect(stage, OPENING, NEWS)
    stage.live(2 * HOUR, step=600)  # the clock ends in the ledger what a lost message left


@journey(settings_are_changed)
def receipts_without_time(stage: Stage) -> Generator[None]:
    """Every call takes seven seconds: whom there is no time to ask about is put back."""
    everybody = stage.active(4)
    spoil(stage.system, kind="drop_callbacks", statuses=["sending", "sent", "delivered"])
    incident = stage.open()
    stage.carry_on()
    batch = ReceiptBatch(page="default", incident=incident, seq=1, subscribers=tuple(everybody))
    url = stage.system.queue_url(queue(stage.system, "announcements").queue_arn)
    stage.latency, stage.slow_until = 7.0, stage.now + 60
    yield
    stage.system.clients.sqs.send_message(QueueUrl=url, MessageBody=batch.model_dump_json())
    stage.carry_on()
    stage.live(60)
    yield
    assert {status(stage.system, incident, one) for one in everybody} == {"delivered"}
    told(stage, OPENING)


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
    stage.set_page(**{"limits.texts_per_hour": 100})
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
