"""What operators and the system did to a page, the newest first."""

import re
from typing import Any

from statustext.adapters.dynamodb import Table
from statustext.adapters.pages import page_through_audit
from statustext.flows.cursors import bad_cursor
from statustext.flows.operating.statuspage import timestamp

CURSOR = "[A-Za-z0-9_-]{0,60}"
"""An entry's id."""


def list_audit(
    page_id: str, limit: int, cursor: str, table: Table
) -> tuple[list[dict[str, Any]], str]:
    """Up to `limit` entries, and the cursor to go on with ("" at the end).

    Raises RejectedError 422 for a cursor that no list returned.
    """
    if not re.fullmatch(CURSOR, cursor):
        raise bad_cursor()
    rows, after = page_through_audit(table, page_id, limit, cursor)
    shown = [
        {
            "id": row["sk"],
            "at": timestamp(row["at"]),
            "event": row["event"],
            "actor": row["actor"],
            "detail": row["detail"],
        }
        for row in rows
    ]
    return shown, after
