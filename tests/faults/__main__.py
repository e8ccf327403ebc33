"""Prints the fault matrix: `make fault-matrix`. Fails where a promise is broken."""

import contextlib
import io
import string
import sys
from collections import Counter
from itertools import groupby

from tests.faults.faults import Fault
from tests.faults.matrix import keeps_the_promises
from tests.faults.recording import Cell, recording
from tests.faults.stage import Stage, stage

KEPT, BROKEN = ".", "X"
WIDTH = 96


def main() -> int:
    """The table, the broken cells with what they broke, the counts."""
    cells = recording().cells()
    reasons = {
        reason: letter
        for letter, reason in zip(
            string.ascii_lowercase, dict.fromkeys(c.reason for c in cells if c.reason), strict=False
        )
    }
    _print_head()
    broken: dict[Cell, str] = {}
    with stage() as a_stage:
        for name, some in groupby(cells, key=lambda cell: cell.name):
            row = list(some)
            marks = [reasons.get(cell.reason) or _try(a_stage, cell, broken) for cell in row]
            _say(f"{name:{WIDTH}.{WIDTH}}  {'  '.join(marks)}  {row[0].journey.name}")
    _print_end(cells, reasons, broken)
    return 1 if broken else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _print_head() -> None:
    for number, fault in enumerate(Fault):
        _say(" " * WIDTH + "  " + "|  " * number + fault.value)


def _try(a_stage: Stage, cell: Cell, broken: dict[Cell, str]) -> str:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            keeps_the_promises(a_stage, cell)
    except AssertionError as error:
        broken[cell] = str(error).partition("\nassert")[0]
        return BROKEN
    return KEPT


def _print_end(cells: list[Cell], reasons: dict[str, str], broken: dict[Cell, str]) -> None:
    _say("")
    for cell, what in broken.items():
        _say(f"{BROKEN} {cell}: {what}")
    counts = Counter(cell.reason for cell in cells)
    calls = len({cell.route for cell in cells})
    _say(f"{calls} calls x {len(Fault)} faults = {len(cells)} cells")
    _say(f"{KEPT} {counts[''] - len(broken)} tried, and every promise kept")
    _say(f"{BROKEN} {len(broken)} tried, and a promise broken")
    for reason, letter in reasons.items():
        _say(f"{letter} {counts[reason]} cannot be: {reason}")


if __name__ == "__main__":
    sys.exit(main())
