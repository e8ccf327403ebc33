"""How far an update has got, and what a page's day was, counted from changes of the ledger and of
direct texts as the stream carries them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from statustext.adapters.carrier_errors import consequence
from statustext.adapters.delivery_counts import (
    COUNT,
    FIGURE,
    RowKey,
    add_counts,
    day_key,
    update_key,
)
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item, unmarshal
from statustext.domain.carrier import error_in
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.delivery_counts import FILTERED, counter
from statustext.domain.figures import ANNOUNCEMENT, Standing, counters
from statustext.domain.refusal import ForUpdate

MOST_ROWS = 98
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
        self.changes: dict[RowKey, Counter[str]] = defaultdict(Counter)

    def takes(self, record: Mapping[str, Any]) -> bool:
        """One record: a text leaves the counters it was in, and enters others. False, and nothing
        is noted, where it is of one row of counters too many."""
        image = record["dynamodb"].get("NewImage")
        if not image or image.get("kind") not in ({"S": "delivery"}, {"S": "direct"}):
            return True
        row, old = unmarshal(image), unmarshal(record["dynamodb"].get("OldImage") or {})
        entered, left = _counters(row), _counters(old)
        if self.changes and len({*self.changes, *entered, *left}) > MOST_ROWS:
            return False
        for key, some in entered.items():
            self.changes[key].update(some)
        for key, some in left.items():
            self.changes[key].subtract(some)
        return True


def _counters(row: Item) -> dict[RowKey, Counter[str]]:
    """The counters that a text is in, by their row: its update's, and those of the day on which it
    was published or ordered, or where that is not known, got so far."""
    if "status" not in row:
        return {}
    is_direct = row["kind"] == "direct"
    status, reason = DeliveryStatus(row["status"]), row.get("reason", "")
    at = float(row["status_at"] if is_direct else row["at"])
    published = (
        float(row.get("send_at") or row["at"]) if is_direct else row.get("published_at", 0.0)
    )
    is_there = status is DeliveryStatus.DELIVERED and published > 0 and not is_direct
    standing = Standing(
        status,
        reason,
        row.get("country", ""),
        row.get("segments", 0),
        max(at - published, 0.0) if is_there else None,
        row.get("until", 0.0),
    )
    figures = Counter({FIGURE + name: number for name, number in counters(standing).items()})
    kind = row["event"] if is_direct else ANNOUNCEMENT
    day = day_key(row["page"], published or at)
    found = {day: figures + Counter([f"{COUNT}{kind}|{status}:{reason}"])}
    if not is_direct:
        own = Counter([COUNT + counter(status, reason)])
        if _is_filtered(row):
            own[COUNT + FILTERED] = 1
        found[update_key(row["page"], row["incident"], row["seq"])] = figures + own
    return found


def _is_filtered(row: Item) -> bool:
    error = error_in(row.get("reason", ""))
    is_filter = error is not None and consequence(error).update is ForUpdate.COUNTED
    return is_filter and row["status"] in BAD_ENDS
