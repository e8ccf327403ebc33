"""What operators and people do, and how time passes, in tests of the delivery engine."""

from typing import Any

from local.configuration import FAKE_FROM
from statustext.adapters.pages import change_settings
from statustext.domain.subscriber import Preferences
from tests.functional.engine import change_quietly, open_quietly, run_on
from tests.stepped import START, SteppedSystem

INCIDENTS = "/v1/pages/default/incidents"
OPENING, END = "[Demo] Critical incident: API is down", "[Demo] Resolved: API is down"

NEW_YORK = Preferences(updates=True, timezone="America/New_York")
"""It is 03:00 there when these tests begin; the quiet hours end five hours later."""

HOUR = 3600
TIERS = [[1, 60], [5, 900], [11, 3600], [21, 10800]]


def set_page(system: SteppedSystem, **changes: Any) -> None:
    system.table.write(change_settings("default", changes))
    system.stream_records()


def live(system: SteppedSystem, seconds: float, step: float = 60) -> None:
    """Let time pass with the clock ticking at every step, a function's death being its own."""
    end = system.now + seconds
    while system.now < end:
        system.clock.shift(min(step, end - system.now))
        system.tick()
        run_on(system)


def until_morning(night: SteppedSystem) -> None:
    """The rest of the quiet hours in New York, and half an hour more."""
    live(night, START + 5 * HOUR - night.now, step=600)
    live(night, 1800, step=200)


def minor(system: SteppedSystem, name: str = "API is down") -> str:
    incident = open_quietly(system, name, impact_override="minor")
    run_on(system)
    return incident


def say(system: SteppedSystem, phone: str, word: str) -> None:
    system.twilio.reply(phone, word, system.now, FAKE_FROM)
    run_on(system)


def opened(system: SteppedSystem, name: str = "API is down", **more: Any) -> str:
    incident = open_quietly(system, name, **more)
    run_on(system)
    return incident


def change(system: SteppedSystem, incident: str, **changes: Any) -> None:
    change_quietly(system, incident, **changes)
    run_on(system)


def progress(system: SteppedSystem, incident: str, seq: int = 1) -> dict[str, Any]:
    """What an operator reads of an update."""
    updates = system.operator("GET", f"{INCIDENTS}/{incident}").json["incident_updates"]
    return dict(updates[-seq]["progress"])


def recall(system: SteppedSystem, incident: str, seq: int = 1) -> int:
    return system.operator("POST", f"{INCIDENTS}/{incident}/updates/{seq}/recall").status
