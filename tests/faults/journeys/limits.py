"""What waits for room: the limits per person, the page's hour, its kill switch."""

import itertools
from collections.abc import Generator

from tests.faults.afterwards import everybody_stops, the_end_is_published
from tests.faults.journey import journey
from tests.faults.journeys.announcements import OPENING, expect
from tests.faults.journeys.meanwhile import ALWAYS_STALE
from tests.faults.stage import Stage

HOUR = 3600


@journey(everybody_stops, the_end_is_published)
def more_than_a_person_can_bear(stage: Stage) -> Generator[None]:
    """The second text waits in the queue until the limits per person allow it."""
    stage.set_page(recipient_limits=[[1, 60], [5, 900]])
    ((_, phone),) = stage.active().items()
    yield
    for number in range(3):
        stage.open(f"Part {number}")
    stage.carry_on()
    stage.live(300, step=100)
    yield
    if not stage.overtaken:
        texts = stage.system.texts(phone)
        assert all(sum(f"Part {n}" in text for text in texts) == 1 for n in range(3)), texts
    times = [one.at for one in stage.system.accepted(phone)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert all(gap >= 60 for gap in gaps), gaps


@journey(everybody_stops)
def a_page_that_used_up_its_hour(stage: Stage) -> Generator[None]:
    stage.set_page(**{"limits.texts_per_hour": 2})
    stage.active(3)
    stage.system.clock.shift(HOUR - 180)
    stage.patience = 100
    yield
    stage.open()
    stage.carry_on()
    stage.live(600, step=120)
    yield
    expect(stage, OPENING)


@journey(everybody_stops)
def the_reserve_of_a_page_s_hour(stage: Stage) -> Generator[None]:
    """It is not for a minor opening; the others wait for the next hour."""
    stage.set_page(**{"limits.texts_per_hour": 2})
    stage.active(3)
    stage.system.clock.shift(HOUR - 180)
    stage.patience = 200
    with ALWAYS_STALE:
        yield
        stage.open(impact_override="minor")
        stage.carry_on()
        stage.live(600, step=120)
        yield
        assert len(stage.system.accepted(None)) <= 2 or stage.now > HOUR


@journey(everybody_stops)
def a_paused_page(stage: Stage) -> Generator[None]:
    stage.active(2)
    stage.set_page(paused=True)
    yield
    stage.open()
    stage.carry_on()
    stage.live(60)
    stage.set_page(paused=False)
    stage.live(180)
    yield
    expect(stage, OPENING)


@journey(everybody_stops)
def a_page_whose_texts_wait_for_hours(stage: Stage) -> Generator[None]:
    """Two of three wait for the next hour, and are not taken for lost; an operator asks."""
    stage.set_page(**{"limits.texts_per_hour": 1})
    stage.active(2)
    incident = stage.open()
    stage.carry_on()
    stage.live(HOUR - 300, step=600)
    yield
    stage.operator("GET", f"/v1/pages/default/incidents/{incident}")
    stage.live(360, step=120)
    yield


@journey(everybody_stops, the_end_is_published)
def a_page_paused_for_hours(stage: Stage) -> Generator[None]:
    """What goes so late is looked after anew."""
    stage.active(2)
    stage.set_page(paused=True)
    stage.wait(5)
    stage.open()
    stage.carry_on()
    stage.live(3 * HOUR, step=600)
    stage.set_page(paused=False)
    yield
    stage.live(180)
    yield
    expect(stage, OPENING)
