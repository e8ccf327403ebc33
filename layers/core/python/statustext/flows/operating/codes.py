"""Codes texted and entered, by prefix and country, for operators: today's counts, what is paused
as too few were entered, and an end to a pause."""

import re
from typing import Any

from statustext.adapters import code_shares
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.acting import Act
from statustext.flows.cursors import bad_cursor
from statustext.flows.operating.statuspage import timestamp

SCOPE = r"\+[1-9][0-9]{2,10}|[A-Z]{2}"
"""A number without its last four digits, or a country."""


def show_codes(page_id: str, cursor: str, table: Table, now: float) -> dict[str, Any]:
    """All that is paused, up to a hundred of today's counts in order of the scope, and the cursor
    to go on with. Raises RejectedError 422 for a cursor that no list returned."""
    if cursor and not re.fullmatch(SCOPE, cursor):
        raise bad_cursor()
    rows, more = code_shares.list_shares(table, page_id, now, cursor)
    paused = code_shares.list_paused(table, page_id, now)
    return {
        "paused": [_shown_pause(row) for row in paused],
        "counts": [_shown(row) for row in rows if row.get("sent")],
        "next_cursor": code_shares.scope_of(rows[-1]) if more else None,
    }


def lift(page_id: str, scope: str, reason: str, act: Act) -> dict[str, Any]:
    """Text codes to a prefix or country again, and count them from the beginning. Raises
    RejectedError 422 for what is neither, 404 where it is not paused."""
    if not re.fullmatch(SCOPE, scope):
        sentence = "Name what is paused as the list does: +1555201 or GB."
        raise RejectedError(422, "invalid_scope", sentence, fields={"scope": sentence})
    note = act.note(page_id, "codes.resumed", {"scope": scope, "reason": reason})
    try:
        act.table.transact([*code_shares.lift(page_id, scope, act.now), note])
    except ConditionFailedError:
        raise RejectedError(
            404, "not_paused", "Codes to these numbers are not paused; list what is."
        ) from None
    return {"scope": scope, "paused": False}


def _shown(row: Item) -> dict[str, Any]:
    share = code_shares.share_of(row)
    return {"scope": code_shares.scope_of(row), "sent": share.sent, "entered": share.entered}


def _shown_pause(row: Item) -> dict[str, Any]:
    return {**_shown(row), "since": timestamp(row["at"]), "until": timestamp(row["until"])}
