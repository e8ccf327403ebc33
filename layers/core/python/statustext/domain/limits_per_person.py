"""No more texts to one person than they can bear: limits in tiers, each over its own window."""

from collections.abc import Sequence

Tiers = Sequence[tuple[int, int]]
"""Most texts, and the seconds in which there are no more of them."""


AHEAD = 120.0
"""Seconds by which no honest clock is wrong: a later moment was written by one that was."""


def next_allowed(recent: Sequence[float], now: float, tiers: Tiers) -> float | None:
    """None where a text may go at `now`, else the epoch second from which on it may.

    `recent` are the times of earlier texts, as `remembered` keeps them. Windows slide: in no span
    of a tier's seconds are there more than its texts. Raises nothing; no tiers allow everything.
    """
    times = sorted(_believed(recent, now))
    moments = [times[-texts] + seconds for texts, seconds in tiers if len(times) >= texts]
    latest = max(moments, default=now)
    return latest if latest > now else None


def remembered(recent: Sequence[float], now: float, tiers: Tiers) -> tuple[float, ...]:
    """The times to keep after a text at `now`, oldest first: what some tier still looks at."""
    most = max((texts for texts, _ in tiers), default=0)
    longest = max((seconds for _, seconds in tiers), default=0)
    times = sorted([*_believed(recent, now), now])
    return tuple(time for time in times[-most:] if time + longest > now)


def _believed(recent: Sequence[float], now: float) -> list[float]:
    return [time for time in recent if time < now + AHEAD]
