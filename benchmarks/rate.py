"""The rate that senders reach together over the configured one, under virtual time.

The floor is what no sender can do without: it sends one text at a time, so never more than one per
claim, create and record. At high rates that takes many senders, however slots are dealt out.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.simulated_senders import USUAL, SimulatedSenders

RATES = (1, 10, 100, 400)
SENDERS = (1, 4, 16)
SIZES: Sequence[Sequence[int]] = ((1,), (2,), (3,), (1, 3))
"""Segments of the texts; two where each other sender tells another update."""

LATENCY = sum(USUAL.twilio) / 2 + 2 * sum(USUAL.dynamodb) / 2
"""Seconds that one text takes at least, on average."""

MANY = (64,)
"""As many as reach the highest rate."""


def measure() -> Iterator[Mapping[str, Any]]:
    for rate in RATES:
        for senders in SENDERS + (MANY if rate == max(RATES) else ()):
            for sizes in SIZES:
                if senders >= len(sizes):
                    yield _line(rate, senders, sizes)


def _line(rate: int, senders: int, sizes: Sequence[int]) -> Mapping[str, Any]:
    simulation = SimulatedSenders(rate)
    simulation.run(senders, max(30, 200 * max(sizes) / rate), [(size,) for size in sizes])
    segments = sum(sizes) / len(sizes)
    floor = senders * segments / LATENCY
    whole = min(_in_whole_texts(size, rate) for size in sizes)
    return {
        "benchmark": "rate",
        "mps": rate,
        "senders": senders,
        "segments": " and ".join(map(str, sizes)),
        "segments_per_second": round(simulation.achieved(), 2),
        "floor": "one text at a time: claim, create and record",
        "floor_segments_per_second": round(floor, 2),
        "ratio": round(simulation.achieved() / rate, 3),
        "whole_texts_allow_ratio": round(whole / rate, 3),
        "senders_allow_ratio": round(min(1.0, floor / rate), 3),
        "fullest_second": simulation.fullest_second(),
        "row_writes_per_text": round(simulation.dynamodb.writes / len(simulation.sent), 2),
        "aim": {"ratio": [0.95, 1.0], "fullest_second_at_most": max(rate, *sizes)},
    }


def _in_whole_texts(size: int, rate: int) -> float:
    """Segments that a second holds in texts of that size; a larger text is alone."""
    return math.floor(rate / size) * size or rate
