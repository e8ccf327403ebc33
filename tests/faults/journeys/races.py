"""Two at once: what changes between two steps of a function."""

from collections.abc import Generator

from tests.faults.afterwards import (
    all_is_recalled,
    everybody_stops,
    news_is_published,
    settings_are_changed,
    the_end_is_published,
)
from tests.faults.journey import journey
from tests.faults.journeys.announcements import END, NEWS, OPENING, expect, told
from tests.faults.journeys.meanwhile import ALWAYS_STALE, at
from tests.faults.journeys.visitors import PHONE, sign_up
from tests.faults.stage import INCIDENTS, Stage
from tests.functional.engine import enqueue, spoil, status, subscriber_row


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


def of_one_component(stage: Stage, key: str) -> dict[str, str]:
    """Somebody who asked for one component only, some time ago."""
    component = next(row["sk"] for row in stage.system.rows("component") if row["key"] == key)
    found = stage.active(services=(component,))
    stage.system.clock.shift(3600)
    return found


@journey(everybody_stops, all_is_recalled)
def the_end_of_a_rare_incident(stage: Stage) -> Generator[None]:
    """It is looked at for nobody whom the incident never concerned."""
    (concerned,) = of_one_component(stage, "svc_api").values()
    (other,) = of_one_component(stage, "svc_payments")
    incident = stage.open(component_ids=["svc_api"])
    stage.carry_on()
    stage.live(60)
    yield
    stage.change(incident, status="resolved")
    stage.carry_on()
    yield
    assert stage.overtaken or stage.system.texts(concerned) == [OPENING, END]
    assert status(stage.system, incident, other, 2) == ""


@journey(everybody_stops)
def an_end_that_looks_just_before_the_opening_is_claimed(stage: Stage) -> Generator[None]:
    """No claim shows that the opening comes; the incident is for them as it was opened."""
    of_one_component(stage, "svc_api")
    incident = stage.open(component_ids=["svc_api"])
    enqueue(stage.system)

    def end() -> None:
        stage.change(incident, status="resolved")
        for _ in range(3):
            stage._relay()
            for one in stage.queues:
                if one.queue_arn.endswith("-fan-out"):
                    stage._poll(one)

    at(stage, "sender", "UpdateItem", "#SUBSCRIBERS#", end)
    yield
    stage.carry_on()
    stage.live(120)
    yield
    for phone in stage.phones:
        texts = stage.system.texts(phone)
        assert texts in ([], [OPENING, END]) or stage.overtaken, texts


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
