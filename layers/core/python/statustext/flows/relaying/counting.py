"""How far an update has got, counted from the ledger's changes as the stream carries them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from statustext.adapters.delivery_counts import Update, add_counts
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item, unmarshal
from statustext.adapters.twilio_errors import consequence
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.delivery_counts import FILTERED, counter
from statustext.domain.refusal import ForUpdate

MOST_UPDATES = 98
"""Counted at once: a transaction has at most 100 writes, and two mark that it was made."""

BAD_ENDS = frozenset({DeliveryStatus.FAILED, DeliveryStatus.UNDELIVERED})


def count_deliveries(records: Sequence[Mapping[str, Any]], table: Table, now: float) -> None:
    """Count what a batch of the stream changed, once."""
    left = list(records)
    while left:
        tally, some = Tally(), 0
        while some < len(left) and tally.takes(left[some]):
            some += 1
        first, last = (_number(left[end]) for end in (0, some - 1))
        known = add_counts(table, str(first), str(last), tally.changes, now)
        upto = int(known or last)
        left = [one for one in left if _number(one) > upto]


def _number(record: Mapping[str, Any]) -> int:
    return int(record["dynamodb"]["SequenceNumber"])


class Tally:
    """Changes of counters over a batch of stream records."""

    def __init__(self) -> None:
        self.changes: dict[Update, Counter[str]] = defaultdict(Counter)

    def takes(self, record: Mapping[str, Any]) -> bool:
        """One record: a delivery leaves the counter it was in, and enters another. False, and
        nothing is noted, where it is of one update too many."""
        image = record["dynamodb"].get("NewImage")
        if not image or image.get("kind") != {"S": "delivery"}:
            return True
        row, old = unmarshal(image), record["dynamodb"].get("OldImage")
        update = row["page"], row["incident"], row["seq"]
        if update not in self.changes and len(self.changes) == MOST_UPDATES:
            return False
        changes = self.changes[update]
        changes[_counter(row)] += 1
        if old:
            changes[_counter(unmarshal(old))] -= 1
        changes[FILTERED] += _is_filtered(row) and not (old and _is_filtered(unmarshal(old)))
        return True


def _counter(row: Item) -> str:
    return counter(DeliveryStatus(row["status"]), row.get("reason", ""))


def _is_filtered(row: Item) -> bool:
    code = row.get("reason", "").removeprefix("twilio ")
    is_filter = code.isdecimal() and consequence(int(code)).update is ForUpdate.COUNTED
    return is_filter and row["status"] in BAD_ENDS
