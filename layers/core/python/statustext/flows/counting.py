"""How far an update has got, counted from the ledger's changes as the stream carries them."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from statustext.adapters.counts import Update
from statustext.adapters.dynamodb_types import Item, unmarshal
from statustext.adapters.twilio_errors import ErrorClass, classify
from statustext.domain.counts import FILTERED, counter
from statustext.domain.delivery import DeliveryStatus

BAD_ENDS = frozenset({DeliveryStatus.FAILED, DeliveryStatus.UNDELIVERED})


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
