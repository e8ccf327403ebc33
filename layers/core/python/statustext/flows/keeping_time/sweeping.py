"""The clock's brooms for what time has ended."""

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.subscribers import subscriber_key
from statustext.adapters.unconfirmed import list_ended, subscriber_of_end
from statustext.domain.subscriber import State

PER_TICK = 200
"""Subscriptions looked at in a minute, two requests each; the next minute goes on."""


def sweep_unconfirmed(table: Table, page: str, now: float) -> int:
    """Delete unconfirmed subscriptions whose day is over; how many.

    The row that named them goes last: a crash between the two costs a look more.
    """
    swept = 0
    for end in list_ended(table, page, now, PER_TICK):
        swept += _delete_expired(table, page, subscriber_of_end(end.sk), now)
        table.delete_if(end)
    return swept


def _delete_expired(table: Table, page: str, subscriber: str, now: float) -> bool:
    pk, sk = subscriber_key(page, subscriber)
    write = Write(
        pk,
        sk,
        condition="#state = :unconfirmed AND expires_at <= :now",
        names={"state": "state"},
        values={"unconfirmed": State.UNCONFIRMED.value, "now": now},
    )
    return table.delete_if(write)  # not who verified, opted out or asked for another code since
