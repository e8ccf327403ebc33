"""Prints one JSON object a line: what was measured, its floor, their ratio, and the aim."""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks import fan_out, imports, rate, sender

Line = Mapping[str, Any]


def lines() -> Iterator[Line]:
    yield from imports.measure()
    yield from fan_out.measure(10_000)
    yield from sender.measure(1_000)
    yield from rate.measure()


for line in lines():
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
