"""Erasure of a person: their row keeps the keyed id and that it must not be texted, no more."""

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.subscribers import person_key, subscriber_key
from statustext.domain.subscriber import State

ERASED = "erased"


def erase_subscriber(page: str, subscriber: str, now: float) -> Write:
    """Forget the number and all that was kept of it; an earlier opt-out keeps its reason.

    Claims stay, without words: a receipt that is still to come finds its place.
    """
    pk, sk = subscriber_key(page, subscriber)
    return Write(
        pk,
        sk,
        update=(
            "SET #state = :ended, suppressed = if_not_exists(suppressed, :erased),"
            " suppressed_at = if_not_exists(suppressed_at, :now), erased_at = :now"
            " REMOVE phone, address, preferences, recent, verified_at, ended_at, ended_by,"
            " paused_until, last_code, quarantined_for, quarantined_at, expires_at, #ttl"
            " ADD token_epoch :one, wishes :one"
        ),
        condition="attribute_exists(pk)",
        names={"state": "state", "ttl": "ttl"},
        values={"ended": State.UNSUBSCRIBED.value, "erased": ERASED, "now": now, "one": 1},
    )


def delete_person(table: Table, page: str, subscriber: str) -> None:
    """Remove every code, text and consent of a person. Doing it again finishes what was left."""
    more = True
    while more:
        rows, more = table.query(person_key(page, subscriber))
        table.delete_many([(row["pk"], row["sk"]) for row in rows])
