"""The rate that functions reach together over the configured one, under virtual time.

The floor is what no sender can do without: the rate itself, in whole texts.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.simulated_senders import SimulatedSenders

BATCH = 25
"""Texts of one message, which one invocation works on."""


@dataclass(frozen=True)
class Case:
    """Functions at a rate, with texts of these sizes, two where each other function tells another
    update. Each invocation has `batch` texts, or with 0 always another."""

    mps: int
    functions: int
    sizes: Sequence[Sequence[int]] = ((1,),)
    batch: int = BATCH


ONES, TWOS, THREES = (1,), (2,), (3,)
CASES = (
    *(Case(mps, 1, batch=0) for mps in (1, 10, 100, 400)),
    *(Case(mps, 1, ((1, 2, 3),), batch=0) for mps in (3, 10, 100)),
    *(Case(mps, 1, ((1, 3),), batch=0) for mps in (3, 10, 100)),
    *(Case(mps, 2) for mps in (1, 10, 100)),
    *(Case(400, functions) for functions in (2, 3, 4)),
    *(Case(mps, 16) for mps in (1, 100)),
    *(Case(mps, 2, (sizes,)) for mps in (10, 100) for sizes in (TWOS, THREES, (1, 2, 3))),
    *(Case(mps, 2, (ONES, THREES)) for mps in (3, 10, 100)),
)


def measure() -> Iterator[Mapping[str, Any]]:
    return map(_line, CASES)


def _line(case: Case) -> Mapping[str, Any]:
    simulation = SimulatedSenders(case.mps)
    simulation.batch = case.batch
    largest = max(max(some) for some in case.sizes)
    simulation.run(case.functions, max(30, 200 * largest / case.mps), case.sizes)
    alike = {size for some in case.sizes for size in some}
    whole = _in_whole_texts(largest, case.mps) if len(alike) == 1 else case.mps
    return {
        "benchmark": "rate",
        "mps": case.mps,
        "functions": case.functions,
        "texts_of_an_invocation": case.batch or "always another",
        "segments": " and ".join("/".join(map(str, some)) for some in case.sizes),
        "segments_per_second": round(simulation.achieved(), 2),
        "ratio": round(simulation.achieved() / case.mps, 3),
        "whole_texts_allow_ratio": round(whole / case.mps, 3),
        "fullest_second": simulation.fullest_second(),
        "row_writes_per_text": round(simulation.dynamodb.writes / len(simulation.sent), 3),
        "aim": {
            "ratio": [0.95 if len(alike) == 1 else 0.94 if case.mps >= 100 else 0.92, 1.0],
            "fullest_second_at_most": max(case.mps, largest),
        },
    }


def _in_whole_texts(size: int, rate: int) -> float:
    """Segments that a second holds in texts of that size; a larger text is alone."""
    return math.floor(rate / size) * size or rate
