"""Rows that count texts: an update's deliveries, and all texts of a page's day. The relay alone
writes them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.errors import ConditionFailedError

MARK_LIFE = 2 * 24 * 3600
"""Seconds that a counted batch is remembered; the stream itself keeps records for one day."""

COUNT, FIGURE = "count_", "figure_"
"""How the names of counters begin: of domain/delivery_counts.py, and of domain/figures.py."""

RowKey = tuple[str, str]


@dataclass(frozen=True)
class Counts:
    """What a row says, by counters of domain/delivery_counts.py, and of domain/figures.py."""

    counts: Mapping[str, int] = field(default_factory=dict)
    figures: Mapping[str, int] = field(default_factory=dict)


def update_key(page: str, incident: str, seq: int) -> RowKey:
    """Of the row that counts an update's deliveries."""
    return _partition(page, incident), f"{seq:05d}"


def day_key(page: str, at: float) -> RowKey:
    """Of the row that counts a page's texts of the day (UTC) that a moment is in."""
    return f"PAGE#{page}#STATS", datetime.fromtimestamp(at, UTC).date().isoformat()


def get_counts(table: Table, page: str, incident: str) -> dict[int, dict[str, int]]:
    """Counts by update and by counter, see domain/delivery_counts.py."""
    return {seq: dict(one.counts) for seq, one in get_all_counts(table, page, incident).items()}


def get_all_counts(table: Table, page: str, incident: str) -> dict[int, Counts]:
    """The same with figures."""
    return {int(row["sk"]): _counts(row) for row in table.query_all(_partition(page, incident))}


def get_days(table: Table, page: str, first: str, last: str) -> dict[str, Counts]:
    """A page's days from one to another (ISO 8601 dates), those that have any, in order."""
    found: dict[str, Counts] = {}
    after, more = f"{first[:-1]}/", True  # which sorts before every digit
    while more:
        rows, more = table.query(f"PAGE#{page}#STATS", after=after, upto=f"{last}!")
        found |= {row["sk"]: _counts(row) for row in rows if row["sk"] >= first}
        after, more = (rows[-1]["sk"] if rows else ""), more and bool(rows)
    return found


def _counts(row: Item) -> Counts:
    return Counts(*({n.removeprefix(p): row[n] for n in row if n.startswith(p)} for p in KINDS))


KINDS = (COUNT, FIGURE)


def add_counts(
    table: Table,
    first: str,
    last: str,
    changes: Mapping[RowKey, "Counter[str]"],
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
    writes += [_add(row, some, now) for row, some in changes.items() if any(some.values())]
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
    row = table.get(*update_key(page, incident, seq)) or {}
    return float(row.get("changed_at", 0.0))


def _add(row: RowKey, counter: "Counter[str]", now: float) -> Write:
    changed = [(name, amount) for name, amount in counter.items() if amount]
    names = {f"c{number}": name for number, (name, _) in enumerate(changed)}
    values: dict[str, Any] = {f"c{number}": amount for number, (_, amount) in enumerate(changed)}
    return Write(
        *row,
        update="SET changed_at = :now ADD " + ", ".join(f"#{name} :{name}" for name in names),
        names=names,
        values={**values, "now": now},
    )


def _partition(page: str, incident: str) -> str:
    return f"PAGE#{page}#COUNTS#{incident}"
