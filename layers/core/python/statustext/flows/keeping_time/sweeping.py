"""The clock's brooms for what time has ended."""

from statustext.adapters import ended
from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.pages import audit, get_page
from statustext.adapters.subscribers import subscriber_key
from statustext.adapters.unconfirmed import list_ended, subscriber_of_end
from statustext.domain.ids import new_id
from statustext.domain.page import Page
from statustext.domain.subscriber import State
from statustext.errors import ConditionFailedError

DAY = 24 * 3600
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


def remove_numbers(table: Table, page_id: str, now: float, entropy: Entropy) -> int:
    """Remove the numbers of those who left as long ago as the page keeps them; how many.

    What named them goes last here too. Nothing is removed of who came back meanwhile.
    """
    if not ended.list_ended(table, page_id, now - DAY, 1):
        return 0  # nobody left so long ago that any page would say so
    page = get_page(table, page_id)
    removed, before = 0, now - (page.ended_kept_days if page else Page.ended_kept_days) * DAY
    for one in ended.list_ended(table, page_id, before, PER_TICK):
        removed += _remove_number(table, page_id, ended.subscriber_of(one), before, now, entropy)
        table.delete_if(one)
    return removed


def _remove_number(
    table: Table, page: str, subscriber: str, before: float, now: float, entropy: Entropy
) -> bool:
    event, detail = "subscriber.number_removed", {"subscriber": subscriber}
    note = audit(page, new_id(now, entropy(4)), event, detail, "the clock", now)
    try:
        table.transact([ended.remove_number(page, subscriber, before, now), note])
    except ConditionFailedError:
        return False  # back again, erased, or never more than an opt-out
    ended.delete_direct_texts(table, page, subscriber, now)
    return True
