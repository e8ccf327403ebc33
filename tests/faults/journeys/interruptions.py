"""What stops texting for a while, and how it goes on: receipts that open circuits, one number's own
fault, outages of AWS."""

from collections.abc import Generator
from typing import Any

from statustext.adapters.circuits import open_circuits
from statustext.adapters.dynamodb import Write
from statustext.adapters.subscribers import subscriber_key
from tests.faults.afterwards import everybody_stops, news_is_published, the_end_is_published
from tests.faults.journey import journey
from tests.faults.journeys.announcements import OPENING, expect, told
from tests.faults.journeys.meanwhile import ALWAYS_STALE, away
from tests.faults.journeys.mornings import NIGHT
from tests.faults.stage import INCIDENTS, Stage
from tests.functional.engine import enqueue, spoil, status

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
    stage.active(3)
    spoil(stage.system, kind="final_status", status="undelivered", code=30002, times=3)
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
        assert texts == [[BEFORE, OPENING]] * 3 + [[OPENING]] * 2, texts
    ends_with_the_next_text(stage)


@journey(everybody_stops)
def a_receipt_that_asks_to_slow_down(stage: Stage) -> Generator[None]:
    """The sender rests for some seconds, and a minute later that is forgotten."""
    stage.active(3)
    spoil(stage.system, kind="final_status", status="undelivered", code=30022, times=3)
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
    spoil(stage.system, kind="refuse", status=400, code=21408, to=phone, times=2)
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


def without_dynamodb(stage: Stage, function: str, seconds: float) -> Generator[None]:
    stage.active(2)
    yield
    away(stage, function, seconds)
    stage.open()
    stage.carry_on()
    stage.live(1.25 * seconds)
    yield
    expect(stage, OPENING)


@journey(everybody_stops, news_is_published)
def a_sender_without_dynamodb(stage: Stage) -> Generator[None]:
    """For longer than the five receives that its message has: it is sent anew at the third."""
    yield from without_dynamodb(stage, "sender", 1000)


@journey(everybody_stops, news_is_published)
def a_fan_out_without_dynamodb(stage: Stage) -> Generator[None]:
    """As long; meanwhile the clock takes up what seems lost, again and again."""
    yield from without_dynamodb(stage, "fan_out", 2000)


@journey(everybody_stops)
def a_recall_of_what_was_held_for_who_was_told(stage: Stage) -> Generator[None]:
    """Nothing is told in its place, and nothing stays held."""
    ((one, _),) = stage.active(updates=True, **NIGHT).items()
    incident = stage.open()
    stage.carry_on()
    stage.change(incident, impact_override="minor")
    stage.change(incident, status="identified", body="Wrong page.")
    stage.carry_on()
    stage.operator("POST", f"{INCIDENTS}/{incident}/updates/2/recall")
    with ALWAYS_STALE:
        yield
        stage.live(1500, step=300)
        yield
    expect(stage, OPENING)
    if not stage.overtaken:
        assert status(stage.system, incident, one, 2) == "suppressed"


@journey(everybody_stops)
def a_recall_before_the_message_of_the_recalled(stage: Stage) -> Generator[None]:
    """The opening that is held stays so, and is told."""
    stage.active(**NIGHT)
    incident = stage.open(impact_override="minor")
    stage.carry_on()
    stage.wait(60)
    stage.change(incident, status="identified", body="Wrong page.")
    enqueue(stage.system)
    stage.operator("POST", f"{INCIDENTS}/{incident}/updates/2/recall")
    with ALWAYS_STALE:
        yield
        stage.carry_on()
        stage.live(1800, step=300)
        yield
    expect(stage, "[Demo] Minor incident: API is down")


@journey()
def a_stop_while_in_doubt(stage: Stage) -> Generator[None]:
    """What nothing shows was told to nobody, also where they left meanwhile."""
    ((_, phone),) = stage.active().items()
    spoil(stage.system, kind="time_out", times=1)
    incident = stage.open()
    stage.carry_on()
    stage.live(600, step=120)
    stage.reply("STOP", phone)
    stage.carry_on()
    with ALWAYS_STALE:
        yield
        stage.live(900, step=180)
        yield
        stage.reply("START", phone)
        stage.change(incident, status="resolved")
        stage.carry_on()
        stage.live(1200, step=300)
    assert "[Demo] Resolved: API is down" not in stage.system.texts(phone)


@journey(everybody_stops)
def a_row_that_cannot_be_told_from(stage: Stage) -> Generator[None]:
    """It keeps nobody else of its batch back, and is told once somebody has put it right."""
    (one, *_) = stage.active(3)
    key = subscriber_key("default", one)
    stage.system.table.write(Write(*key, update="REMOVE told"))
    stage.system.stream_records()
    yield
    stage.open()
    stage.carry_on()
    values: dict[str, Any] = {"none": {}}
    stage.system.table.write(Write(*key, update="SET told = :none", values=values))
    stage.live(240)
    yield
    expect(stage, OPENING)


@journey()
def an_end_behind_attempts_that_nobody_remembers(stage: Stage) -> Generator[None]:
    """Tried twice, and then the claim is gone, and the person: the ledger stands at the second."""
    ((one, phone),) = stage.active().items()
    spoil(stage.system, kind="refuse", status=429, code=20429, times=2)
    incident = stage.open()
    stage.carry_on()
    stage.wait(8, step=2)
    values: dict[str, Any] = {"none": {}}
    key = subscriber_key("default", one)
    stage.system.table.write(Write(*key, update="SET told = :none", values=values))
    stage.reply("STOP", phone)
    stage._webhooks()
    yield
    stage.live(240, step=30)
    yield
    told(stage)
    assert status(stage.system, incident, one) == "suppressed"
