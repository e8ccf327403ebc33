"""When unconfirmed subscriptions end, in rows that are read in order of time.

The end stands on the subscriber's row; a row here only says whom to look at, and when. A page's
limits of sign-ups keep their partition small.
"""

import math

from statustext.adapters.dynamodb import Table, Write

LIFE = 7 * 24 * 3600
"""Seconds after the end at which TTL sweeps what nobody looked at."""


def put_end(page: str, subscriber: str, ends_at: float) -> Write:
    """Look at `ends_at` whether this subscriber has confirmed."""
    moment = math.ceil(ends_at)
    return Write(
        _partition(page),
        f"{moment:011d}#{subscriber}",
        item={"kind": "unconfirmed", "ttl": moment + LIFE},
    )


def list_ended(table: Table, page: str, now: float, limit: int) -> list[Write]:
    """Rows of up to `limit` ends that have come, the oldest first, each as what deletes it."""
    rows, _ = table.query(_partition(page), upto=f"{math.floor(now):011d}~", limit=limit)
    return [Write(row["pk"], row["sk"]) for row in rows]


def subscriber_of_end(sk: str) -> str:
    """The subscriber that a row's key names."""
    return sk.partition("#")[2]


def _partition(page: str) -> str:
    return f"PAGE#{page}#UNCONFIRMED"
