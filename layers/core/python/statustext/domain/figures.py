"""What operators ask of many texts at once: how soon, how large, why not. Kept as counters, so that
nobody has to read the texts again; each counter is of a name, with what it is about behind a colon.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from statustext.domain.delivery import DeliveryStatus
from statustext.domain.prices import price_of

SEGMENTS, TOOK, ENDED, HELD, UNTIL = "segments", "took", "ended", "held", "until"
STEP = 1.1
"""Durations are counted in steps of ten percent, so that a quantile is five off at most."""
HOUR = 3600
ANNOUNCEMENT = "announcement"
BAD_ENDS = (DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED)


@dataclass(frozen=True)
class Standing:
    """What is known of one text: where it stands and why, the country and the segments it had once
    the carrier took it, how long it took from its publishing to the phone (None unless it is
    there), and until when it is held."""

    status: DeliveryStatus
    reason: str = ""
    country: str = ""
    segments: int = 0
    took: float | None = None
    until: float = 0.0


@dataclass
class Figures:
    """Sums over many texts: segments by country, durations by step, numbers by reason of what is
    held and of what did not arrive, and hours of the epoch in which what is held is due."""

    segments: Counter[str] = field(default_factory=Counter)
    took: Counter[int] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    until: Counter[int] = field(default_factory=Counter)


def counters(one: Standing) -> Counter[str]:
    """The counters that one text is in."""
    found: Counter[str] = Counter()
    if one.segments:
        found[f"{SEGMENTS}:{one.country}"] = one.segments
    if one.took is not None:
        found[f"{TOOK}:{_step(one.took)}"] = 1
    if one.status in BAD_ENDS:
        found[f"{ENDED}:{one.reason or one.status.value}"] = 1
    if one.status is DeliveryStatus.HELD:
        found[f"{HELD}:{one.reason}"] = 1
        found[f"{UNTIL}:{math.ceil(one.until / HOUR)}"] = 1
    return found


def figures(counts: Mapping[str, int]) -> Figures:
    """What the counters say together."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for name, number in counts.items():
        kind, _, what = name.partition(":")
        if number:
            sums[kind][what] += number
    return Figures(
        sums[SEGMENTS],
        Counter({int(step): number for step, number in sums[TOOK].items()}),
        sums[ENDED],
        sums[HELD],
        Counter({int(hour): number for hour, number in sums[UNTIL].items()}),
    )


def quantile(took: Mapping[int, int], share: float) -> float | None:
    """Seconds within which a share of the texts arrived; None where none did."""
    left = math.ceil(share * sum(took.values()))
    for step in sorted(+Counter(took)):
        left -= took[step]
        if left <= 0:
            return round(float(STEP ** (step - 0.5)), 1)
    return None


def cost(segments: Mapping[str, int], own: Mapping[str, float]) -> int:
    """What segments by country cost by today's prices, in millionths of a dollar."""
    return sum(number * price_of(country, own).micro_usd for country, number in segments.items())


def _step(seconds: float) -> int:
    return math.ceil(math.log(max(seconds, 1.0), STEP))
