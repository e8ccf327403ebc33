"""An incident from its opening to its end, told to everybody who wants it."""

from collections.abc import Generator

from tests.faults.afterwards import (
    all_is_recalled,
    everybody_stops,
    news_is_published,
    the_end_is_published,
    the_page_is_paused_and_resumed,
)
from tests.faults.journey import journey
from tests.faults.stage import INCIDENTS, Stage
from tests.functional.engine import enqueue, spoil, status

OPENING = "[Demo] Critical incident: API is down"
END = "[Demo] Resolved: API is down"
NEWS = "[Demo] Update: API is down - Identified"


def told(stage: Stage, *texts: str) -> None:
    """Everybody has exactly these texts, in this order."""
    for phone in stage.phones:
        assert stage.system.texts(phone) == list(texts), stage.system.texts(phone)


def expect(stage: Stage, *texts: str) -> None:
    """The same; but where something else came first, everybody has some of these at most."""
    if not stage.overtaken:
        told(stage, *texts)


@journey(
    everybody_stops,
    news_is_published,
    the_end_is_published,
    all_is_recalled,
    the_page_is_paused_and_resumed,
)
def opening_an_incident(stage: Stage) -> Generator[None]:
    everybody = stage.active(2)
    yield
    incident = stage.open(components={"svc_api": "major_outage"}, external_id="pd-1")
    stage.carry_on()
    yield
    if stage.overtaken:
        return
    told(stage, OPENING)
    assert {status(stage.system, incident, one) for one in everybody} == {"delivered"}
    (row,) = (row for row in stage.system.rows("component") if row["key"] == "svc_api")
    assert row["status"] == "major_outage"


@journey(all_is_recalled)
def going_on_with_an_incident(stage: Stage) -> Generator[None]:
    stage.active(2, updates=True)
    incident = stage.open()
    stage.carry_on()
    stage.live(60)
    yield
    stage.change(
        incident, status="identified", body="A disk.", components={"svc_api": "major_outage"}
    )
    stage.carry_on()
    yield
    expect(stage, OPENING, NEWS)


@journey(news_is_published)
def the_same_news_twice(stage: Stage) -> Generator[None]:
    """The second says nothing new, and so is no update."""
    stage.active(1, updates=True)
    incident = stage.open()
    stage.carry_on()
    yield
    stage.change(incident, body="On it.", name="API is slow")
    stage.carry_on()
    yield
    expect(stage, OPENING)


@journey(news_is_published)
def news_that_waits_for_more(stage: Stage) -> Generator[None]:
    stage.set_page(coalescing_window=120)
    stage.active(2, updates=True)
    incident = stage.open()
    stage.carry_on()
    stage.live(300, step=100)
    yield
    stage.change(incident, status="monitoring", body="A disk.")
    stage.carry_on()
    stage.live(30, step=30)
    stage.change(incident, status="identified", body="A disk.")
    stage.carry_on()
    stage.live(180)
    yield
    expect(stage, OPENING, NEWS)


@journey(all_is_recalled)
def ending_an_incident(stage: Stage) -> Generator[None]:
    stage.active(2)
    not_told = stage.active(1, new_incidents=False)
    incident = stage.open()
    stage.carry_on()
    yield
    stage.change(incident, status="resolved")
    stage.carry_on()
    yield
    for phone in not_told.values():
        assert stage.system.texts(phone) == []
        stage.phones.remove(phone)
    expect(stage, OPENING, END)


@journey(everybody_stops)
def ending_an_incident_mends_its_components(stage: Stage) -> Generator[None]:
    stage.set_page(components_when_resolved="operational")
    incident = stage.open(components={"svc_api": "major_outage"})
    stage.carry_on()
    yield
    stage.change(incident, status="resolved")
    stage.carry_on()
    yield


@journey(the_end_is_published)
def recalling_an_update(stage: Stage) -> Generator[None]:
    everybody = stage.active(2)
    incident = stage.open()
    enqueue(stage.system)
    yield
    assert stage.operator("POST", f"{INCIDENTS}/{incident}/updates/1/recall").status == 200
    stage.carry_on()
    yield
    expect(stage)
    if not stage.overtaken:
        assert {status(stage.system, incident, one) for one in everybody} == {"suppressed"}


@journey(everybody_stops)
def removing_an_incident_that_is_told(stage: Stage) -> Generator[None]:
    """What waits in the queue ends quietly."""
    stage.active(2)
    incident = stage.open()
    enqueue(stage.system)
    yield
    assert stage.operator("DELETE", f"{INCIDENTS}/{incident}").status in (200, 404)
    stage.carry_on()
    yield
    told(stage)


@journey(everybody_stops)
def somebody_new_in_the_middle(stage: Stage) -> Generator[None]:
    """Told of the next update as of an opening; the others hear nothing."""
    stage.active(1)
    incident = stage.open()
    stage.carry_on()
    stage.active(1)
    yield
    stage.change(incident, status="identified")
    stage.carry_on()
    yield
    expect(stage, OPENING)


@journey(the_page_is_paused_and_resumed)
def leaving_while_it_is_told(stage: Stage) -> Generator[None]:
    """STOP while the text waits in the queue."""
    ((one, phone),) = stage.active().items()
    incident = stage.open()
    enqueue(stage.system)
    yield
    stage.reply("STOP", phone)
    stage._webhooks()
    stage.carry_on()
    yield
    told(stage)
    assert status(stage.system, incident, one) == "suppressed"


@journey(the_end_is_published)
def two_in_the_queue(stage: Stage) -> Generator[None]:
    """An update and the next one for somebody who was told of neither, in one go."""
    stage.active(2, updates=True)
    incident = stage.open()
    enqueue(stage.system)
    stage.change(incident, status="identified", body="A disk.")
    yield
    stage.carry_on()
    yield
    expect(stage, OPENING)


@journey(the_end_is_published)
def the_same_words_within_a_minute(stage: Stage) -> Generator[None]:
    stage.active(1)
    stage.open()
    stage.carry_on()
    yield
    stage.open(body="Again.")
    stage.carry_on()
    yield
    if not stage.overtaken:
        rows = stage.system.rows("delivery")
        assert sorted(row["status"] for row in rows) in (
            ["delivered", "suppressed"],
            ["delivered", "delivered"],
        )


@journey(everybody_stops)
def a_text_of_which_nobody_heard(stage: Stage) -> Generator[None]:
    """Twilio was asked and did not answer: it is asked again after fifteen minutes, once."""
    stage.active(1)
    spoil(stage.system, kind="time_out", times=1)
    yield
    stage.open()
    stage.carry_on()
    stage.live(1200, step=120)
    yield
    expect(stage, OPENING)


@journey(everybody_stops)
def a_text_that_came_through_unheard(stage: Stage) -> Generator[None]:
    """Twilio took it and did not say so, and no receipt came: its list tells."""
    stage.active(1)
    spoil(stage.system, kind="time_out", times=1, accepted=True)
    spoil(stage.system, kind="drop_callbacks", statuses=["sending", "sent", "delivered"])
    stage.loses_receipts = True
    yield
    stage.open()
    stage.carry_on()
    stage.live(5 * 60)
    yield
    told(stage, OPENING)
    (row,) = stage.system.rows("delivery")
    assert row["sid"]
