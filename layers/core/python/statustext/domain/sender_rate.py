"""The shared throttle: a generic cell rate algorithm (ITU-T I.371), exact for texts of any size.

A text's segments all leave at once. So one number, the moment at which the next text may leave (the
theoretical arrival time, TAT), is not enough: texts of 1 and 3 segments in turn would crowd. Three
rules keep every second. Let C be the segments it may hold, W = MARGIN seconds, and I = W / C.

1. Texts of k segments behind each other are W / floor(C / k) apart: W seconds hold C at most. So
   every text is followed by k * I at least.
2. A text behind one of another size first leaves a gap of (k - 1) * I. Proof: let texts i to j, of
   several sizes, the last one's k, be more than C together. All but the last are followed by their
   own I's, and the gap before the last size's run is among them. So j leaves W after i, or later:
   (sum - k) * I + (k - 1) * I = (sum - 1) * I >= C * I.
3. One gap serves many: texts of up to k segments may mix without another while they leave within
   (C - k) * I of its end. Proof: either it lies between i and j, as in 2, or i leaves at its end or
   later; then the texts before j are C - k together at most, and C with j.

A text that alone is more than C has W before and behind it.
"""

import math
from dataclasses import dataclass

MARGIN = 1.052
"""Seconds over which one second's texts are spread. The 52 ms more are for all that brings texts
closer together than their slots: clocks that differ, lateness, unequal ways to Twilio, as much in
sum. More cannot be had: whatever the rate, 95 % of it leave 1 / 0.95 - 1 = 52.6 ms."""

MIXED = 0
"""The size of texts of several sizes."""


@dataclass(frozen=True)
class State:
    """What is known of the slots given so far; times are epoch seconds.

    The next text may leave at `tat`. The last ones were of `size` segments, in a run that began
    behind a gap. Texts of up to `mixed_size` segments need no gap if they leave by `mixed_until`.
    """

    tat: float = 0.0
    size: int = MIXED
    mixed_size: int = 0
    mixed_until: float = 0.0


@dataclass(frozen=True)
class Reservation:
    """Slots for `texts` texts of `size` segments, the first at `start`, one every `spacing`."""

    start: float
    texts: int
    size: int
    spacing: float

    def slot(self, number: int) -> float:
        """When the text of that number, from 0 on, leaves."""
        return self.start + number * self.spacing


@dataclass(frozen=True)
class Place:
    """Where `texts` texts of `size` segments may go, one every `spacing` seconds.

    With a `start` the bucket is idle: they begin then, if the TAT is still below `lowest`. Else
    they begin `gap` seconds behind the TAT, if that is still from `lowest` to `highest`. Where
    `is_run`, the state's size must still be theirs.
    """

    size: int
    texts: int
    spacing: float
    lowest: float
    highest: float
    gap: float = 0.0
    start: float | None = None
    is_run: bool = False
    mixes: bool = False
    mixing_time: float = 0.0
    """Seconds from the first of them on in which other sizes need no gap (rule 3)."""


def spacing_of(size: int, rate: float) -> float:
    """Seconds between two texts of `size` segments at `rate` segments per second."""
    texts = math.floor(rate) // size
    return MARGIN / texts if texts else size * MARGIN / rate


def find_place(
    state: State,
    size: int,
    texts: int,
    rate: float,
    *,
    soonest: float,
    latest: float,
    head_start: float,
) -> Place | None:
    """Slots for up to `texts` texts of `size` segments; None where the TAT is above `latest`.

    No slot is before `soonest`, and no second one behind `latest` (epoch seconds). The first is
    given whenever its turn has come, so that a large text is never starved by small ones. An idle
    bucket begins `head_start` seconds after `soonest`.
    """
    if state.tat > latest:
        return None
    capacity, spacing = max(1, math.floor(rate)), spacing_of(size, rate)
    unit = MARGIN / capacity
    needed = (min(size, capacity) - 1) * unit
    is_run = needed > 0 and state.size == size
    may_mix = needed > 0 and not is_run and size <= state.mixed_size
    if may_mix and soonest <= state.tat <= state.mixed_until:
        highest = min(latest, state.mixed_until)
        return Place(size, 1, spacing, soonest, highest, mixes=True)
    gap = 0.0 if is_run else needed
    is_idle = state.tat + gap < soonest
    first = soonest + head_start if is_idle else state.tat + gap
    fitting = max(1, min(texts, int((latest - first) / spacing) + 1))
    return Place(
        size,
        fitting,
        spacing,
        lowest=soonest - gap,
        highest=latest if fitting == 1 else latest - gap - (fitting - 1) * spacing,
        gap=gap,
        start=first if is_idle else None,
        is_run=is_run,
        mixing_time=(capacity - size) * unit if gap > 0 else 0.0,
    )
