"""Texts to one person each in order of time, so that operators can list them.

The text's own row lives with its person (adapters/direct_texts.py); a row here only says whose it
is. Those that wait for their moment have a row more, in order of that moment.
"""

import math

from statustext.adapters.direct_texts import DIRECT_TEXT_KEPT_FOR
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.subscribers import person_key

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


def put_scheduled(page: str, subscriber: str, direct: str, send_at: float) -> Write:
    """Hand this text on at `send_at`."""
    moment = math.ceil(send_at)
    item = {"kind": "scheduled", "subscriber": subscriber, "direct": direct}
    return Write(
        _scheduled(page), f"{moment:011d}#{direct}", item={**item, "ttl": moment + SCHEDULED_LIFE}
    )


def list_due(table: Table, page: str, now: float, limit: int) -> list[tuple[str, str, Write]]:
    """Subscriber and id of scheduled texts whose moment has come, each with what takes its row
    away."""
    rows, _ = table.query(_scheduled(page), upto=f"{math.floor(now):011d}{LAST}", limit=limit)
    return [(row["subscriber"], row["direct"], Write(row["pk"], row["sk"])) for row in rows]


def _partition(page: str) -> str:
    return f"PAGE#{page}#SENDS"


def _scheduled(page: str) -> str:
    return f"PAGE#{page}#SCHEDULED"
