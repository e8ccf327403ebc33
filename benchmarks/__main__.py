"""Prints one JSON object a line: what was measured, its floor, their ratio, and the aim.

`python -m benchmarks` takes a minute or two of an idle machine, `python -m benchmarks large` ten; a
benchmark's name instead (`python -m benchmarks sender`) does that one only.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks import (
    bill,
    fan_out,
    first_paint,
    imports,
    journey,
    latency,
    local_run,
    on_the_way,
    rare,
    rate,
    sender,
    standing,
    status_page,
)

Line = Mapping[str, Any]


def journey_and_bill(texts: int) -> Iterator[Line]:
    counted = list(journey.measure(texts))
    yield from counted
    (throttle,) = (
        line["row_writes_per_text"]
        for line in rate.measure()
        if (line["mps"], line["functions"], line["segments"]) == (bill.MPS, bill.SENDERS, "1")
    )
    yield from bill.reckon(counted, throttle)


def growth(most: int) -> Iterator[Line]:
    count = 1_000
    while count <= most:
        yield from fan_out.measure(count)
        count *= 10


QUICK: Mapping[str, Callable[[], Iterator[Line]]] = {
    "import": imports.measure,
    "fan_out": lambda: growth(10_000),
    "rare": lambda: rare.measure(10_000, 20),
    "sender": lambda: sender.measure(1_000),
    "rate": rate.measure,
    "on_the_way": on_the_way.measure,
    "local_run": local_run.measure,
    "journey": lambda: journey_and_bill(500),
    "standing": lambda: standing.measure(5_000),
    "status_page": status_page.measure,
}
LARGE: Mapping[str, Callable[[], Iterator[Line]]] = {
    "fan_out": lambda: growth(1_000_000),
    "rare": lambda: rare.measure(1_000_000, 100),
    "first_paint": first_paint.measure,
    "latency": latency.measure,
    "local_run_many": local_run.measure_many,
    "latency_behind_many": latency.measure_behind_many,
    "standing": lambda: standing.measure(100_000),
}


def chosen(asked: list[str]) -> dict[str, Callable[[], Iterator[Line]]]:
    match asked:
        case []:
            return {**QUICK}
        case ["large"]:
            return {**QUICK, **LARGE}
        case [name] if name in QUICK or name in LARGE:
            return {name: QUICK.get(name) or LARGE[name]}
    names = ", ".join(sorted({"large", *QUICK, *LARGE}))
    sys.exit(f"Name one of {names}, or nothing.")


for measure in chosen(sys.argv[1:]).values():
    for line in measure():
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
