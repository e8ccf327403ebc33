"""How far an update has got, counted from the ledger's changes as the stream carries them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from statustext.adapters.counts import Update, add_counts
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item, unmarshal
from statustext.adapters.twilio_errors import ErrorClass, classify
from statustext.domain.counts import FILTERED, counter
from statustext.domain.delivery import DeliveryStatus

MOST_UPDATES = 98
"""Counted at once: a transaction has at most 100 writes, and two mark that it was made."""

BAD_ENDS = frozenset({DeliveryStatus.FAILED, DeliveryStatus.UNDELIVERED})


def count_deliveries(records: Sequence[Mapping[str, Any]], table: Table, now: float) -> None:
    """Count what a batch of the stream changed, once."""
    if not records:
        return
    tally = Tally()
    for record in records:
        tally.note(record)
    if len(tally.changes) > MOST_UPDATES:  # always the same halves, so that they are known again
        middle = len(records) // 2
        count_deliveries(records[:middle], table, now)
        count_deliveries(records[middle:], table, now)
        return
    first, last = (records[end]["dynamodb"]["SequenceNumber"] for end in (0, -1))
    known = add_counts(table, first, last, tally.changes, now)
    if known and int(known) < int(last):
        left = [one for one in records if int(one["dynamodb"]["SequenceNumber"]) > int(known)]
        count_deliveries(left, table, now)


class Tally:
    """Changes of counters over a batch of stream records."""

    def __init__(self) -> None:
        self.changes: dict[Update, Counter[str]] = defaultdict(Counter)

    def note(self, record: Mapping[str, Any]) -> None:
        """One record: a delivery leaves the counter it was in, and enters another."""
        image = record["dynamodb"].get("NewImage")
        if not image or image.get("kind") != {"S": "delivery"}:
            return
        row, old = unmarshal(image), record["dynamodb"].get("OldImage")
        changes = self.changes[row["page"], row["incident"], row["seq"]]
        changes[_counter(row)] += 1
        if old:
            changes[_counter(unmarshal(old))] -= 1
        changes[FILTERED] += _is_filtered(row) and not (old and _is_filtered(unmarshal(old)))


def _counter(row: Item) -> str:
    return counter(DeliveryStatus(row["status"]), row.get("reason", ""))


def _is_filtered(row: Item) -> bool:
    code = row.get("reason", "").removeprefix("twilio ")
    is_filter = code.isdecimal() and classify(int(code)) is ErrorClass.FILTERED
    return is_filter and row["status"] in BAD_ENDS
