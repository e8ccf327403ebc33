"""Finding subscribers by their number, whatever became of them."""

import re

from statustext.adapters.dynamodb import Table
from statustext.adapters.subscribers import get_subscriber, page_through_shard
from statustext.domain.subscriber import Subscriber
from statustext.errors import RejectedError
from statustext.flows.cursors import next_cursor, place_of
from statustext.flows.operating.suppressions import suppressed_id

LIMIT = 1000
"""Rows looked at by one call for last digits: one Query of at most 1 MB."""


def by_number(page_id: str, phone: str, table: Table, master: str, now: float) -> list[Subscriber]:
    """Who has this number or e-mail address, written in full: one read, as the id is made of it.

    Raises RejectedError 422 for what is neither.
    """
    found = get_subscriber(table, page_id, suppressed_id(phone, page_id, master), now)
    return [found] if found else []


def by_last_digits(
    page_id: str, digits: str, cursor: str, table: Table, now: float
) -> tuple[list[Subscriber], str]:
    """Some whose number ends in these four digits, and the cursor to go on with ("" at the end).

    A page may be empty before the end: each looks at a thousand rows, in one Query. Raises
    RejectedError 422 for other than four digits, and for a cursor that no list returned.
    """
    if not re.fullmatch(r"[0-9]{4}", digits):
        message = "Give the last four digits, as in last4=4567."
        raise RejectedError(422, "invalid_request", message, fields={"last4": "must be 4 digits"})
    shard, after = place_of(cursor)
    rows, after = page_through_shard(table, page_id, shard, after, now, LIMIT)
    found = [one for one in rows if one.phone.endswith(digits)]
    return found, next_cursor(shard, after)
