"""Components: the parts of a page that can break, and the groups they stand in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class ComponentStatus(StrEnum):
    """The state of a component; Statuspage's words."""

    OPERATIONAL = "operational"
    DEGRADED_PERFORMANCE = "degraded_performance"
    PARTIAL_OUTAGE = "partial_outage"
    MAJOR_OUTAGE = "major_outage"
    UNDER_MAINTENANCE = "under_maintenance"


@dataclass(frozen=True)
class Component:
    """A part of the page. `id` is 12 characters [a-z0-9], `key` the operator's own word for it.

    `position` orders it within its group, or on the page among groups and components without one.
    `start_date` (YYYY-MM-DD) is since when its uptime counts, where an operator set it.
    """

    id: str
    key: str
    name: str
    status: ComponentStatus = ComponentStatus.OPERATIONAL
    description: str = ""
    group_id: str | None = None
    position: int = 1
    showcase: bool = False
    start_date: str | None = None
    only_show_if_degraded: bool = False
    created_at: float = 0.0
    updated_at: float = 0.0


@dataclass(frozen=True)
class ComponentGroup:
    """A heading on the page. The components in it name it as their `group_id`."""

    id: str
    name: str
    description: str = ""
    position: int = 1
    created_at: float = 0.0
    updated_at: float = 0.0


@dataclass(frozen=True)
class StateChange:
    """Components that changed their state at one moment: old and new state by component's id.

    `incident` is what changed them, or None for an operator's change of the component itself. A
    page's changes in order are what the uptime of every component is computed from.
    """

    at: float
    changes: Mapping[str, tuple[ComponentStatus, ComponentStatus]]
    incident: str | None = None


def next_position(
    components: Sequence[Component], groups: Sequence[ComponentGroup], group_id: str | None
) -> int:
    """The position behind all that stands in a group, or on the page itself for None."""
    taken = [one.position for one in components if one.group_id == group_id]
    taken += [] if group_id else [one.position for one in groups]
    return max(taken, default=0) + 1
