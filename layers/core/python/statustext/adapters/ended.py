"""Who left a page, in that order, so that their numbers go when their days are over.

When somebody left stands on the subscriber's row (`left_at`); a row here only says whom to look at.
"""

import math

from statustext.adapters.direct_texts import PREFIX
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.subscribers import person_key, preferences_row, subscriber_key
from statustext.domain.subscriber import Preferences, State

DIRECT_TEXTS_KEPT = 24 * 3600
"""Seconds for which texts to one person stay beyond their number: a sign-up may be underway."""


def put_ended(page: str, subscriber: str, now: float) -> Write:
    """Note that this subscription ended, in the transaction that ends it."""
    return Write(_partition(page), f"{math.ceil(now):011d}#{subscriber}", item={"kind": "ended"})


def list_ended(table: Table, page: str, before: float, limit: int) -> list[Write]:
    """Rows of up to `limit` that left before a moment, the first first, each as what deletes it."""
    rows, _ = table.query(_partition(page), upto=f"{math.floor(before):011d}~", limit=limit)
    return [Write(row["pk"], row["sk"]) for row in rows]


def subscriber_of(ended: Write) -> str:
    """The subscriber that such a row names."""
    return ended.sk.partition("#")[2]


def remove_number(page: str, subscriber: str, before: float, now: float) -> Write:
    """Forget the number of who left at or before a moment, and what they wished to hear.

    The keyed id, an opt-out and that the number was verified once stay: START undoes a STOP however
    old, to the usual preferences.
    """
    pk, sk = subscriber_key(page, subscriber)
    return Write(
        pk,
        sk,
        update=(
            "SET number_removed_at = :now, preferences = :usual, told = :none, said = :none"
            " REMOVE phone, address, chose_at, recent, paused_until, last_code,"
            " quarantined_for, quarantined_at, unreachable_at ADD wishes :one"
        ),
        condition=(
            "#state = :ended AND left_at <= :before"
            " AND (attribute_exists(phone) OR attribute_exists(address))"
        ),
        names={"state": "state"},
        values={
            "ended": State.UNSUBSCRIBED.value,
            "before": before,
            "now": now,
            "usual": preferences_row(Preferences()),
            "none": {},
            "one": 1,
        },
    )


def delete_direct_texts(table: Table, page: str, subscriber: str, now: float) -> None:
    """Remove what one person was texted directly until a day ago: those rows hold the number. What
    is still to be texted stays."""
    more, after = True, ""
    while more:
        rows, more = table.query(person_key(page, subscriber), prefix=PREFIX, after=after)
        before = now - DIRECT_TEXTS_KEPT
        old = [row for row in rows if max(row["at"], row.get("send_at", 0.0)) <= before]
        table.delete_many([(row["pk"], row["sk"]) for row in old])
        after = rows[-1]["sk"] if rows else ""


def _partition(page: str) -> str:
    return f"PAGE#{page}#ENDED"
