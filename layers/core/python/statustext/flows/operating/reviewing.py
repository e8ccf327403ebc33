"""Replies that may have been opt-outs: an operator confirms that one was, or undoes it.

Some words are obeyed as an opt-out although they may mean something else, and some are not although
they may mean one (domain/opt_out.py says which). Each waits here for somebody who reads it.
"""

import re
from typing import Any

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.ended import put_ended
from statustext.adapters.holds import put_hold
from statustext.adapters.opt_outs import has_subscription, suppress
from statustext.adapters.reviews import end_review, get_review, list_reviews, undo_stop
from statustext.adapters.subscribers import subscriber_key
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.acting import Act
from statustext.flows.cursors import bad_cursor
from statustext.flows.operating.statuspage import timestamp

ID = "[0-9]{11}-[A-Za-z0-9]{1,80}"
"""A moment and Twilio's id of the reply."""


def waiting_reviews(
    page_id: str, cursor: str, table: Table
) -> tuple[list[dict[str, Any]], str | None]:
    """Up to a hundred, the first first, and the cursor to go on with. RejectedError 422 for a
    cursor that no list returned."""
    if cursor and not re.fullmatch(ID, cursor):
        raise bad_cursor()
    rows, more = list_reviews(table, page_id, cursor)
    return [_shown(row) for row in rows], rows[-1]["sk"] if more else None


def confirm(page_id: str, review: str, act: Act) -> dict[str, Any]:
    """It was an opt-out: nobody texts this number any more. RejectedError 404 or 409."""
    row = _require(page_id, review, act.table)
    one = row["subscriber"]
    known = act.table.get(*subscriber_key(page_id, one)) or {}
    writes: list[Write] = []
    if "suppressed" not in known:
        writes = [suppress(page_id, one, "stop", act.now, in_words=True)]
        writes.append(put_ended(page_id, one, act.now))
    _end(row, "opted_out", writes, act)
    return {**_shown(row), "verdict": "opted_out", "suppressed": True}


def undo(page_id: str, review: str, act: Act) -> dict[str, Any]:
    """It was none: whoever was opted out by it has their subscription back, and is suppressed only
    if another opt-out came before. RejectedError 404, and 409 where one came since or their number
    was removed."""
    row = _require(page_id, review, act.table)
    one = row["subscriber"]
    known = act.table.get(*subscriber_key(page_id, one)) or {}
    writes: list[Write] = []
    if row["opted_out"]:
        returns = has_subscription(known)
        writes = [undo_stop(row, returns=returns), *[put_hold(page_id, one, act.now)] * returns]
    _end(row, "not_opted_out", writes, act)
    is_suppressed = "suppressed" in known and not writes
    return {**_shown(row), "verdict": "not_opted_out", "suppressed": is_suppressed}


def _end(row: Item, verdict: str, writes: list[Write], act: Act) -> None:
    detail = {"subscriber": row["subscriber"], "said": row["said"], "verdict": verdict}
    note = act.note(row["page"], "reply.reviewed", detail)
    try:
        act.table.transact([end_review(row["page"], row["sk"]), *writes, note])
    except ConditionFailedError:
        raise RejectedError(
            409,
            "reply_cannot_be_undone",
            "They opted out again or came back since, their number was removed, or somebody else "
            "has reviewed this; list the reviews again. After an opt-out only START helps.",
        ) from None


def _require(page_id: str, review: str, table: Table) -> Item:
    row = get_review(table, page_id, review) if re.fullmatch(ID, review) else None
    if row is None:
        raise RejectedError(
            404, "review_not_found", "No such reply waits for a review; it may have had one."
        )
    return row


def _shown(row: Item) -> dict[str, Any]:
    return {
        "id": row["sk"],
        "subscriber": row["subscriber"],
        "at": timestamp(row["at"]),
        "said": row["said"],
        "opted_out": row["opted_out"],
    }
