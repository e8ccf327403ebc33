"""The status of a page and the impact of an incident, against what Statuspage served."""

import json
from pathlib import Path
from typing import Any

import pytest

from statustext.domain.blend import (
    blended_impact,
    group_status,
    incident_impact,
    page_status,
)
from statustext.domain.component import ComponentStatus
from statustext.domain.incident import MAINTENANCE, Impact, Status

RECORDED = Path(__file__).parents[1] / "statuspage" / "recorded"
COMPLETE = ["github-2019-12-30", "github-2020-04-02", "discord-2022-02-15"]
"""Summaries whose components are all there. The one of HTX was cut to one component."""

OK, CARE, SLOW, PART, DOWN = (
    ComponentStatus.OPERATIONAL,
    ComponentStatus.UNDER_MAINTENANCE,
    ComponentStatus.DEGRADED_PERFORMANCE,
    ComponentStatus.PARTIAL_OUTAGE,
    ComponentStatus.MAJOR_OUTAGE,
)


def recorded(name: str) -> Any:
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


def states(components: Any, field: str = "status") -> list[ComponentStatus]:
    return [ComponentStatus(one[field]) for one in components if not one.get("group")]


@pytest.mark.parametrize("name", COMPLETE)
def test_a_recorded_page_has_the_status_of_its_components(name: str) -> None:
    summary = recorded(f"{name}.summary.json")
    found = page_status(states(summary["components"]))
    told = {"indicator": found.indicator.value, "description": found.description}
    assert told == summary["status"]


def test_a_recorded_incident_has_the_worst_impact_of_its_updates() -> None:
    checked = 0
    for incident in recorded("github-2024-09-17.incidents.json")["incidents"]:
        steps = [one["affected_components"] for one in incident["incident_updates"]]
        impacts = [blended_impact(states(one, "new_status")).value for one in steps if one]
        if impacts:
            ranked = ["none", "minor", "major", "critical"]
            assert max(impacts, key=ranked.index) == incident["impact"]
            checked += 1
    assert checked == 1


def test_a_recorded_incident_comes_to_its_impact_step_by_step() -> None:
    """Its components, as each update left them, and the impact kept at its worst."""
    incident = recorded("github-2024-09-17.incidents.json")["incidents"][0]
    now: dict[str, ComponentStatus] = {}
    impact = Impact.NONE
    for update in reversed(incident["incident_updates"]):
        of = update["affected_components"]
        now |= {one["code"]: ComponentStatus(one["new_status"]) for one in of}
        if update["status"] != "resolved":
            impact = incident_impact(impact, Status.INVESTIGATING, now.values())
            assert impact.value == incident["impact"]


@pytest.mark.parametrize("status", sorted(MAINTENANCE))
def test_a_maintenance_has_an_impact_of_its_own(status: Status) -> None:
    assert incident_impact(Impact.NONE, status, [DOWN]) is Impact.MAINTENANCE


@pytest.mark.parametrize(
    ("before", "states", "impact"),
    [
        (Impact.NONE, [], Impact.NONE),
        (Impact.NONE, [CARE], Impact.MAINTENANCE),
        (Impact.MINOR, [CARE], Impact.MINOR),
        (Impact.MAINTENANCE, [SLOW], Impact.MINOR),
        (Impact.CRITICAL, [SLOW], Impact.CRITICAL),
        (Impact.MINOR, [PART, OK], Impact.MINOR),
        (Impact.MINOR, [PART], Impact.MAJOR),
    ],
)
def test_an_impact_never_falls(
    before: Impact, states: list[ComponentStatus], impact: Impact
) -> None:
    assert incident_impact(before, Status.INVESTIGATING, states) is impact


def test_a_page_of_478_components_as_cloudflares_was() -> None:
    """Counts noted on 2026-05-16: 416 operational, 36 partial, 22 under maintenance, 4 degraded."""
    found = page_status([OK] * 416 + [PART] * 36 + [CARE] * 22 + [SLOW] * 4)
    assert (found.indicator, found.description) == (Impact.MINOR, "Minor Service Outage")


@pytest.mark.parametrize(
    ("components", "indicator", "description"),
    [
        ([], "none", "All Systems Operational"),
        ([OK, OK], "none", "All Systems Operational"),
        ([DOWN], "critical", "Major System Outage"),
        ([DOWN, DOWN], "critical", "Major System Outage"),
        ([DOWN, PART], "major", "Partial System Outage"),
        ([DOWN, OK], "major", "Partial System Outage"),
        ([PART], "major", "Partial System Outage"),
        ([PART, PART], "major", "Partial System Outage"),
        ([PART, OK], "minor", "Minor Service Outage"),
        ([PART, SLOW], "minor", "Minor Service Outage"),
        ([SLOW, SLOW], "minor", "Degraded System Service"),
        ([SLOW], "minor", "Partially Degraded Service"),
        ([SLOW, OK], "minor", "Partially Degraded Service"),
        ([SLOW, CARE], "minor", "Partially Degraded Service"),
        ([CARE, OK], "maintenance", "Service Under Maintenance"),
        ([CARE], "maintenance", "Service Under Maintenance"),
    ],
)
def test_the_rule(components: list[ComponentStatus], indicator: str, description: str) -> None:
    found = page_status(components)
    assert (found.indicator.value, found.description) == (indicator, description)


def test_a_group_shows_its_worst_component() -> None:
    assert group_status([OK, CARE]) is CARE
    assert group_status([SLOW, DOWN, PART]) is DOWN
    assert group_status([]) is OK
