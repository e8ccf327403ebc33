"""What stops texting for a while, and how it goes on: receipts that open circuits, one number's own
fault, outages of AWS."""

from collections.abc import Generator

from statustext.adapters.circuits import open_circuits
from tests.faults.afterwards import everybody_stops, news_is_published, the_end_is_published
from tests.faults.journey import journey
from tests.faults.journeys.announcements import OPENING, expect
from tests.faults.journeys.meanwhile import away
from tests.faults.stage import Stage
from tests.functional.engine import spoil, status

BEFORE = "[Demo] Critical incident: Before"


def ends_with_the_next_text(stage: Stage) -> None:
    """A probe of which the note was lost leaves a circuit open: until somebody is texted again."""
    if not stage.overtaken:
        stage.open("Payments are slow")
        stage.carry_on()
        stage.live(300, step=20)
        assert open_circuits(stage.system.table) == []


@journey(everybody_stops, the_end_is_published)
def an_account_that_receipts_stop(stage: Stage) -> Generator[None]:
    """Twilio accepts what it then does not deliver: only a probe that reached a phone ends it."""
    stage.active()
    spoil(stage.system, kind="final_status", status="undelivered", code=30002, times=1)
    stage.open("Before")
    stage.carry_on()
    stage.live(20, step=5)
    assert [one.by_receipt for one in open_circuits(stage.system.table)] == [True]
    stage.active(2)
    yield
    stage.open()
    stage.carry_on()
    stage.live(240, step=20)
    yield
    if not stage.overtaken:
        texts = [stage.system.texts(phone) for phone in stage.phones]
        assert texts == [[BEFORE, OPENING], [OPENING], [OPENING]], texts
    ends_with_the_next_text(stage)


@journey(everybody_stops)
def a_receipt_that_asks_to_slow_down(stage: Stage) -> Generator[None]:
    """The sender rests for some seconds, and a minute later that is forgotten."""
    stage.active(2)
    spoil(stage.system, kind="final_status", status="undelivered", code=30022, times=1)
    yield
    stage.open("Before")
    stage.carry_on()
    stage.live(10, step=5)
    stage.open()
    stage.carry_on()
    stage.live(60, step=20)
    yield
    expect(stage, BEFORE, OPENING)
    assert open_circuits(stage.system.table) == []


@journey(everybody_stops)
def one_number_s_own_fault(stage: Stage) -> Generator[None]:
    """Refused as if its country were not served, and once more when somebody else was texted."""
    ((one, phone), _) = stage.active(2).items()
    spoil(stage.system, kind="refuse", status=400, code=21612, to=phone, times=2)
    yield
    incident = stage.open()
    stage.carry_on()
    stage.live(240, step=20)
    yield
    if stage.overtaken:
        return
    assert stage.system.texts(stage.phones[1]) == [OPENING]
    end = status(stage.system, incident, one)
    assert (end, stage.system.texts(phone)) in (("failed", []), ("delivered", [OPENING]))
    ends_with_the_next_text(stage)


@journey(everybody_stops, news_is_published)
def a_sender_without_dynamodb(stage: Stage) -> Generator[None]:
    """For longer than the five receives that its message has: it is sent anew at the third."""
    stage.active(2)
    yield
    away(stage, "sender", 1000)
    stage.open()
    stage.carry_on()
    stage.live(1260)
    yield
    expect(stage, OPENING)


@journey(everybody_stops, news_is_published)
def a_fan_out_without_dynamodb(stage: Stage) -> Generator[None]:
    """As long; meanwhile the clock takes up what seems lost, again and again."""
    stage.active(2)
    yield
    away(stage, "fan_out", 2000)
    stage.open()
    stage.carry_on()
    stage.live(2400)
    yield
    expect(stage, OPENING)
