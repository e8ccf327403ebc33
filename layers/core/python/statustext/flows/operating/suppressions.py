"""Numbers and addresses that must not be told: listed, added and lifted by operators.

An operator lifts only what an operator suppressed, or SES for a bounce or a complaint: a mailbox
cannot text START, and nobody is subscribed by that, as a new sign-up is confirmed by its link. What
a person said (STOP), what their carrier said, and an erasure are undone by START from that phone
alone.
"""

import re
from typing import Any

from statustext.adapters.carrier_errors import BOUNCE, COMPLAINT
from statustext.adapters.direct_texts import mode_of
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.ended import put_ended
from statustext.adapters.opt_outs import lift, suppress
from statustext.adapters.subscribers import page_through_rows, subscriber_key
from statustext.domain.handsets import is_number, one_spelling
from statustext.domain.ids import subscriber_id
from statustext.domain.masking import contact_shown
from statustext.domain.mode import Mode
from statustext.domain.typed_digits import plain
from statustext.errors import ConditionFailedError, RejectedError
from statustext.field_types import EMAIL
from statustext.flows.acting import Act
from statustext.flows.cursors import next_cursor, place_of
from statustext.flows.operating.statuspage import timestamp

SUBSCRIBER_ID = r"sub_[a-z0-9]{16}"
BY_OPERATOR = "operator"
LIFTED = (BY_OPERATOR, BOUNCE, COMPLAINT)
LIMIT = 1000


def suppressed_id(written: str, page_id: str, master: str) -> str:
    """The id under which a number, an e-mail address, or what has this id already, is suppressed
    or not. Raises RejectedError 422."""
    if re.fullmatch(SUBSCRIBER_ID, written):
        return written
    if re.fullmatch(EMAIL, written):
        return subscriber_id(master, page_id, written, Mode.EMAIL)
    number = one_spelling(plain(written))
    if not is_number(number):
        sentence = "Give the number in full, as in +14155550123, or an e-mail address."
        raise RejectedError(422, "invalid_number", sentence)
    return subscriber_id(master, page_id, number)


def list_suppressions(page_id: str, cursor: str, table: Table) -> tuple[list[dict[str, Any]], str]:
    """Some suppressed numbers, and the cursor to go on with ("" at the end). A page may be short,
    or empty, before the end: each is one Query of a thousand rows.

    Raises RejectedError 422 for a cursor that no list returned.
    """
    shard, after = place_of(cursor)
    rows, after = page_through_rows(table, page_id, shard, after, LIMIT)
    found = [_shown(row) for row in rows if "suppressed" in row]
    return found, next_cursor(shard, after)


def show_suppression(page_id: str, one: str, table: Table) -> dict[str, Any]:
    """One suppression, or RejectedError 404."""
    row = table.get(*subscriber_key(page_id, one))
    if row is None or "suppressed" not in row:
        raise _not_suppressed()
    return _shown(row)


def add_suppression(page_id: str, one: str, reason: str, act: Act) -> dict[str, Any]:
    """Suppress a number, whether or not it is subscribed. Raises RejectedError 409 if it is."""
    row = act.table.get(*subscriber_key(page_id, one))
    if row is not None and "suppressed" in row:
        raise RejectedError(409, "already_suppressed", "This number is suppressed already.")
    detail = {"subscriber": one, "reason": reason}
    note = act.note(page_id, "number.suppressed", detail)
    ended = put_ended(page_id, one, act.now)
    act.table.transact([suppress(page_id, one, BY_OPERATOR, act.now), ended, note])
    return show_suppression(page_id, one, act.table)


def lift_suppression(page_id: str, one: str, reason: str, act: Act) -> None:
    """Let a number or an address be asked for a code again. It is not subscribed by that. Raises
    RejectedError 404 for none, 409 where only START undoes it."""
    known = show_suppression(page_id, one, act.table)
    detail = {"subscriber": one, "reason": reason, "was": known["reason"]}
    note = act.note(page_id, "number.unsuppressed", detail)
    was = known["reason"] if known["reason"] in LIFTED else BY_OPERATOR
    try:
        act.table.transact([lift(page_id, one, was, act.now), note])
    except ConditionFailedError:
        raise RejectedError(
            409,
            "number_opted_out",
            "This was not said by an operator; only START from that phone undoes it.",
        ) from None


def _shown(row: Item) -> dict[str, Any]:
    return {
        "subscriber": row["sk"],
        **contact_shown(mode_of(row), row.get("phone") or row.get("address", "")),
        "reason": row["suppressed"],
        "since": timestamp(row["suppressed_at"]),
    }


def _not_suppressed() -> RejectedError:
    return RejectedError(404, "not_suppressed", "This number is not suppressed on this page.")
