"""A maintenance from its planning to its end: by hand, by the clock, and who is told of it."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.functional.engine import Call, once, open_quietly, run_on, watched
from tests.functional.phrases import set_page
from tests.stepped import NEXT_MORNING, PHONE, Answer, SteppedSystem

V1 = "/v1/pages/default"
HOUR = 3600.0
BEGINS = 18 * HOUR  # after the start of every test
BY_ITSELF = {
    "scheduled_remind_prior": True,
    "scheduled_auto_in_progress": True,
    "scheduled_auto_completed": True,
    "auto_transition_to_maintenance_state": True,
    "auto_transition_to_operational_state": True,
    **NEXT_MORNING,
}


def plan(system: SteppedSystem, **more: Any) -> str:
    given = {"impact_override": "maintenance", "component_ids": ["svc_api"], "status": "scheduled"}
    one = open_quietly(system, "Disks", **{**given, **NEXT_MORNING, **more})
    run_on(system)
    return one


def change(system: SteppedSystem, incident: str, **given: Any) -> Answer:
    answer = system.operator("PATCH", f"{V1}/incidents/{incident}", {"incident": given})
    run_on(system)
    return answer


def shown(system: SteppedSystem, incident: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = system.operator("GET", f"{V1}/incidents/{incident}").json
    return found


def api(system: SteppedSystem) -> str:
    return str(system.operator("GET", f"{V1}/components/svc_api").json["status"])


def live(system: SteppedSystem, seconds: float, step: float = 900) -> None:
    """Let time pass; the clock ticks at each step."""
    end = system.now + seconds
    while system.now < end:
        system.clock.shift(min(step, end - system.now))
        system.tick()
        run_on(system)


@pytest.fixture
def told(system: SteppedSystem) -> SteppedSystem:
    """Somebody wants to hear of maintenances."""
    system.subscribe(preferences={"preset": "all"})
    return system


def news(system: SteppedSystem) -> list[str]:
    """What they were told since they subscribed."""
    return [text.removeprefix("[Demo] ") for text in system.texts()[2:]]


def test_by_the_clock_from_its_reminder_to_its_end(told: SteppedSystem) -> None:
    one = plan(told, **BY_ITSELF)
    live(told, 17 * HOUR - 60)
    assert news(told) == ["Maintenance scheduled: Disks"]
    live(told, 60)
    assert news(told)[1:] == ["Reminder: Disks"]
    assert shown(told, one)["scheduled_reminded_at"].startswith("2027-01-16T01:00:00")
    assert api(told) == "operational"
    live(told, HOUR)
    assert news(told)[2:] == ["Maintenance started: Disks"]
    assert (shown(told, one)["status"], api(told)) == ("in_progress", "under_maintenance")
    live(told, 2 * HOUR)
    assert news(told)[3:] == ["Maintenance completed: Disks"]
    assert (shown(told, one)["status"], api(told)) == ("completed", "operational")
    live(told, 5 * HOUR)
    assert len(news(told)) == 4
    bodies = [update["body"] for update in shown(told, one)["incident_updates"]]
    assert bodies[0] == "The scheduled maintenance has been completed."
    assert "currently in progress" in bodies[1]


def test_the_page_shows_each_step_but_no_reminder(told: SteppedSystem) -> None:
    plan(told, **BY_ITSELF)
    live(told, 18 * HOUR)
    answer = told.http("GET", "/api/v2/scheduled-maintenances/active.json")
    (one,) = answer.json["scheduled_maintenances"]
    assert [update["status"] for update in one["incident_updates"]] == ["in_progress", "scheduled"]
    assert one["components"][0]["status"] == "under_maintenance"


def test_by_hand_its_components_go_along_too(told: SteppedSystem) -> None:
    one = plan(told, **{**BY_ITSELF, "scheduled_auto_in_progress": False})
    live(told, 19 * HOUR)
    assert shown(told, one)["status"] == "scheduled"
    change(told, one, status="in_progress")
    assert api(told) == "under_maintenance"
    change(told, one, status="verifying")
    assert api(told) == "under_maintenance"
    change(told, one, status="completed", components={"svc_api": "partial_outage"})
    assert api(told) == "partial_outage", "what an operator says comes first"
    assert news(told) == [
        "Maintenance scheduled: Disks",
        "Reminder: Disks",
        "Maintenance started: Disks",
        "Maintenance verifying: Disks",
        "Maintenance completed: Disks",
    ]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, ["started", "completed"]),
        (False, None, ["completed"]),
        (True, False, ["started"]),
        (False, False, []),
    ],
)
def test_whether_the_clock_tells_of_its_doings(
    told: SteppedSystem, start: bool | None, end: bool | None, expected: list[str]
) -> None:
    one = plan(
        told,
        **{**BY_ITSELF, "scheduled_remind_prior": False},
        auto_transition_deliver_notifications_at_start=start,
        auto_transition_deliver_notifications_at_end=end,
    )
    live(told, 21 * HOUR)
    assert shown(told, one)["status"] == "completed"
    assert news(told)[1:] == [f"Maintenance {what}: Disks" for what in expected]


def test_other_times_are_told_in_the_pages_words_and_zone(told: SteppedSystem) -> None:
    set_page(told, timezone="Europe/Berlin")
    one = plan(told, **BY_ITSELF)
    live(told, 17 * HOUR)
    later = {
        "scheduled_for": "2027-01-17T02:00:00Z",
        "scheduled_until": "2027-01-17T04:00:00Z",
    }
    assert change(told, one, **later).json["incident_updates"][0]["body"] == (
        "The maintenance was moved. It is now planned from Sun 17 Jan 03:00 CET to 05:00 CET."
    )
    change(told, one, **later)
    assert news(told)[1:] == ["Reminder: Disks", "Maintenance moved: Disks"]
    live(told, 23 * HOUR)
    assert news(told)[3:] == []
    live(told, HOUR)
    assert news(told)[3:] == ["Reminder: Disks"], "of the new time once more"
    live(told, HOUR)
    assert shown(told, one)["status"] == "in_progress"


def test_nobody_is_told_of_silent_changes(told: SteppedSystem) -> None:
    one = plan(told)
    moved = {"scheduled_until": "2027-01-16T05:00:00Z", "deliver_notifications": False}
    change(told, one, **moved)
    change(told, one, name="New disks")
    change(told, one, scheduled_remind_prior=False)
    update = shown(told, one)["incident_updates"][0]["id"]
    path = f"{V1}/incidents/{one}/incident_updates/{update}"
    assert told.operator("PATCH", path, {"incident_update": {"body": "Other."}}).status == 200
    run_on(told)
    assert news(told) == ["Maintenance scheduled: Disks"]
    assert shown(told, one)["scheduled_until"] == "2027-01-16T05:00:00.000Z"


def test_of_a_maintenance_of_the_past_nobody_hears(told: SteppedSystem) -> None:
    past = {"scheduled_for": "2027-01-10T02:00:00Z", "scheduled_until": "2027-01-10T04:00:00Z"}
    one = plan(told, **{**BY_ITSELF, **past}, backfilled=True, status="completed")
    change(told, one, scheduled_until="2027-01-10T05:00:00Z")
    live(told, HOUR)
    assert news(told) == []
    assert shown(told, one)["status"] == "completed"


@pytest.mark.parametrize(
    ("preferences", "expected"),
    [
        ({"preset": "all"}, 4),
        ({"maintenance": True}, 4),
        ({"maintenance": True, "severity_filter": ["critical"]}, 4),
        ({"maintenance": True, "resolutions": False}, 4),
        ({"maintenance": True, "services": ["svc_payments"]}, 0),
        ({"maintenance": True, "services": ["svc_api"]}, 4),
        ({"maintenance": False}, 0),
        ({"preset": "critical_only"}, 0),
    ],
)
def test_who_is_told_at_each_step(
    system: SteppedSystem, preferences: dict[str, Any], expected: int
) -> None:
    system.subscribe(preferences=preferences)
    plan(system, **BY_ITSELF)
    live(system, 21 * HOUR)
    assert len(news(system)) == expected


def test_a_reminder_comes_when_the_page_says(told: SteppedSystem) -> None:
    given = {"maintenance_reminder_minutes": 120}
    assert told.operator("PATCH", V1, given).json["maintenance_reminder_minutes"] == 120
    plan(told, **BY_ITSELF)
    live(told, 16 * HOUR)
    assert news(told)[1:] == ["Reminder: Disks"]


def test_a_clock_that_stood_still_tells_only_how_it_ended(told: SteppedSystem) -> None:
    one = plan(told, **BY_ITSELF)
    told.clock.shift(30 * HOUR)
    live(told, 120, step=60)
    assert shown(told, one)["status"] == "completed"
    assert news(told)[1:] == ["Maintenance completed: Disks"]


def test_two_ticks_of_a_minute_are_one(told: SteppedSystem) -> None:
    plan(told, **BY_ITSELF)
    told.clock.shift(18 * HOUR)
    assert [told.tick()["maintenances"] for _ in range(3)] == [1, 0, 0]
    run_on(told)
    assert news(told)[1:] == ["Maintenance started: Disks"]


def test_the_clock_gives_way_to_an_operator(told: SteppedSystem) -> None:
    """Who moved it in the same moment is not overruled."""
    one = plan(told, **BY_ITSELF)
    told.clock.shift(18 * HOUR)
    later = {
        "scheduled_for": "2027-01-17T02:00:00Z",
        "scheduled_until": "2027-01-17T04:00:00Z",
        "deliver_notifications": False,
    }

    def move() -> None:
        path = f"{V1}/incidents/{one}"
        assert told.operator("PATCH", path, {"incident": later}).status == 200

    def is_start(call: Call) -> bool:
        return call.function == "clock" and call.operation == "TransactWriteItems"

    with watched(told) as watch:
        watch.before = once(is_start, move)
        assert told.tick()["maintenances"] == 0
    live(told, 300, step=60)
    assert (shown(told, one)["status"], news(told)[1:]) == ("scheduled", [])


def test_times_are_by_the_subscribers_clock(told: SteppedSystem) -> None:
    set_page(told, templates={}, timezone="Europe/Berlin")
    told.subscribe("+15557654321", preferences={"preset": "all", "timezone": "Asia/Tokyo"})
    plan(told, **BY_ITSELF)
    live(told, 17 * HOUR)
    link = "https://status.example.test/"
    assert told.texts(PHONE)[-1] == (
        f"[Demo] Reminder: maintenance Sat 16 Jan 03:00 CET to 05:00 CET: Disks {link}"
    )
    assert told.texts("+15557654321")[-1] == (
        f"[Demo] Reminder: maintenance Sat 16 Jan 11:00 JST to 13:00 JST: Disks {link}"
    )
