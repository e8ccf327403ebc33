"""One test for each cell of the fault matrix; the files that hold them share out the journeys."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.faults.faults import Fault
from tests.faults.journey import JOURNEYS, Trial
from tests.faults.recording import Cell, recording
from tests.faults.stage import Stage


def cells_of(*groups: str) -> Sequence[Any]:
    """The cells of these groups of journeys that can be, each under its name."""
    return [
        pytest.param(cell, id=str(cell))
        for cell in recording().cells()
        if cell.journey.group in groups and not cell.reason
    ]


def journeys_of(*groups: str) -> Sequence[str]:
    """The names of their journeys."""
    return [one.name for one in JOURNEYS.values() if one.group in groups]


def goes_well(stage: Stage, name: str) -> None:
    """A journey without a fault keeps the promises."""
    broken = Trial(stage, JOURNEYS[name]).run()
    assert broken == [], f"{name}: {broken}"


def keeps_the_promises(stage: Stage, cell: Cell) -> None:
    """So does a journey with one fault; in disorder with each thing that may come too soon."""
    for then in cell.journey.then if cell.fault is Fault.REORDERED else (None,):
        trial = Trial(stage, cell.journey, cell.route, cell.fault, then)
        broken = trial.run()
        who = f", {then.__name__}" if then else ""
        assert broken == [], f"{cell.journey.name}{who}: {broken}"
        assert trial.struck, "the call was not made"
