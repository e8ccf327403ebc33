"""Which incidents a subscriber's row forgets, as a row has its price by the kilobyte."""

from collections.abc import Collection, Mapping

from statustext.domain.incident import FINAL_EVENTS
from statustext.domain.thread import Thread

KEPT = 30
"""Incidents remembered per subscriber. Beyond, the oldest is forgotten at the next claim: first of
those that ended more than ENDED seconds ago, of which no message can come any more."""

MOST_KEPT = 60
"""Incidents remembered at most. Beyond, the oldest goes whatever it is."""

ENDED = 50 * 3600.0


def forgettable(threads: Mapping[str, Thread], claimed: Collection[str], now: float) -> list[str]:
    """The incidents to forget with a claim of others at `now`. What is held is never forgotten."""
    by_age = sorted(
        (thread.at, incident)
        for incident, thread in threads.items()
        if incident not in claimed and not thread.is_held
    )
    spare = len(threads) - KEPT
    ended = [
        incident
        for at, incident in by_age
        if at < now - ENDED and threads[incident].told_as in ("", *FINAL_EVENTS)
    ][: max(spare, 0)]
    still = len(threads) - len(ended) - MOST_KEPT
    others = [incident for _, incident in by_age if incident not in ended]
    return ended + others[: max(still, 0)]
