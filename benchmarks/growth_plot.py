"""`python -m benchmarks.growth_plot < lines > docs/growth.svg`: fan-out from 10³ to 10⁶, drawn.

Reads the JSON lines of `make bench-large`.
"""

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Line = Mapping[str, Any]
Point = tuple[float, float]

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 34, 40, 44
GAP = 20
PANEL = (WIDTH - GAP) / 2
COLOURS = ("#0b5cad", "#8a8a8a")
STYLE = "font: 12px system-ui, sans-serif; fill: #333"


def draw(lines: Iterable[Line]) -> str:
    """An SVG picture of two panels: rate beside its floor, and memory of one task."""
    told = sorted(
        (one for one in lines if one["benchmark"] == "fan_out"), key=lambda one: one["subscribers"]
    )
    rate = _panel(
        0,
        "Items per CPU second",
        {
            "fan-out": _points(told, "items_per_cpu_second"),
            "floor: raw loop": _points(told, "floor_items_per_cpu_second"),
        },
    )
    memory = _panel(
        PANEL + GAP,
        "Most megabytes in one task",
        {"fan-out": _points(told, "most_megabytes_in_a_task")},
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'style="{STYLE}" role="img" aria-label="Growth of the fan-out">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{rate}{memory}</svg>\n'
    )


def _points(lines: Sequence[Line], value: str) -> list[Point]:
    return [(math.log10(line["subscribers"]), float(line[value])) for line in lines]


def _panel(left: float, title: str, series: Mapping[str, Sequence[Point]]) -> str:
    """One panel: subscribers by powers of ten across, values from 0 up."""
    highest = _round_up(max(y for points in series.values() for _, y in points))
    xs = sorted({x for points in series.values() for x, _ in points})
    first, span = xs[0], max(xs[-1] - xs[0], 1.0)

    def place(point: Point) -> Point:
        x = left + LEFT + (point[0] - first) / span * (PANEL - LEFT - RIGHT)
        y = HEIGHT - BOTTOM - point[1] / highest * (HEIGHT - TOP - BOTTOM)
        return x, y

    parts = [_text(left + LEFT, 20, title, "start", "bold")]
    for step in range(5):
        value = highest * step / 4
        x, y = place((first, value))
        parts.append(f'<path d="M{x:.1f} {y:.1f}H{left + PANEL - RIGHT:.1f}" stroke="#ddd"/>\n')
        parts.append(_text(x - 8, y + 4, f"{value:,.0f}", "end"))
    for power in xs:
        x, y = place((power, 0))
        parts.append(_text(x, y + 18, f"{round(10**power):,}", "middle"))
    parts.append(_text(left + (PANEL + LEFT) / 2, HEIGHT - 8, "subscribers", "middle"))
    for number, (name, points) in enumerate(series.items()):
        parts.append(_line(name, [place(one) for one in points], COLOURS[number]))
    return "".join(parts)


def _line(name: str, places: Sequence[Point], colour: str) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places
    )
    x, y = places[-1]
    return (
        f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}\n'
        f'<text x="{x:.1f}" y="{y - 10:.1f}" text-anchor="end" fill="{colour}">{name}</text>\n'
    )


def _text(x: float, y: float, text: str, anchor: str, weight: str = "normal") -> str:
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {where} font-weight="{weight}">{text}</text>\n'


def _round_up(value: float) -> float:
    """The next number of one or two digits that four steps divide well."""
    unit: float = 10 ** math.floor(math.log10(value))
    return next(
        unit * step for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10) if unit * step >= value
    )


if __name__ == "__main__":
    sys.stdout.write(draw(json.loads(line) for line in sys.stdin if line.startswith("{")))
