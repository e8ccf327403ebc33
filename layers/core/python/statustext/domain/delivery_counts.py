"""Counts of an update's deliveries by status, kept as the ledger changes."""

from collections.abc import Mapping
from typing import Any

from statustext.domain.delivery import TERMINAL, WITH_TWILIO, DeliveryStatus

FILTERED = "filtered"
FILTERED_SHARE = 0.02
ENOUGH = 50
"""Texts before a share of them says anything."""

ENDS = frozenset(status.value for status in TERMINAL)
SENT = (*WITH_TWILIO, DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED)


def counter(status: DeliveryStatus, reason: str) -> str:
    """The counter that a delivery is in: its status, with the reason of what is suppressed."""
    return f"{status.value}:{reason}" if status is DeliveryStatus.SUPPRESSED else status.value


def unsettled(counts: Mapping[str, int]) -> int:
    """Deliveries that have not ended."""
    return sum(
        number
        for name, number in counts.items()
        if name != FILTERED and name.partition(":")[0] not in ENDS
    )


def is_filtered(counts: Mapping[str, int]) -> bool:
    """Whether carriers take so many of these texts for spam that the rest had better not go."""
    sent = sum(counts.get(status.value, 0) for status in SENT)
    return sent >= ENOUGH and counts.get(FILTERED, 0) > FILTERED_SHARE * sent


def shown(counts: Mapping[str, int]) -> dict[str, Any]:
    """What an operator reads: sums of statuses, and why some were not texted."""
    failed = counts.get("failed", 0) + counts.get("undelivered", 0)
    return {
        "sent": sum(counts.get(status.value, 0) for status in WITH_TWILIO),
        "delivered": counts.get("delivered", 0),
        "failed": failed,
        "suppressed": {
            name.partition(":")[2]: number
            for name, number in sorted(counts.items())
            if name.startswith("suppressed:") and number
        },
        "superseded": counts.get("superseded", 0),
        "expired": counts.get("expired", 0),
        "held": counts.get("held", 0),
        "unknown": counts.get("unknown", 0),
    }


def ended(counts: Mapping[str, int]) -> int:
    """Recipients for whom no text is to come: it went, or there will be none."""
    waiting = ("held", "not_accepted", "unknown", FILTERED)
    return sum(number for name, number in counts.items() if name not in waiting)
