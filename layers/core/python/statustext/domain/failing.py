"""An endpoint that does not take what it is sent: when it is tried again, and when no more."""

from dataclasses import dataclass

WAITS = (5.0, 60.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0)
"""Seconds until the next try, after one failure, two, and so on; the last one from then on."""

GIVEN_UP_AFTER = 24 * 3600.0
"""Seconds of nothing but failures after which an endpoint is sent nothing any more."""


@dataclass(frozen=True)
class Failing:
    """It has failed `times` in a row, first at `since`; the next try is at `until`."""

    since: float
    times: int
    until: float


def failed_again(before: Failing | None, now: float, asked: float = 0.0) -> Failing | None:
    """How it stands after another failure; None where it is given up. `asked` is for how many
    seconds the receiver wants to be left alone."""
    since, times = (before.since, before.times) if before else (now, 0)
    if now - since >= GIVEN_UP_AFTER:
        return None
    wait = max(WAITS[min(times, len(WAITS) - 1)], asked)
    last_try = max(since + GIVEN_UP_AFTER, now + WAITS[0])
    return Failing(since, times + 1, min(now + wait, last_try))
