"""Rows that count an update's deliveries, one per update. Written by the relay alone."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from statustext.adapters.dynamodb import Table, Write
from statustext.errors import ConditionFailedError

MARK_LIFE = 2 * 24 * 3600
"""Seconds that a counted batch is remembered; the stream itself keeps records for one day."""

PREFIX = "count_"
Update = tuple[str, str, int]
"""Page, incident, seq."""


def get_counts(table: Table, page: str, incident: str) -> dict[int, dict[str, int]]:
    """Counts by update and by counter, see domain/delivery_counts.py."""
    return {
        int(row["sk"]): {
            name.removeprefix(PREFIX): number
            for name, number in row.items()
            if name.startswith(PREFIX)
        }
        for row in table.query_all(_partition(page, incident))
    }


def add_counts(
    table: Table,
    first: str,
    last: str,
    changes: Mapping[Update, "Counter[str]"],
    now: float,
) -> str:
    """Add the changes of the stream's records from `first` to `last` (sequence numbers), once; if
    any of them were added before, the last of those.

    Both are marked: a batch that comes again has the same first record, also where it was counted
    only as far as it had been relayed; its second half (Lambda halves the batches of a function
    that died) has the same last.
    """
    marks = [
        Write(
            "COUNTED",
            number,
            item={"kind": "counted", "upto": last, "ttl": int(now) + MARK_LIFE},
            condition="attribute_not_exists(pk)",
        )
        for number in dict.fromkeys((first, last))
    ]
    writes = list(marks)
    writes += [_add(update, some, now) for update, some in changes.items() if any(some.values())]
    if len(writes) == len(marks):
        return ""
    try:
        table.transact(writes)
    except ConditionFailedError:
        for mark in marks:
            if row := table.get(mark.pk, mark.sk):
                return str(row.get("upto", last))
        raise
    return ""


def last_change(table: Table, page: str, incident: str, seq: int) -> float:
    """When a delivery of this update was last counted; 0 for never."""
    row = table.get(_partition(page, incident), f"{seq:05d}") or {}
    return float(row.get("changed_at", 0.0))


def _add(update: Update, counter: "Counter[str]", now: float) -> Write:
    page, incident, seq = update
    changed = [(name, amount) for name, amount in counter.items() if amount]
    names = {f"c{number}": PREFIX + name for number, (name, _) in enumerate(changed)}
    values: dict[str, Any] = {f"c{number}": amount for number, (_, amount) in enumerate(changed)}
    return Write(
        _partition(page, incident),
        f"{seq:05d}",
        update="SET changed_at = :now ADD " + ", ".join(f"#{name} :{name}" for name in names),
        names=names,
        values={**values, "now": now},
    )


def _partition(page: str, incident: str) -> str:
    return f"PAGE#{page}#COUNTS#{incident}"
