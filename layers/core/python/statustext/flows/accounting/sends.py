"""Every text of a page, for operators: as a list, and one with its history.

Texts to one person each (codes, welcomes, answers, operators' own) are listed by time or by their
number, announcements by their incident.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from statustext.adapters.deliveries import get_delivery
from statustext.adapters.direct_texts import (
    OPERATORS_OWN,
    PREFIX,
    get_direct_text,
    list_direct_texts,
)
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.sends import page_through_sends
from statustext.adapters.subscribers import person_key
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.explanation import DELIVERY_WORDS
from statustext.domain.handsets import is_number
from statustext.domain.ids import id_at, made_at, subscriber_id
from statustext.domain.masking import mask
from statustext.domain.typed_digits import plain
from statustext.errors import RejectedError
from statustext.field_types import seconds
from statustext.flows.accounting import deliveries
from statustext.flows.cursors import bad_cursor
from statustext.flows.operating.statuspage import timestamp

LIMIT = 100
"""Texts of one Query: as many rows as one BatchGetItem reads."""

ID = r"[a-z0-9]{12}"
NAME = rf"({ID})\.(sub_[a-z0-9]{{16}})"
ANNOUNCEMENT_NAME = rf"({ID})\.([1-9][0-9]{{0,4}})\.(sub_[a-z0-9]{{16}})"

ANNOUNCEMENT = "announcement"
CATEGORIES = (
    "verification",
    "welcome",
    "manage_link",
    "answer",
    *OPERATORS_OWN,
)
QUERY = ("status", "category", "phone", "incident", "from", "to")

SCHEDULED, QUEUED = "scheduled", DeliveryStatus.QUEUED.value
"""What a text is before the carrier is asked: to be sent at its moment, or handed to the sender."""

STATUSES = (SCHEDULED, *DeliveryStatus)


@dataclass(frozen=True)
class SendFilter:
    """Which texts are wanted: "" and 0 for any. `since` and `until` are seconds since the epoch,
    compared with when a text was ordered."""

    status: str = ""
    category: str = ""
    subscriber: str = ""
    incident: str = ""
    since: float = 0.0
    until: float = 0.0

    def passes(self, row: Item, now: float) -> bool:
        is_of_kind = self.category in ("", row["event"]) and self.status in ("", _status(row, now))
        return is_of_kind and self.since <= row["at"] and not 0 < self.until <= row["at"]


def read_filter(given: Mapping[str, str], page_id: str, master: Callable[[], str]) -> SendFilter:
    """The filter that a query asks for. Raises RejectedError 422 for a moment or a number that
    is none, or for an incident together with what only texts to one person have."""
    if given["incident"] and any(given[name] for name in ("category", "phone", "from", "to")):
        raise RejectedError(
            422, "invalid_request", "With incident, only status and cursor can be given."
        )
    phone = plain(given["phone"])
    if phone and not is_number(phone):
        raise RejectedError(422, "invalid_number", "Give the number in full, as in +14155550123.")
    return SendFilter(
        given["status"],
        given["category"],
        subscriber_id(master(), page_id, phone) if phone else "",
        given["incident"],
        _moment("from", given),
        _moment("to", given),
    )


def _moment(name: str, given: Mapping[str, str]) -> float:
    if not given[name]:
        return 0.0
    try:
        return seconds(given[name])
    except ValueError as error:
        raise RejectedError(
            422, "invalid_request", f"{name} {error}.", fields={name: str(error)}
        ) from None


def send_name(direct: str, subscriber: str) -> str:
    """A text's id in the API: its own and its person's."""
    return f"{direct}.{subscriber}"


def list_sends(
    page_id: str, wanted: SendFilter, cursor: str, table: Table, now: float
) -> tuple[list[dict[str, Any]], str]:
    """Some texts that pass, the newest first, and the cursor to go on with ("" at the end). A page
    may be short, or empty, before the end: two requests look at a hundred.

    Raises RejectedError 422 for a cursor that no list returned, 404 for an unknown incident.
    """
    if wanted.incident:
        return _announcements(page_id, wanted, cursor, table, now)
    if wanted.subscriber:
        rows = list_direct_texts(table, page_id, wanted.subscriber)
        return [_shown(row, now) for row in rows if wanted.passes(row, now)], ""
    if cursor and not re.fullmatch(ID, cursor):
        raise bad_cursor()
    latest = id_at(wanted.until) if wanted.until else ""
    before = min((one for one in (cursor, latest) if one), default="")
    listed, more = page_through_sends(table, page_id, LIMIT, before)
    recent = [(direct, one) for direct, one in listed if made_at(direct) >= wanted.since]
    keys = [(person_key(page_id, one), PREFIX + direct) for direct, one in recent]
    rows_of = {(row["direct"], row["subscriber"]): row for row in table.get_many(keys)}
    found = [rows_of[one] for one in recent if one in rows_of]
    is_over = not more or len(recent) < len(listed)
    return (
        [_shown(row, now) for row in found if wanted.passes(row, now)],
        "" if is_over else listed[-1][0],
    )


def _announcements(
    page_id: str, wanted: SendFilter, cursor: str, table: Table, now: float
) -> tuple[list[dict[str, Any]], str]:
    status = DeliveryStatus(wanted.status) if wanted.status not in ("", SCHEDULED) else None
    found, after = deliveries.list_deliveries(page_id, wanted.incident, status, cursor, table)
    shown = deliveries.shown(page_id, found, table, now)
    return [_announcement(wanted.incident, one) for one in shown], after


def _announcement(incident: str, delivery: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the ledger in the form of the other texts."""
    is_suppressed = delivery["status"] == DeliveryStatus.SUPPRESSED
    return {
        "id": f"{incident}.{delivery['update']}.{delivery['subscriber']}",
        "subscriber": delivery["subscriber"],
        "to": delivery["phone"],
        "category": ANNOUNCEMENT,
        "status": delivery["status"],
        "in_words": delivery["in_words"],
        "suppressed_reason": delivery["reason"] if is_suppressed else None,
        "reason": delivery["reason"],
        "metadata": {"suppressed": is_suppressed},
        "segments": delivery["segments"],
        "updated_at": delivery["at"],
    }


