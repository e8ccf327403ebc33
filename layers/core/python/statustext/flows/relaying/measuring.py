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
OF_SUBSCRIBERS = {
    "subscriber.verified": "CodesEntered",
    "subscriber.opted_out": "OptOuts",
    "subscriber.unsubscribed": "OptOuts",
}
"""Events of the audit trail, and the metric that counts each."""


@dataclass
class Measures:
    """`counts` by metric; `suppressed` by reason; `seconds` from an incident's opening until Twilio
    had its first text for somebody, of texts that nothing held back.

    Texts are those of announcements and those to one person. What Twilio refuses has failed, and
    was not sent."""

    counts: Counter[str] = field(default_factory=Counter)
    suppressed: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


def measure(records: Sequence[Mapping[str, Any]]) -> Measures:
    """What the records of a batch changed."""
    found = Measures()
    for record in records:
        image, old = (record["dynamodb"].get(name) for name in ("NewImage", "OldImage"))
        if not image:
            continue
        row, before = unmarshal(image), unmarshal(old or {})
        if row.get("kind") in ("delivery", "direct"):
            _text(row, before, found)
        match row.get("kind"):
            case "direct" if not old and row["event"] == Event.VERIFICATION:
                found.counts["SignUps"] += 1
            case "audit" if not old and row["event"] in OF_SUBSCRIBERS:
                found.counts[OF_SUBSCRIBERS[row["event"]]] += 1
    return found


def _text(row: Item, before: Item, found: Measures) -> None:
    """A delivery, or a text to one person: a code, a welcome, an answer, an operator's own."""
    status = row.get("status")
    if status is None or status == before.get("status"):
        return
    if _is_sent(row) and not _is_sent(before):
        found.counts["TextsSent"] += 1
        if row.get("seq") == 1 and not before:
            found.seconds.append(max(0.0, row["at"] - made_at(row["incident"])))
    if status == DeliveryStatus.DELIVERED:
        found.counts["TextsDelivered"] += 1
    elif status in NOT_DELIVERED:
        found.counts["TextsFailed"] += 1
    elif status == DeliveryStatus.SUPPRESSED:
        found.suppressed[row.get("reason", "")] += 1


def _is_sent(row: Item) -> bool:
    """Whether Twilio took it; what it refused has no id of Twilio's."""
    return row.get("status") in WITH_TWILIO or (
        row.get("status") in NOT_DELIVERED and bool(row.get("sid"))
    )
