"""Every call of the journeys of people, and of announcements to them, with every fault."""

from collections.abc import Callable

import pytest

from tests.faults.matrix import cells_of, goes_well, journeys_of, keeps_the_promises
from tests.faults.recording import Cell
from tests.faults.stage import Stage

GROUPS = (
    "announcements",
    "visitors",
    "statuspage_clients",
    "providers",
    "replies",
    "alerts",
)


@pytest.mark.parametrize("journey", journeys_of(*GROUPS))
def test_it_goes_well_without_a_fault(the_stage: Stage, journey: str) -> None:
    goes_well(the_stage, journey)


@pytest.mark.parametrize("cell", cells_of(*GROUPS))
def test_one_fault_breaks_no_promise(
    the_stage: Stage, cell: Cell, record_property: Callable[[str, object], None]
) -> None:
    record_property("cell", str(cell))
    keeps_the_promises(the_stage, cell)
