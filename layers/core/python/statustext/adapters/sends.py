"""Texts to one person each in order of time, so that operators can list them.

The text's own row lives with its person (adapters/direct_texts.py); a row here only says whose it
is. Those that wait for their moment have a row more, in order of that moment.
"""

import math
from dataclasses import dataclass

from statustext.adapters.direct_texts import DIRECT_TEXT_KEPT_FOR, record_direct_text
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.subscribers import person_key
from statustext.domain.delivery import DeliveryStatus

DUPLICATE_WINDOW = 60.0
"""Seconds within which the same words are not texted to the same person again."""

SCHEDULED_LIFE = 24 * 3600
"""Seconds after its moment at which TTL sweeps what nobody looked at."""

LAST = "~"
"""Sorts behind every id."""


def put_send(page: str, subscriber: str, direct: str, at: float) -> Write:
    """List a text under its page. Writing it again changes nothing."""
    item = {"kind": "send", "subscriber": subscriber, "ttl": int(at) + DIRECT_TEXT_KEPT_FOR}
    return Write(_partition(page), direct, item=item)


def page_through_sends(
    table: Table, page: str, limit: int, before: str
) -> tuple[list[tuple[str, str]], bool]:
    """Ids and subscribers of texts that sort before the id `before`, the newest first, and whether
    there are more."""
    rows, more = table.query(_partition(page), upto=before or LAST, newest_first=True, limit=limit)
    return [(row["sk"], row["subscriber"]) for row in rows], more and bool(rows)


def refuse_duplicate(page: str, subscriber: str, fingerprint: str, now: float) -> Write:
    """Hold, in the transaction that orders a text, that the same was not ordered just now."""
    return Write(
        person_key(page, subscriber),
        f"SAME#{fingerprint}",
        item={"kind": "same", "at": now, "ttl": int(now + DUPLICATE_WINDOW) + 1},
        condition="attribute_not_exists(pk) OR #at <= :before",
        names={"at": "at"},
        values={"before": now - DUPLICATE_WINDOW},
    )


@dataclass(frozen=True)
class Scheduled:
    """A text that waits for its moment; of an order to an audience that `order`, else "". `gone`
    takes its row away."""

    subscriber: str
    direct: str
    order: str
    gone: Write


def put_scheduled(
    page: str, subscriber: str, direct: str, send_at: float, order: str = ""
) -> Write:
    """Hand this text on at `send_at`."""
    moment = math.ceil(send_at)
    item = {"kind": "scheduled", "subscriber": subscriber, "direct": direct, "order": order}
    return Write(
        _scheduled(page), f"{moment:011d}#{direct}", item={**item, "ttl": moment + SCHEDULED_LIFE}
    )


def list_due(table: Table, page: str, now: float, limit: int) -> list[Scheduled]:
    """Texts whose moment has come."""
    rows, _ = table.query(_scheduled(page), upto=f"{math.floor(now):011d}{LAST}", limit=limit)
    return [_waiting(row) for row in rows]


def list_waiting_of(table: Table, page: str, order: str, send_at: float) -> list[Scheduled]:
    """Texts of one order that were not handed on yet."""
    rows, _ = table.query(_scheduled(page), prefix=f"{math.ceil(send_at):011d}#")
    return [one for one in map(_waiting, rows) if one.order == order]


def put_order(page: str, order: str, send_at: float) -> Write:
    """An order that waits for its moment, so that it can be taken back as a whole."""
    item = {"kind": "order", "send_at": send_at, "ttl": math.ceil(send_at) + SCHEDULED_LIFE}
    return Write(_scheduled(page), _order(order), item=item)


def cancel_order(page: str, order: str, now: float) -> Write:
    """Nothing of it is handed on any more. Holds that its moment has not come."""
    return Write(
        _scheduled(page),
        _order(order),
        update="SET cancelled_at = :now",
        condition="send_at > :now AND attribute_not_exists(cancelled_at)",
        values={"now": now},
    )


def get_order(table: Table, page: str, order: str) -> Item | None:
    """An order with a moment of its own, for a day after that."""
    return table.get(_scheduled(page), _order(order))


def cancelled_text(page: str, subscriber: str, direct: str, now: float) -> Write:
    """A text is not sent, as an operator took it back. Holds that it did not go."""
    why = "cancelled by an operator"
    return record_direct_text(page, subscriber, direct, DeliveryStatus.SUPPRESSED, now, reason=why)


def _waiting(row: Item) -> Scheduled:
    gone = Write(row["pk"], row["sk"])
    return Scheduled(row["subscriber"], row["direct"], row.get("order", ""), gone)


def _order(order: str) -> str:
    return f"ORDER#{order}"


def _partition(page: str) -> str:
    return f"PAGE#{page}#SENDS"


def _scheduled(page: str) -> str:
    return f"PAGE#{page}#SCHEDULED"
