"""The shared throttle: no window holds more than the rate, whatever the sizes of its texts.

A text's segments all leave at once, so what counts is what a window holds and not how far two texts
are apart. Time is divided into units: a window of W = MARGIN seconds has C of them, C being the
segments that one second may hold. A text of k segments takes k units, so that texts are spread. It
leaves in the first of them, if it and the texts of the C - 1 units before are C segments at most.
Then every W seconds hold C at most, as W seconds are C units, and the last text in them was looked
at with all others.

Texts of one and three segments in turn would often leave a unit or two that the next is too large
for. So of the next LOOK_AHEAD texts the first that fits goes, and none is passed over more often
than that.

A text that alone is more than C has W before and behind it.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

MARGIN = 1.052
"""Seconds over which one second's texts are spread. The 52 ms more are for all that brings texts
closer together than their slots: clocks that differ, lateness, unequal ways to Twilio, as much in
sum. More cannot be had: whatever the rate, 95 % of it leave 1 / 0.95 - 1 = 52.6 ms."""

LOOK_AHEAD = 25

SIZES = "0123456789abcdefghijklmnopqrstuvwxyz"
"""The signs of `Timetable.log`; a text is of 35 segments at most."""


@dataclass(frozen=True)
class Timetable:
    """The slots given so far. The next text may leave at `tat` (seconds since the epoch; in I.371
    the theoretical arrival time). `log` has a sign for each unit before that, one window at most:
    the segments of the text that leaves at its begin, or 0."""

    tat: float = 0.0
    log: str = ""


@dataclass(frozen=True)
class Waiting:
    """A text of `size` segments that waits for its slot, and how many later ones went before it."""

    size: int
    passed_over: int = 0


@dataclass(frozen=True)
class Plan:
    """Slots: the place of a text among those that waited, and when it leaves, in order of time.
    `left` are those without a slot, by their places. Then the timetable is `after`."""

    slots: tuple[tuple[int, float], ...]
    left: tuple[tuple[int, Waiting], ...]
    after: Timetable


def units_of(rate: float) -> tuple[int, float]:
    """How many units a window has at `rate` segments per second, and the seconds that one takes."""
    units = max(1, math.floor(rate))
    return units, MARGIN / min(units, rate)


def plan(
    known: Timetable,
    waiting: Sequence[Waiting],
    rate: float,
    *,
    soonest: float,
    latest: float,
    head_start: float,
) -> Plan | None:
    """Slots for as many of the waiting texts as there is room; None where the TAT is above
    `latest`.

    No slot is before `soonest`, and no second one behind `latest` (seconds since the epoch). The
    first is given whenever its turn has come, so that a large text is never starved by small ones.
    An idle throttle begins `head_start` seconds after `soonest`.
    """
    if known.tat > latest or not waiting:
        return None
    units, unit = units_of(rate)
    moment, log = known.tat, deque((SIZES.index(sign) for sign in known.log), maxlen=units - 1)
    if moment < soonest:
        idle = min(units, max(0, math.floor((soonest + head_start - moment) / unit)))
        moment = soonest + head_start
        log.extend([0] * idle)
    held = sum(log)
    left, slots = list(enumerate(waiting)), list[tuple[int, float]]()
    while left and (not slots or moment <= latest):
        chosen = _first_that_fits(left, units, held)
        if chosen is None:
            held += _pass(log, 0)
            moment += unit
            continue
        number, text = left.pop(chosen)
        for other, (place, passed) in enumerate(left[:chosen]):
            left[other] = place, replace(passed, passed_over=passed.passed_over + 1)
        slots.append((number, moment))
        held += _pass(log, text.size)
        for _ in range(text.size - 1):
            held += _pass(log, 0)
        moment += text.size * unit
    after = Timetable(moment, "".join(SIZES[size] for size in log).lstrip("0"))
    return Plan(tuple(slots), tuple(left), after)


def _first_that_fits(left: Sequence[tuple[int, Waiting]], units: int, held: int) -> int | None:
    """The place among those left of the text that leaves now, where the window holds so much."""
    for place, (_, text) in enumerate(left[:LOOK_AHEAD]):
        if held + min(text.size, units) <= units:
            return place
        if text.passed_over >= LOOK_AHEAD:
            return None
    return None


def _pass(log: deque[int], size: int) -> int:
    """A unit goes by, with a text or without; by how much more the window holds then."""
    gone = log[0] if len(log) == log.maxlen and log else 0
    if log.maxlen == 0:
        return 0
    log.append(size)
    return size - gone