def show_send(page_id: str, send: str, table: Table, now: float) -> dict[str, Any]:
    """One text, and what happened to it, the oldest first. Raises RejectedError 404."""
    if match := re.fullmatch(ANNOUNCEMENT_NAME, send):
        incident, seq, one = match[1], int(match[2]), match[3]
        delivery = get_delivery(table, page_id, incident, seq, one)
        if delivery is None:
            raise _not_found()
        [shown] = deliveries.shown(page_id, [(seq, delivery)], table, now)
        history = [{"at": shown["at"], "what": shown["status"]}]
        return {**_announcement(incident, shown), "history": history}
    row = require_send(table, page_id, send)
    steps = [(row["at"], "ordered")]
    if "claimed_at" in row:
        steps.append((row["claimed_at"], "handed to the carrier"))
    if "status_at" in row:
        steps.append((row["status_at"], row["status"]))
    history = [{"at": timestamp(at), "what": what} for at, what in steps]
    return {**_shown(row, now), "history": history}


def require_send(table: Table, page_id: str, send: str) -> Item:
    """The row of a text to one person, or RejectedError 404."""
    match = re.fullmatch(NAME, send)
    row = get_direct_text(table, page_id, match[2], match[1]) if match else None
    if row is None:
        raise _not_found()
    return row


def _not_found() -> RejectedError:
    return RejectedError(404, "send_not_found", "There is no such text on this page.")


def _shown(row: Item, now: float) -> dict[str, Any]:
    """A text for an operator, its number masked. What an operator wrote is shown; a code is not."""
    status = _status(row, now)
    is_suppressed = status == DeliveryStatus.SUPPRESSED
    return {
        "id": send_name(row["direct"], row["subscriber"]),
        "subscriber": row["subscriber"],
        "to": mask(row["phone"]),
        "category": row["event"],
        "body": row.get("body"),
        "status": status,
        "in_words": _in_words(row, status),
        "suppressed_reason": row.get("reason") if is_suppressed else None,
        "reason": row.get("reason"),
        "metadata": {"suppressed": is_suppressed},
        "segments": row.get("segments"),
        "sid": row.get("sid"),
        "created_at": timestamp(row["at"]),
        "send_at": timestamp(row.get("send_at")),
        "updated_at": timestamp(row.get("status_at", row["at"])),
    }


def _status(row: Item, now: float) -> str:
    if "status" in row:
        return str(row["status"])
    return SCHEDULED if row.get("send_at", 0.0) > now else QUEUED


def _in_words(row: Item, status: str) -> str:
    if status == SCHEDULED:
        return "It waits for its moment."
    if "status" not in row:
        return "It is on its way to the carrier."
    said = DELIVERY_WORDS[DeliveryStatus(status)]
    return f"{said} Reason: {row['reason']}." if row.get("reason") else said
