"""Quotas of a page: what has no room waits or is refused, and what did not go is given back."""

from collections.abc import Generator

from tests.faults.afterwards import everybody_stops, the_end_is_published
from tests.faults.journey import journey
from tests.faults.journeys.announcements import OPENING, expect
from tests.faults.journeys.visitors import sign_up
from tests.faults.stage import Stage
from tests.functional.engine import spoil

HOUR = 3600
USAGE = "/api/v1/orgs/default/sms/usage"


@journey(everybody_stops, the_end_is_published)
def quotas_that_are_used_up(stage: Stage) -> Generator[None]:
    """One text more than the month may have is refused, one more than the hour may have is held."""
    stage.set_page(**{"limits.texts_per_month": 3, "limits.segments_per_hour": 2})
    stage.active(4)
    stage.system.clock.shift(HOUR - 120)
    stage.patience = 100
    yield
    stage.open()
    stage.carry_on()
    stage.live(300, step=60)
    yield
    assert len(stage.system.accepted(None)) <= 3


@journey(everybody_stops)
def quotas_whose_texts_twilio_refuses(stage: Stage) -> Generator[None]:
    """They are given back, as they have not gone."""
    stage.set_page(**{"limits.texts_per_month": 9, "limits.texts_per_hour": 9})
    stage.active(2)
    yield
    spoil(stage.system, kind="refuse", status=400, code=99999, times=2)
    stage.open()
    stage.carry_on()
    stage.operator("GET", USAGE)
    stage.live(300, step=60)
    yield
    expect(stage, OPENING)


@journey(everybody_stops)
def a_code_for_which_the_month_has_no_room(stage: Stage) -> Generator[None]:
    stage.set_page(**{"limits.texts_per_month": 1})
    yield
    sign_up(stage)
    stage.carry_on()
    yield
    assert not stage.system.accepted(None)


@journey(everybody_stops)
def a_code_that_waits_for_the_next_hour(stage: Stage) -> Generator[None]:
    stage.set_page(**{"limits.segments_per_hour": 2})
    stage.active(1)
    stage.system.clock.shift(HOUR - 90)
    stage.open()
    stage.carry_on()
    yield
    sign_up(stage)
    stage.carry_on()
    stage.live(120, step=30)
    yield
