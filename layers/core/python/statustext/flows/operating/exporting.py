"""Everybody of a page, with numbers and addresses in full: to keep elsewhere, or import again."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from statustext.adapters.components import list_components
from statustext.adapters.subscribers import page_through_shard
from statustext.domain.component import Component
from statustext.domain.masking import CONTACT, contact_shown
from statustext.domain.subscriber import Subscriber
from statustext.flows.acting import Act
from statustext.flows.cursors import next_cursor, place_of
from statustext.flows.operating.finding import LIMIT
from statustext.flows.operating.statuspage import timestamp
from statustext.flows.signing_up.preferences import FLAGS, TIMES, show

WANTED = ("severity_filter", "services", *FLAGS, *TIMES, "language")
OTHERS = tuple(name for name in CONTACT if name != "phone")
COLUMNS = ("id", "phone", "status", "verified_at", "created_at", "suppressed", *WANTED, *OTHERS)
LISTS = ("severity_filter", "services")
"""Preferences of several words, which a cell holds with spaces between them."""


def export(page_id: str, cursor: str, act: Act) -> tuple[list[dict[str, Any]], str]:
    """Up to a thousand subscribers of any state, and the cursor to go on with ("" at the end). That
    they were taken, and how many, is noted before they are answered.

    Raises RejectedError 422 for a cursor that no export returned.
    """
    shard, after = place_of(cursor)
    found, after = page_through_shard(act.table, page_id, shard, after, act.now, LIMIT)
    known = list_components(act.table, page_id)
    rows = [_row(one, known) for one in found if one.reached_at]
    act.table.write(act.note(page_id, "subscribers.exported", {"count": len(rows)}))
    return rows, next_cursor(shard, after)


def _row(one: Subscriber, known: Sequence[Component]) -> dict[str, Any]:
    return {
        "id": one.id,
        **contact_shown(one.mode, one.reached_at, in_full=True),
        "status": one.state.value,
        "verified_at": timestamp(one.verified_at),
        "created_at": timestamp(one.created_at),
        "suppressed": one.suppressed,
        **show(one.preferences, known),
    }


def as_csv(rows: Sequence[dict[str, Any]], *, is_first: bool) -> str:
    """Rows as comma-separated values (RFC 4180), with a header on the first page."""
    written = io.StringIO()
    writer = csv.writer(written)
    if is_first:
        writer.writerow(COLUMNS)
    writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)
    return written.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(value) if isinstance(value, list) else str(value or "")


def as_json_lines(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as JSON, one line each."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
