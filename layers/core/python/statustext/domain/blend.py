"""How bad a page, or an incident, is: the blend of the states of its components.

Atlassian publishes no definition. The rule is what the status of every complete summary.json on
record follows (tests/statuspage/recorded). Groups do not count, the components in them do.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from statustext.domain.component import ComponentStatus
from statustext.domain.incident import MAINTENANCE, Impact, Status

OPERATIONAL = "All Systems Operational"


@dataclass(frozen=True)
class PageStatus:
    """`status` of summary.json: `indicator` for machines, `description` for people."""

    indicator: Impact
    description: str


def page_status(statuses: Iterable[ComponentStatus]) -> PageStatus:
    """The status of a page that has components in these states; none is operational."""
    states = list(statuses)
    kinds = set(states)
    if kinds == {ComponentStatus.MAJOR_OUTAGE}:
        return PageStatus(Impact.CRITICAL, "Major System Outage")
    if ComponentStatus.MAJOR_OUTAGE in kinds or kinds == {ComponentStatus.PARTIAL_OUTAGE}:
        return PageStatus(Impact.MAJOR, "Partial System Outage")
    if ComponentStatus.PARTIAL_OUTAGE in kinds:
        return PageStatus(Impact.MINOR, "Minor Service Outage")
    if kinds == {ComponentStatus.DEGRADED_PERFORMANCE} and len(states) > 1:
        return PageStatus(Impact.MINOR, "Degraded System Service")
    if ComponentStatus.DEGRADED_PERFORMANCE in kinds:
        return PageStatus(Impact.MINOR, "Partially Degraded Service")
    if ComponentStatus.UNDER_MAINTENANCE in kinds:
        return PageStatus(Impact.MAINTENANCE, "Service Under Maintenance")
    return PageStatus(Impact.NONE, OPERATIONAL)


def blended_impact(statuses: Iterable[ComponentStatus]) -> Impact:
    """The impact of an incident whose affected components are in these states."""
    return page_status(statuses).indicator


def incident_impact(before: Impact, status: Status, states: Iterable[ComponentStatus]) -> Impact:
    """The impact of an incident that had one `before`, and whose components are in these states
    now: it never falls. A maintenance that is not over has its own."""
    if status in MAINTENANCE:
        return Impact.MAINTENANCE
    return max(before, blended_impact(states), key=RISING.index)


def group_status(statuses: Iterable[ComponentStatus]) -> ComponentStatus:
    """The state a group shows: that of its worst component; operational without one."""
    return max(statuses, key=BY_WEIGHT.index, default=ComponentStatus.OPERATIONAL)


RISING = (Impact.NONE, Impact.MAINTENANCE, Impact.MINOR, Impact.MAJOR, Impact.CRITICAL)
BY_WEIGHT = (
    ComponentStatus.OPERATIONAL,
    ComponentStatus.UNDER_MAINTENANCE,
    ComponentStatus.DEGRADED_PERFORMANCE,
    ComponentStatus.PARTIAL_OUTAGE,
    ComponentStatus.MAJOR_OUTAGE,
)
"""From best to worst."""
