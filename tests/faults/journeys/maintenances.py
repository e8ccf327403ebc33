"""Maintenances that are reminded of, start and end by the clock."""

from collections.abc import Generator

from tests.faults.afterwards import everybody_stops, maintenances_are_put_off
from tests.faults.journey import journey
from tests.faults.stage import Stage, iso

HOUR = 3600.0
SCHEDULED = "[Demo] Maintenance scheduled: Disks"
REMINDER = "[Demo] Reminder: Disks"
STARTED = "[Demo] Maintenance started: Disks"
COMPLETED = "[Demo] Maintenance completed: Disks"


def plan(stage: Stage, starts: float, ends: float) -> str:
    """A maintenance that goes by the clock, of which everybody has heard; its id."""
    incident = stage.open(
        "Disks",
        impact_override="maintenance",
        status="scheduled",
        component_ids=["svc_api"],
        scheduled_for=iso(starts),
        scheduled_until=iso(ends),
        scheduled_remind_prior=True,
        scheduled_auto_in_progress=True,
        scheduled_auto_completed=True,
        auto_transition_to_maintenance_state=True,
        auto_transition_to_operational_state=True,
    )
    stage.carry_on()
    stage.wait(60)
    return incident


def api(stage: Stage) -> str:
    (row,) = (row for row in stage.system.rows("component") if row["key"] == "svc_api")
    return str(row["status"])


@journey(everybody_stops, maintenances_are_put_off)
def a_maintenance_that_starts_and_ends_by_the_clock(stage: Stage) -> Generator[None]:
    stage.active(2, maintenance=True)
    plan(stage, stage.now + 600, stage.now + 800)
    stage.system.clock.shift(500)
    yield
    stage.live(60)
    stage.live(240)
    yield
    if stage.overtaken:
        return
    assert api(stage) == "operational"
    (row,) = stage.system.rows("incident")
    assert (row["status"], row["newest_seq"]) == ("completed", 3)
    for phone in stage.phones:  # of a start that came as late as the end nobody is told
        texts = stage.system.texts(phone)
        assert texts in ([SCHEDULED, STARTED, COMPLETED], [SCHEDULED, COMPLETED]), texts


@journey(everybody_stops, maintenances_are_put_off)
def a_reminder_by_the_clock(stage: Stage) -> Generator[None]:
    stage.active(2, maintenance=True)
    plan(stage, stage.now + 2 * HOUR, stage.now + 3 * HOUR)
    stage.system.clock.shift(HOUR)
    yield
    stage.live(60)
    yield
    if not stage.overtaken:
        for phone in stage.phones:
            assert stage.system.texts(phone) == [SCHEDULED, REMINDER]
