"""Who was told an incident, who was not, and how each text ended: the ledger, page by page."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from statustext.adapters.deliveries import page_through_ledger
from statustext.adapters.dynamodb import Table
from statustext.adapters.subscribers import get_subscribers
from statustext.domain.delivery import Delivery, DeliveryStatus
from statustext.domain.explanation import delivery_in_words
from statustext.domain.ids import SHARDS
from statustext.domain.masking import CONTACT, contact_shown
from statustext.flows.cursors import bad_cursor
from statustext.flows.lookups import require_incident
from statustext.flows.operating.statuspage import timestamp

CURSOR = r"([0-9]{1,5})\.([0-9]{1,2})\.([A-Za-z0-9_-]{0,40})"
LIMIT = 100
"""Rows of one Query: as many numbers as one BatchGetItem reads."""

COLUMNS = (
    "subscriber",
    "phone",
    "update",
    "status",
    "reason",
    "in_words",
    "segments",
    "country",
    "at",
    "held_until",
    "type",
    "email",
    "endpoint",
)


def list_deliveries(
    page_id: str, incident_id: str, status: DeliveryStatus | None, cursor: str, table: Table
) -> tuple[list[tuple[int, Delivery]], str]:
    """Some deliveries of an incident with the number of their update, the newest update first, and
    the cursor to go on with ("" at the end). A page may be short, or empty, before the end.

    One Query each: at most a hundred rows of the ledger of one update and one shard. Raises
    RejectedError 404 for an unknown incident, 422 for a cursor that no list returned.
    """
    incident = require_incident(table, page_id, incident_id)
    seq, shard, after = _read(cursor) if cursor else (incident.newest_seq, 0, "")
    if not 1 <= seq <= incident.newest_seq or shard >= SHARDS:
        raise bad_cursor()
    rows, after = page_through_ledger(table, page_id, incident.id, seq, shard, after, LIMIT)
    found = [(seq, one) for one in rows if status in (None, one.status)]
    if not after:
        seq, shard = (seq, shard + 1) if shard + 1 < SHARDS else (seq - 1, 0)
    return found, f"{seq}.{shard}.{after}" if seq else ""


def shown(
    page_id: str, deliveries: Sequence[tuple[int, Delivery]], table: Table, now: float
) -> list[dict[str, Any]]:
    """Deliveries for people: masked numbers, and what became of each in words."""
    ids = list({one.subscriber for _, one in deliveries})
    people = get_subscribers(table, page_id, ids, now)
    contacts = {one: contact_shown(found.mode, found.reached_at) for one, found in people.items()}
    return [
        {
            "subscriber": one.subscriber,
            **(contacts.get(one.subscriber) or dict.fromkeys(CONTACT)),
            "update": seq,
            "status": one.status.value,
            "reason": one.reason or None,
            "in_words": delivery_in_words(one),
            "segments": one.segments,
            "country": one.country or None,
            "at": timestamp(one.at),
            "held_until": timestamp(one.until) if one.status is DeliveryStatus.HELD else None,
        }
        for seq, one in deliveries
    ]


def as_csv(rows: Sequence[dict[str, Any]], *, is_first: bool) -> str:
    """The same as comma-separated values (RFC 4180), with a header on the first page."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS)
    if is_first:
        writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def _read(cursor: str) -> tuple[int, int, str]:
    match = re.fullmatch(CURSOR, cursor)
    if match is None:
        raise bad_cursor()
    return int(match[1]), int(match[2]), match[3]
