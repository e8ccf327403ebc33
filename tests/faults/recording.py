"""The calls of all journeys, found by walking them once without a fault; and the matrix of cells.

cell = one way that a function reaches a call × one fault
"""

import contextlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tests.faults.at_rest import Rows
from tests.faults.calls import Call, Route, Step
from tests.faults.faults import Fault, why_not
from tests.faults.journey import JOURNEYS, Journey, Trial
from tests.faults.journeys import GROUPS
from tests.faults.stage import stage

SHOWN_STEPS = 4


@dataclass(frozen=True)
class Cell:
    """One call and one fault. `reason` says why the fault cannot strike it, where it cannot."""

    name: str
    route: Route
    journey: Journey
    fault: Fault
    reason: str

    def __str__(self) -> str:
        return f"{self.name}-{self.fault.value.replace(' ', '_')}"


@dataclass(frozen=True)
class Recording:
    """`seen` are the routes of each journey, with the key of the row that the first was about;
    `written_together` the keys of all rows that were ever in a transaction, `rows` what all held.
    """

    seen: Mapping[str, Mapping[Route, str]]
    steps: frozenset[Step]
    written_together: frozenset[str]
    rows: Rows

    def cells(self) -> list[Cell]:
        """All of them; each route on the first journey that takes it."""
        found: list[Cell] = []
        known: set[Route] = set()
        names: Counter[str] = Counter()
        for name, routes in self.seen.items():
            for route, key in routes.items():
                if route in known:
                    continue
                known.add(route)
                shown = name_of(route)
                names[shown] += 1
                number = f"({names[shown]})" if names[shown] > 1 else ""
                found += [
                    Cell(
                        shown + number,
                        route,
                        JOURNEYS[name],
                        fault,
                        why_not(fault, route.operation, key),
                    )
                    for fault in Fault
                ]
        return found


def name_of(route: Route) -> str:
    """ "sender create _claim>_send>TwilioGateway.send": the last steps to the call."""
    names = [step.function.replace("handler.<locals>.", "") for step in route.steps]
    own = [name for name in names if name not in ("handler", "resolve", "each_message")]
    return f"{route.function} {route.operation} {'>'.join(own[-SHOWN_STEPS:])}"


@cache
def recording() -> Recording:
    """Made once, when tests are collected. A journey that goes wrong has its own failing test."""
    assert GROUPS
    seen: dict[str, Mapping[Route, str]] = {}
    written: set[str] = set()
    rows = Rows()

    def note(call: Call) -> None:
        for member in call.params.get("TransactItems", ()):
            ((_, one),) = member.items()
            row = one.get("Item") or one["Key"]
            written.add(row["pk"]["S"])

    with stage() as a_stage, rows.seeing_addresses():
        for journey in JOURNEYS.values():
            trial = Trial(a_stage, journey, note=note, committed=rows.note)
            with contextlib.suppress(Exception):
                trial.run()
            seen[journey.name] = dict(trial.seen)
    steps = {step for routes in seen.values() for route in routes for step in route.steps}
    return Recording(seen, frozenset(steps), frozenset(written), rows)
