"""The documents of the public API v2, cut out of a page's snapshot.

https://support.atlassian.com/statuspage/docs/what-are-the-different-apis-under-statuspage/
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from statustext.domain.blend import page_status
from statustext.domain.component import ComponentStatus
from statustext.flows.showing_publicly.statuspage_v2 import Shape

MOST = 50
"""Incidents or maintenances in a list, besides those that are not over."""

OVER = frozenset({"resolved", "postmortem", "completed"})
UNDER_WAY = frozenset({"in_progress", "verifying"})


@dataclass(frozen=True)
class Snapshot:
    """A page's public state. Incidents and maintenances are newest first, their `components` ids.

    `editions` are those of the rows that the incidents were made of. `changes` are component states
    of the last 90 days in order: the moment, and old and new state by component's id.
    `countries` are those whose numbers may subscribe, `modes` the ways on offer to be told,
    `words` the page's own, by language,
    and `look` its brand as its row has it.
    """

    page: Shape
    components: Sequence[Shape]
    incidents: Sequence[Shape]
    maintenances: Sequence[Shape]
    editions: Mapping[str, int] = field(default_factory=dict)
    changes: Sequence[tuple[float, Mapping[str, Sequence[str]]]] = ()
    countries: Sequence[str] = ()
    modes: Sequence[str] = ("sms",)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    look: Shape = field(default_factory=dict)

    @property
    def leaves(self) -> list[Shape]:
        """The components without the groups."""
        return [one for one in self.components if not one["group"]]

    @property
    def status(self) -> Shape:
        """The blend of all components, as it stands in `summary.json`."""
        found = page_status(ComponentStatus(one["status"]) for one in self.leaves)
        return {"indicator": found.indicator.value, "description": found.description}


def is_over(one: Shape) -> bool:
    return one["status"] in OVER


def whole(one: Shape, components: Mapping[str, Shape]) -> Shape:
    """An incident with its components in full; those that are no more are left out."""
    known = [components[name] for name in one["components"] if name in components]
    return {**one, "components": known}


def _recent(found: Sequence[Shape]) -> list[Shape]:
    recent = {one["id"] for one in found[:MOST]}
    return [one for one in found if one["id"] in recent or not is_over(one)]


def _summary(taken: Snapshot) -> dict[str, Any]:
    return {
        "page": taken.page,
        "components": list(taken.components),
        "incidents": _in_full(taken, (one for one in taken.incidents if not is_over(one))),
        "scheduled_maintenances": _in_full(
            taken, (one for one in taken.maintenances if not is_over(one))
        ),
        "status": taken.status,
    }


def _incidents(taken: Snapshot, chosen: Iterable[Shape]) -> dict[str, Any]:
    return {"page": taken.page, "incidents": _in_full(taken, chosen)}


def _maintenances(taken: Snapshot, chosen: Iterable[Shape]) -> dict[str, Any]:
    return {"page": taken.page, "scheduled_maintenances": _in_full(taken, chosen)}


def _in_full(taken: Snapshot, chosen: Iterable[Shape]) -> list[Shape]:
    known = {one["id"]: one for one in taken.leaves}
    return [whole(one, known) for one in chosen]


DOCUMENTS: Mapping[str, Callable[[Snapshot], dict[str, Any]]] = {
    "summary": _summary,
    "status": lambda taken: {"page": taken.page, "status": taken.status},
    "components": lambda taken: {"page": taken.page, "components": list(taken.components)},
    "incidents": lambda taken: _incidents(taken, _recent(taken.incidents)),
    "incidents/unresolved": lambda taken: _incidents(
        taken, (one for one in taken.incidents if not is_over(one))
    ),
    "incidents/resolved": lambda taken: _incidents(
        taken, [one for one in taken.incidents if is_over(one)][:MOST]
    ),
    "scheduled-maintenances": lambda taken: _maintenances(taken, _recent(taken.maintenances)),
    "scheduled-maintenances/upcoming": lambda taken: _maintenances(
        taken, (one for one in taken.maintenances if one["status"] == "scheduled")
    ),
    "scheduled-maintenances/active": lambda taken: _maintenances(
        taken, (one for one in taken.maintenances if one["status"] in UNDER_WAY)
    ),
}
"""By path below /api/v2, without `.json`."""
