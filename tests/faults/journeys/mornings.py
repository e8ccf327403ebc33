"""What waits for the morning."""

from collections.abc import Generator, Mapping
from typing import Any
from unittest import mock

from statustext.flows.delivering import due_holds
from tests.faults.afterwards import (
    all_is_recalled,
    everybody_stops,
    news_is_published,
    the_end_is_published,
)
from tests.faults.journey import journey
from tests.faults.journeys.announcements import OPENING, expect, told
from tests.faults.journeys.meanwhile import ALWAYS_STALE
from tests.faults.stage import INCIDENTS, Stage
from tests.functional.engine import status

NIGHT: Mapping[str, Any] = {"timezone": "America/New_York", "quiet_hours": "21:00-03:20"}
"""It is 03:00 there when a journey begins: quiet for another twenty minutes."""


def two_incidents(stage: Stage) -> list[str]:
    """Of one night, a minute apart."""
    incidents = []
    for name in ("API is down", "Payments are slow"):
        incidents.append(stage.open(name, impact_override="minor"))
        stage.carry_on()
        stage.wait(60)
    return incidents


def both_in_one_text(
    stage: Stage, everybody: Mapping[str, str], incidents: list[str], lead: str = "delivered"
) -> None:
    """Everybody was told of both, and the ledger says so, unless something overtook them."""
    if stage.overtaken:
        return
    for one, phone in everybody.items():
        (text,) = stage.system.texts(phone)
        assert text.count("(investigating)") == 2, text
        ends = {status(stage.system, incident, one) for incident in incidents}
        assert ends == {lead, "superseded"}


@journey(everybody_stops, the_end_is_published, all_is_recalled)
def woken_by_the_hold_alone(stage: Stage) -> Generator[None]:
    """Two incidents of the night, both so early that the queue keeps neither: where the hold is
    lost nothing else tells of them."""
    everybody = stage.active(2, **NIGHT)
    incidents = two_incidents(stage)
    yield
    stage.live(1500, step=300)
    yield
    both_in_one_text(stage, everybody, incidents)


@journey(everybody_stops, the_end_is_published, all_is_recalled)
def held_until_morning(stage: Stage) -> Generator[None]:
    """Two incidents of the night are one text in the morning."""
    everybody = stage.active(2, **NIGHT)
    yield
    first = stage.open(impact_override="minor")
    stage.carry_on()
    stage.live(300, step=100)
    second = stage.open("Payments are slow", impact_override="minor")
    stage.carry_on()
    stage.live(1200, step=240)
    yield
    both_in_one_text(stage, everybody, [first, second])


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


@journey(everybody_stops)
def opened_and_ended_overnight(stage: Stage) -> Generator[None]:
    stage.active(**NIGHT)
    incident = stage.open(impact_override="minor")
    stage.carry_on()
    yield
    stage.live(300, step=100)
    stage.change(incident, status="resolved")
    stage.carry_on()
    stage.live(1500, step=300)
    yield
    expect(stage, "[Demo] Status: API is down (resolved)")


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


@journey(news_is_published)
def held_and_not_wanted_any_more(stage: Stage) -> Generator[None]:
    """Who asked for critical ones only is not told of the minor one that waited."""
    ((one, phone),) = stage.active(**NIGHT).items()
    incident = stage.open(impact_override="minor")
    stage.carry_on()
    stage.reply("CRITICAL", phone)
    stage.carry_on()
    before = stage.system.texts(phone)
    yield
    stage.live(1500, step=300)
    yield
    assert stage.system.texts(phone) == before or stage.overtaken
    assert status(stage.system, incident, one) in ("suppressed", "superseded")


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
def many_holds_at_once(stage: Stage) -> Generator[None]:
    """More than one task releases."""
    stage.active(4, **NIGHT)
    stage.open(impact_override="minor")
    stage.carry_on()
    with (
        mock.patch.object(due_holds, "PER_TASK", 1),
        mock.patch.object(due_holds, "PER_REQUEST", 1),
    ):
        yield
        stage.live(1500, step=300)
        yield
        expect(stage, "[Demo] Minor incident: API is down")


@journey(everybody_stops)
def a_morning_on_a_paused_page(stage: Stage) -> Generator[None]:
    stage.active(2, **NIGHT)
    stage.open(impact_override="minor")
    stage.carry_on()
    stage.set_page(paused=True)
    yield
    stage.live(1500, step=300)
    stage.set_page(paused=False)
    stage.live(240)
    yield
    expect(stage, "[Demo] Minor incident: API is down")
