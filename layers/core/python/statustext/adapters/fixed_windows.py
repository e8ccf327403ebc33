"""Counted limits in fixed windows, shared by every function."""

from statustext.adapters.dynamodb import Table, Write
from statustext.errors import ConditionFailedError


def spend(
    table: Table, scope: str, limit: int, window: int, now: float, *, amount: int = 1
) -> bool:
    """Count `amount` against `scope` ("who#what"); False when its window of seconds is used up.

    Any other failure is raised: where we cannot count, nothing is let through.
    """
    return table.write_if(_spending(scope, amount, limit - amount, window, now))


def spend_one(table: Table, scope: str, limit: int, window: int, now: float) -> int:
    """The same for one; how many the window has now, and 0 when it is used up."""
    try:
        return int(table.write(_spending(scope, 1, limit - 1, window, now))["count"])
    except ConditionFailedError:
        return 0


def spend_if(
    table: Table, scope: str, limit: int, window: int, now: float, *, counts: bool
) -> bool:
    """The same for one, which is counted only where it `counts`: answer and work are the same."""
    return table.write_if(_spending(scope, int(counts), limit - 1, window, now))


def hour_of_texts(page: str) -> str:
    """The scope of a page's cap on texts."""
    return f"{page}#texts"


def spent(table: Table, scope: str, window: int, now: float) -> int:
    """What the current window has counted."""
    began = int(now) // window * window
    row = table.get(f"LIMIT#{scope}", str(began), consistent=False) or {}
    return int(row.get("count", 0))


def _spending(scope: str, amount: int, room: int, window: int, now: float) -> Write:
    began = int(now) // window * window
    return Write(
        f"LIMIT#{scope}",
        str(began),
        update="ADD #count :amount SET #ttl = :ttl",
        condition="attribute_not_exists(#count) OR #count <= :room",
        names={"count": "count", "ttl": "ttl"},
        values={"amount": amount, "room": room, "ttl": began + 2 * window},
    )


def seconds_left(window: int, now: float) -> int:
    """Until the current window ends, for Retry-After."""
    return window - int(now) % window
