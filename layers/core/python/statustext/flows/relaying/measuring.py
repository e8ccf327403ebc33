"""What happened in a batch of the stream, as figures of the business: pure, emitted once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from statustext.adapters.dynamodb_types import Item, unmarshal
from statustext.domain.delivery import WITH_TWILIO, DeliveryStatus
from statustext.domain.ids import made_at
from statustext.domain.templates import Event

NOT_DELIVERED = (DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED)
SENT = frozenset((*WITH_TWILIO, *NOT_DELIVERED))
OF_SUBSCRIBERS = {
    "subscriber.verified": "CodesEntered",
    "subscriber.opted_out": "OptOuts",
    "subscriber.unsubscribed": "OptOuts",
}
"""Events of the audit trail, and the metric that counts each."""


@dataclass
class Measures:
    """`counts` by metric; `suppressed` by reason; `seconds` from an incident's opening until Twilio
    had its first text for somebody, of texts that nothing held back."""

    counts: Counter[str] = field(default_factory=Counter)
    suppressed: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


def measure(records: Sequence[Mapping[str, Any]]) -> Measures:
    """What the records of a batch changed."""
    found = Measures()
    for record in records:
        image, old = (record["dynamodb"].get(name) for name in ("NewImage", "OldImage"))
        row = unmarshal(image) if image else {}
        match row.get("kind"):
            case "delivery":
                _delivery(row, unmarshal(old) if old else None, found)
            case "direct" if not old and row.get("event") == Event.VERIFICATION:
                found.counts["SignUps"] += 1
            case "audit" if not old and row["event"] in OF_SUBSCRIBERS:
                found.counts[OF_SUBSCRIBERS[row["event"]]] += 1
    return found


def _delivery(row: Item, old: Item | None, found: Measures) -> None:
    now, before = DeliveryStatus(row["status"]), DeliveryStatus(old["status"]) if old else None
    if now is before:
        return
    if now in SENT and before not in SENT:
        found.counts["TextsSent"] += 1
        if row["seq"] == 1 and before is None:
            found.seconds.append(max(0.0, row["at"] - made_at(row["incident"])))
    if now is DeliveryStatus.DELIVERED:
        found.counts["TextsDelivered"] += 1
    elif now in NOT_DELIVERED:
        found.counts["TextsFailed"] += 1
    elif now is DeliveryStatus.SUPPRESSED:
        found.suppressed[row.get("reason", "")] += 1
