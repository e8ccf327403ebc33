"""What a page may send in an hour, a day and a month of UTC, in texts, segments and money; and what
is kept of each quota for what matters most."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from statustext.domain.page import Limits
from statustext.domain.prices import MICRO

RESERVE = 0.2
"""The share of a quota that openings of critical incidents, and all ends, have to themselves."""

WINDOWS = ("hour", "day", "month")
UNITS = ("texts", "segments", "usd")
COUNTERS = tuple(f"{window}_{unit}" for window in WINDOWS for unit in UNITS)
HOURLY = "hour_texts"
"""Announcements have a cap for it (domain/hourly_cap.py)."""

WARN_AT = (50, 80, 100)
"""Percent of a quota at which an operator is told."""

USED_UP = "quota used up: "
"""How the ledger's reason begins of a text that a quota had no room for."""


@dataclass(frozen=True)
class Use:
    """What a text, or several, take of quotas; money in millionths of a dollar."""

    texts: int = 0
    segments: int = 0
    usd: int = 0

    def plus(self, other: "Use") -> "Use":
        return Use(self.texts + other.texts, self.segments + other.segments, self.usd + other.usd)

    def minus(self, other: "Use") -> "Use":
        return Use(self.texts - other.texts, self.segments - other.segments, self.usd - other.usd)

    def of(self, counter: str) -> int:
        """What a counter, as in "day_texts", goes up by."""
        return int(getattr(self, counter.partition("_")[2]))

    def holds(self, other: "Use") -> bool:
        """Whether so much is in it."""
        return all(getattr(self, unit) >= getattr(other, unit) for unit in UNITS)


NOTHING = Use()


@dataclass(frozen=True)
class Asking:
    """A text that asks for its use of quotas; it may have of the reserve if it `is_privileged`."""

    use: Use
    is_privileged: bool


@dataclass(frozen=True)
class UsedUp:
    """A quota ("texts_per_day") without room for a text, and when its window ends."""

    quota: str
    until: float

    @property
    def reason(self) -> str:
        return USED_UP + self.quota


@dataclass(frozen=True)
class Meter:
    """What a page has used: when its windows began, what each counter is at, and of which
    percentages of each quota an operator was told. `version` goes up with every change."""

    windows: Mapping[str, int]
    version: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[str, int] = field(default_factory=dict)

    def at(self, windows: Mapping[str, int]) -> "Meter":
        """The meter as it is in windows that began later: those begin at nothing."""
        same = [name for name in WINDOWS if self.windows.get(name, 0) >= windows[name]]
        return Meter(
            later(self.windows, windows),
            self.version,
            {name: n for name, n in self.counts.items() if name.partition("_")[0] in same},
            {name: n for name, n in self.told.items() if name.partition("_")[0] in same},
        )

    def first_that_fit(self, asking: Sequence[Use], ceilings: Mapping[str, int]) -> tuple[Use, ...]:
        """As many of those who ask, from the first on, as there is room for."""
        together = NOTHING
        for number, one in enumerate(asking):
            together = together.plus(one)
            if self.used_up(together, ceilings):
                return tuple(asking[:number])
        return tuple(asking)

    def used_up(self, use: Use, ceilings: Mapping[str, int]) -> UsedUp | None:
        """The quota that has no room for a text; of several the one whose window ends last."""
        full = [
            UsedUp(quota_name(name), ends_at(window, self.windows[window]))
            for name, most in ceilings.items()
            if self._count(name) + use.of(name) > most
            for window in [name.partition("_")[0]]
        ]
        return max(full, key=lambda one: one.until, default=None)

    def untold(self, quotas: Mapping[str, int]) -> dict[str, int]:
        """By counter, the highest percentage of WARN_AT that it has reached, where nobody was told
        of that."""
        reached = {
            name: max((one for one in WARN_AT if self._count(name) * 100 >= most * one), default=0)
            for name, most in quotas.items()
        }
        return {name: one for name, one in reached.items() if one > self.told.get(name, 0)}

    def _count(self, counter: str) -> int:
        return self.counts.get(counter, 0)


def total(uses: Iterable[Use]) -> Use:
    """What several texts take."""
    found = NOTHING
    for one in uses:
        found = found.plus(one)
    return found


def quotas_of(limits: Limits) -> dict[str, int]:
    """A page's quotas by counter ("texts_per_day" is that of "day_texts"), those that there are;
    money in millionths of a dollar. The cap on the texts of an hour is one of its own."""
    found = {name: getattr(limits, quota_name(name)) for name in COUNTERS if name != HOURLY}
    return {
        name: round(most * MICRO) if name.endswith("_usd") else int(most)
        for name, most in found.items()
        if most
    }


def ceilings(quotas: Mapping[str, int], *, is_privileged: bool) -> dict[str, int]:
    """How far a text may bring each counter."""
    share = 1 if is_privileged else 1 - RESERVE
    return {name: int(most * share) for name, most in quotas.items()}


def quota_name(counter: str) -> str:
    """The setting that limits a counter, as in "usd_per_month"."""
    window, _, unit = counter.partition("_")
    return f"{unit}_per_{window}"


def windows_at(now: float) -> dict[str, int]:
    """When the hour, the day and the month of a moment began."""
    hour = datetime.fromtimestamp(now, UTC).replace(minute=0, second=0, microsecond=0)
    day = hour.replace(hour=0)
    starts = {"hour": hour, "day": day, "month": day.replace(day=1)}
    return {name: int(start.timestamp()) for name, start in starts.items()}


def later(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Of two clocks' windows those of the one that is ahead."""
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in WINDOWS}


def ends_at(window: str, began: int) -> float:
    """When a window is over."""
    start = datetime.fromtimestamp(began, UTC)
    if window == "month":
        return (start + timedelta(days=32)).replace(day=1).timestamp()
    return (start + timedelta(hours=24 if window == "day" else 1)).timestamp()
