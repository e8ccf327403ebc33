"""When the last of many texts goes, by the senders' rates and by what is stopped."""

from collections.abc import Iterable
from dataclasses import dataclass

from statustext.domain.sender_rate import MARGIN


@dataclass(frozen=True)
class Share:
    """What one sender has to send: `segments` at `mps` segments a second, from a moment on; None
    while it is stopped with no end known."""

    segments: float
    mps: float
    begins_at: float | None


def last_text_at(shares: Iterable[Share]) -> float | None:
    """When the last segment leaves where nothing else waits; None where that cannot be told."""
    ends = [
        None if one.begins_at is None else one.begins_at + one.segments * MARGIN / one.mps
        for one in shares
        if one.segments
    ]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None
