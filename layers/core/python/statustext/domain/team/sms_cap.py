"""The cap on texts to on-call phones, which no loop can pass."""

from collections.abc import Sequence

MOST = 5
WINDOW = 3600
"""Seconds. Any hour, not one of the clock: at the turn of one there are no ten."""

REFUSED = "SMS rate cap (5/hr) hit — refusing to send"


def after_one_more(sent: Sequence[float], now: float) -> tuple[float, ...] | None:
    """The moments of the texts of the last hour with another one at `now`; None where the cap does
    not let it go. `sent` are the moments of those before."""
    recent = tuple(at for at in sent if at > now - WINDOW)
    return (*recent, now) if len(recent) < MOST else None
