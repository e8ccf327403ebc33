"""Counted limits in fixed windows, shared by every function."""

from statustext.adapters.dynamodb import Table, Write


def spend(
    table: Table, scope: str, limit: int, window: int, now: float, *, amount: int = 1
) -> bool:
    """Count `amount` against `scope` ("who#what"); False when its window of seconds is used up.

    Any other failure is raised: where we cannot count, nothing is let through.
    """
    began = int(now) // window * window
    return table.write_if(
        Write(
            f"LIMIT#{scope}",
            str(began),
            update="ADD #count :amount SET #ttl = :ttl",
            condition="attribute_not_exists(#count) OR #count <= :room",
            names={"count": "count", "ttl": "ttl"},
            values={"amount": amount, "room": limit - amount, "ttl": began + 2 * window},
        )
    )


def seconds_left(window: int, now: float) -> int:
    """Until the current window ends, for Retry-After."""
    return window - int(now) % window
