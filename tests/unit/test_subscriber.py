"""Whether one update is for one subscriber, and how it is told."""

from collections.abc import Mapping
from typing import Any

import pytest

from statustext.adapters.claims import claim
from statustext.domain.incident import Impact, Incident, Status, Update, event_of
from statustext.domain.subscriber import (
    PRESETS,
    Preferences,
    State,
    Subscriber,
    concerns,
    event_for,
)
from statustext.domain.templates import Event
from statustext.domain.thread import Thread, begin


def incident(**given: Any) -> Incident:
    made: dict[str, Any] = {
        "id": "0frwxtbsbr91",
        "page": "default",
        "name": "API is down",
        "status": Status.INVESTIGATING,
        "impact": Impact.MAJOR,
        "component_ids": ("api",),
        "newest_seq": 1,
        "announced_seq": 1,
        "created_at": 0.0,
        "updated_at": 0.0,
        **given,
    }
    return Incident(**made)


def update(one: Incident, seq: int = 1) -> Update:
    return Update(one.id, seq, one.status, event_of(one.status, seq), "", True, 0.0)


def thread(told: str, at: float) -> Thread:
    """How an incident was told so far; "" where it was only kept out."""
    return begin(1, at).claim(told, "a text", at).arrive() if told else begin(1, at)


def somebody(preferences: Preferences | None = None, told: str | None = None) -> Subscriber:
    """`told` is how the incident was told so far; "" where it was only kept out."""
    return Subscriber(
        "sub_1",
        "default",
        "+15551234567",
        State.ACTIVE,
        0.0,
        preferences or Preferences(),
        threads={} if told is None else {"0frwxtbsbr91": thread(told, 0.0)},
    )


@pytest.mark.parametrize(
    ("given", "about", "is_wanted"),
    [
        ({}, {}, True),
        ({"severity_filter": (Impact.CRITICAL,)}, {}, False),
        ({"severity_filter": (Impact.CRITICAL, Impact.MAJOR)}, {}, True),
        ({"severity_filter": ()}, {}, False),
        ({"services": ("api",)}, {}, True),
        ({"services": ("payments",)}, {}, False),
        ({"services": ("payments", "api")}, {}, True),
        ({"services": ("payments",)}, {"component_ids": ()}, True),  # it may be everything
        ({"services": ("payments",)}, {"component_ids": ("api", "payments")}, True),
        ({"severity_filter": (Impact.CRITICAL,)}, {"impact_override": Impact.MAINTENANCE}, True),
        ({"services": ("payments",)}, {"impact_override": Impact.MAINTENANCE}, False),
    ],
)
def test_impacts_and_components(
    given: Mapping[str, Any], about: Mapping[str, Any], is_wanted: bool
) -> None:
    assert concerns(Preferences(**given), incident(**about)) is is_wanted


@pytest.mark.parametrize(
    ("given", "told", "status", "seq", "event"),
    [
        # The opening, for those who want openings.
        ({}, None, Status.INVESTIGATING, 1, Event.CREATED),
        ({"new_incidents": False}, None, Status.INVESTIGATING, 1, None),
        # Updates, for those who want updates and were told of the incident.
        ({}, "created", Status.IDENTIFIED, 2, None),
        ({"updates": True}, "created", Status.IDENTIFIED, 2, Event.UPDATED),
        ({"updates": True, "new_incidents": False}, None, Status.IDENTIFIED, 2, None),
        # An opening that was overtaken, or a person who is new, hears of it as an opening.
        ({}, None, Status.IDENTIFIED, 2, Event.CREATED),
        ({"updates": True}, None, Status.IDENTIFIED, 2, Event.CREATED),
        # The end, for those who were told, or asked for every end.
        ({}, "created", Status.RESOLVED, 2, Event.RESOLVED),
        ({"resolutions": False}, "created", Status.RESOLVED, 2, None),
        ({}, None, Status.RESOLVED, 2, None),
        ({}, "", Status.RESOLVED, 2, None),
        ({"all_resolutions": True}, None, Status.RESOLVED, 2, Event.RESOLVED),
        ({"all_resolutions": True, "resolutions": False}, None, Status.RESOLVED, 2, None),
        ({"severity_filter": (Impact.CRITICAL,), "all_resolutions": True}, None, Status.RESOLVED, 2,
         None),
        ({"severity_filter": (Impact.CRITICAL,)}, "created", Status.RESOLVED, 2, Event.RESOLVED),
        ({}, None, Status.POSTMORTEM, 3, None),
        ({"updates": True}, "created", Status.POSTMORTEM, 3, Event.RESOLVED),
    ],
)  # fmt: skip
def test_incidents(
    given: Mapping[str, Any], told: str | None, status: Status, seq: int, event: Event | None
) -> None:
    one = incident(status=status)
    assert event_for(somebody(Preferences(**given), told), one, update(one, seq)) is event


@pytest.mark.parametrize(
    ("status", "seq", "event"),
    [
        (Status.SCHEDULED, 1, Event.MAINTENANCE_SCHEDULED),
        (Status.IN_PROGRESS, 2, Event.MAINTENANCE_STARTED),
        (Status.COMPLETED, 3, Event.MAINTENANCE_COMPLETED),
    ],
)
def test_maintenances_are_for_those_who_ask(status: Status, seq: int, event: Event) -> None:
    one = incident(status=status, impact=Impact.MAINTENANCE)
    told = "maintenance_scheduled" if seq > 1 else None
    wanting = Preferences(maintenance=True)
    assert event_for(somebody(wanting, told), one, update(one, seq)) is event
    assert event_for(somebody(Preferences(), told), one, update(one, seq)) is None


def test_the_defaults() -> None:
    """DESIGN: all impacts, all components, openings and ends; no updates, no maintenance."""
    assert Preferences() == Preferences(
        severity_filter=tuple(Impact),
        services=(),
        new_incidents=True,
        updates=False,
        resolutions=True,
        maintenance=False,
        all_resolutions=False,
    )


def test_the_presets() -> None:
    assert set(PRESETS) == {"all", "critical_only"}
    every, critical = PRESETS["all"], PRESETS["critical_only"]
    assert (every.updates, every.maintenance, every.services) == (True, True, ())
    assert set(every.severity_filter) == set(Impact)
    assert critical.severity_filter == (Impact.CRITICAL,)


DAY = 24 * 3600.0


def forgotten(threads: dict[str, Thread]) -> set[str]:
    """Which incidents a claim of another one drops from the row."""
    someone = Subscriber("sub_x", "default", "+15550000001", State.ACTIVE, 0.0, threads=threads)
    write = claim(someone, {"new": thread("created", 30 * DAY)})
    return {name for short, name in write.names.items() if short.startswith("old")}


@pytest.mark.parametrize(
    ("count", "event", "age", "dropped"),
    [
        (30, "resolved", 3 * DAY, 0),
        (31, "resolved", 3 * DAY, 1),
        (35, "", 3 * DAY, 5),
        (35, "resolved", 0.5 * DAY, 0),  # a message of it may still come
        (35, "created", 3 * DAY, 0),  # its end is still to be told
        (61, "created", 3 * DAY, 1),
    ],
)
def test_what_a_row_forgets(count: int, event: str, age: float, dropped: int) -> None:
    threads = {f"i{n:02d}": thread(event, 30 * DAY - age + n) for n in range(count)}
    assert forgotten(threads) == {f"i{n:02d}" for n in range(dropped)}


def test_what_is_held_is_never_forgotten() -> None:
    threads = {f"i{n:02d}": begin(1, float(n)).hold(1.0) for n in range(70)}
    assert forgotten(threads) == set()
