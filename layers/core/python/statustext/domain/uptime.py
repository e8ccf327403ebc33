"""Uptime of a component, day by day, from the states it was in.

As Atlassian computes it: a second of a major outage is a second lost, of a partial outage 0.3 of
one; degraded performance and maintenance lose nothing.
https://support.atlassian.com/statuspage/docs/display-historical-uptime-of-components/
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from statustext.domain.blend import BY_WEIGHT
from statustext.domain.component import ComponentStatus

DAYS = 90
LOST = {ComponentStatus.MAJOR_OUTAGE: 1.0, ComponentStatus.PARTIAL_OUTAGE: 0.3}

Interval = tuple[float, float, ComponentStatus]
"""From, until (seconds since the epoch), and the state in between."""


@dataclass(frozen=True)
class Day:
    """One day of a component. `known` are the seconds of it that the component was there, 0 before
    its first day; `seconds` are those in each state other than operational."""

    date: date
    known: float
    seconds: Mapping[ComponentStatus, float] = field(default_factory=dict)

    @property
    def worst(self) -> ComponentStatus | None:
        """The worst state of the day; None where nothing is known."""
        if not self.known:
            return None
        return max(self.seconds, key=BY_WEIGHT.index, default=ComponentStatus.OPERATIONAL)

    @property
    def lost(self) -> float:
        return sum(LOST.get(state, 0.0) * for_ for state, for_ in self.seconds.items())


@dataclass(frozen=True)
class Window:
    """The last days until `now`, today included, in a time zone. `starts` has one moment more than
    there are days: where the last one ends."""

    dates: Sequence[date]
    starts: Sequence[float]
    now: float


def window(now: float, zone: str, days: int = DAYS) -> Window:
    """The last `days` days as they pass in a zone (an IANA name)."""
    there = ZoneInfo(zone)
    today = datetime.fromtimestamp(now, there).date()
    dates = [today - timedelta(days=back) for back in range(days - 1, -2, -1)]
    starts = [datetime(one.year, one.month, one.day, tzinfo=there).timestamp() for one in dates]
    return Window(dates[:-1], starts, now)


def intervals(
    changes: Sequence[tuple[float, ComponentStatus, ComponentStatus]],
    current: ComponentStatus,
    since: float,
    now: float,
) -> Iterator[Interval]:
    """The times a component was not operational, in order. `changes` are the moment, the old and
    the new state; where there is none, it was in its `current` state all along."""
    state, began = (changes[0][1] if changes else current), since
    for at, _, new in changes:
        if state is not ComponentStatus.OPERATIONAL and at > began:
            yield began, at, state
        state, began = new, max(at, since)
    if state is not ComponentStatus.OPERATIONAL and now > began:
        yield began, now, state


def days(seen: Window, since: float, states: Sequence[Interval]) -> list[Day]:
    """Each day of the window, oldest first, for a component that there is `since` a moment."""
    found = []
    for place, one in enumerate(seen.dates):
        begin = max(seen.starts[place], since)
        end = min(seen.starts[place + 1], seen.now)
        seconds: dict[ComponentStatus, float] = {}
        for start, stop, state in states:
            overlap = min(stop, end) - max(start, begin)
            if overlap > 0:
                seconds[state] = seconds.get(state, 0.0) + overlap
        found.append(Day(one, max(end - begin, 0.0), seconds))
    return found


def percent(history: Sequence[Day]) -> float | None:
    """Uptime over the days in percent, cut to two digits: 100 means that nothing was lost. None
    where nothing is known."""
    known = sum(day.known for day in history)
    if not known:
        return None
    lost = sum(day.lost for day in history)
    return math.floor((1 - lost / known) * 10_000) / 100 if lost else 100.0
