"""Holds: that something waits for a person until a moment, in rows that are read in order of time.

What waits is marked on the subscriber's row (`Held.until`); a hold only says whom to look at, and
when. They lie in as many partitions as the subscribers do.
"""

import math

from statustext.adapters.dynamodb import Table, Write
from statustext.domain.ids import shard_of

HOLD_KEPT_FOR = 7 * 24 * 3600
"""Seconds after which a hold that nobody handed on is swept by TTL."""


def put_hold(page: str, subscriber: str, until: float) -> Write:
    """Look at this subscriber again at `until`. Putting it twice is putting it once."""
    moment = math.ceil(until)
    return Write(
        _partition(page, shard_of(subscriber)),
        f"{moment:011d}#{subscriber}",
        item={"kind": "hold", "ttl": moment + HOLD_KEPT_FOR},
    )


def due_holds(table: Table, page: str, shard: int, now: float, limit: int) -> list[str]:
    """Keys of up to `limit` holds whose time has come, the oldest first."""
    rows, _ = table.query(_partition(page, shard), upto=f"{math.floor(now):011d}~", limit=limit)
    return [row["sk"] for row in rows]


def page_through_holds(
    table: Table, page: str, shard: int, after: str, limit: int
) -> tuple[list[str], str]:
    """Keys of holds, due or not, the oldest first, and the one to go on after ("" at the end)."""
    rows, more = table.query(_partition(page, shard), after=after, limit=limit)
    return [row["sk"] for row in rows], rows[-1]["sk"] if more and rows else ""


def remove_holds(table: Table, page: str, shard: int, holds: list[str]) -> None:
    """Holds that were handed on."""
    table.delete_many([(_partition(page, shard), hold) for hold in holds])


def held_subscriber(hold: str) -> str:
    """The subscriber that a hold's key names."""
    return hold.partition("#")[2]


def held_until(hold: str) -> float:
    """The moment that a hold's key names, in seconds since the epoch."""
    return float(hold.partition("#")[0])


def _partition(page: str, shard: int) -> str:
    return f"PAGE#{page}#HOLDS#{shard:02d}"
