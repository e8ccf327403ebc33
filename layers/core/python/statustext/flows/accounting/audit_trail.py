"""What operators and the system did to a page, the newest first."""

from typing import Any

from statustext.adapters.dynamodb import Table
from statustext.adapters.pages import page_through_audit
from statustext.flows.cursors import entry_of
from statustext.flows.operating.statuspage import timestamp


def list_audit(
    page_id: str, limit: int, cursor: str, table: Table
) -> tuple[list[dict[str, Any]], str]:
    """Up to `limit` entries, and the cursor to go on with ("" at the end).

    Raises RejectedError 422 for a cursor that no list returned.
    """
    rows, after = page_through_audit(table, page_id, limit, entry_of(cursor))
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
