"""Rows of what each endpoint was told of a component."""

from statustext.adapters.dynamodb import Table, Write
from statustext.domain.component_news import CALL_LEASE, Telling, ToldOfComponent

KEPT_FOR = 14 * 24 * 3600
"""Seconds for which it is known what an endpoint was told, longer than any message waits."""


def get_told(table: Table, page: str, subscriber: str, component: str) -> ToldOfComponent | None:
    """What an endpoint was told of a component last, strongly consistent."""
    row = table.get(*_key(page, subscriber, component))
    return (
        ToldOfComponent(row["change"], Telling(row["telling"]), row["calling_until"])
        if row
        else None
    )


def claim_call(page: str, subscriber: str, component: str, change: str, now: float) -> Write:
    """That the endpoint is about to be called, on condition that nobody calls it about this
    component now, and that it was told neither this nor anything newer."""
    is_older = "change < :change OR (change = :change AND telling <> :delivered)"
    return Write(
        *_key(page, subscriber, component),
        item={
            "kind": "told_of_component",
            "change": change,
            "telling": Telling.CALLING.value,
            "calling_until": now + CALL_LEASE,
            "ttl": int(now) + KEPT_FOR,
        },
        condition=f"attribute_not_exists(pk) OR (calling_until <= :now AND ({is_older}))",
        values={"now": now, "change": change, "delivered": Telling.DELIVERED.value},
    )


def note_called(page: str, subscriber: str, component: str, change: str, ended: Telling) -> Write:
    """How a call ended, on condition that it is the last one that began."""
    return Write(
        *_key(page, subscriber, component),
        update="SET telling = :ended, calling_until = :over",
        condition="change = :change",
        values={"ended": ended.value, "over": 0, "change": change},
    )


def _key(page: str, subscriber: str, component: str) -> tuple[str, str]:
    return f"PAGE#{page}#TOLD_OF_COMPONENTS#{subscriber}", component
