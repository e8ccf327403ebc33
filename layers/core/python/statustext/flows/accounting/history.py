"""Everything about one subscriber, in words: what they agreed to, what they were sent, and why not.

It answers "why did this number get nothing?" in one call. Texts are named, not quoted.
"""

from collections.abc import Iterable
from typing import Any

from statustext.adapters.consents import list_consents
from statustext.adapters.deliveries import delivery_of, ledger_key
from statustext.adapters.direct_texts import list_direct_texts, mode_of
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.incidents import list_incidents, list_updates
from statustext.adapters.subscribers import get_subscriber
from statustext.domain.delivery import Delivery, DeliveryStatus
from statustext.domain.explanation import (
    DEACTIVATED_WORDS,
    delivery_in_words,
    in_words,
    why_untold,
)
from statustext.domain.incident import Incident, Update
from statustext.domain.masking import contact_shown
from statustext.domain.mode import CARRIERS
from statustext.domain.subscriber import Subscriber
from statustext.errors import RejectedError
from statustext.flows.operating.statuspage import timestamp

INCIDENTS = 20
"""How many of the page's newest incidents are looked at."""

Entry = tuple[float, dict[str, Any]]


def history(page_id: str, subscriber_id: str, table: Table, now: float) -> dict[str, Any]:
    """A subscriber's state and what happened, the newest first. Raises RejectedError 404."""
    subscriber = get_subscriber(table, page_id, subscriber_id, now)
    if subscriber is None:
        raise RejectedError(
            404, "subscriber_not_found", "There is no such subscriber on this page."
        )
    entries = [
        *map(_consent, list_consents(table, page_id, subscriber.id)),
        *map(_direct, list_direct_texts(table, page_id, subscriber.id)),
        *_announcements(subscriber, table, now),
        *_quarantine(subscriber),
    ]
    entries.sort(key=lambda entry: entry[0], reverse=True)
    return {
        "id": subscriber.id,
        **contact_shown(subscriber.mode, subscriber.reached_at),
        "status": subscriber.state.value,
        "suppressed": subscriber.suppressed,
        "paused_until": timestamp(subscriber.paused_until or None),
        "history": [{"at": timestamp(at), **entry} for at, entry in entries],
    }


def _consent(row: Item) -> Entry:
    shown = f"the consent text {row.get('version') or ''}".rstrip()
    match row.get("method"):
        case "operator":
            said = f"An operator attested consent ({row['attested_by']})."
        case "text":
            said = f"Texted {row['keyword']}, and agreed to {shown} by that."
        case _:
            entered = "the code" if row.get("verified_at") else "no code"
            said = f"Agreed to {shown} and entered {entered}."
    return row["at"], {"kind": "consent", "what": said}


def _direct(row: Item) -> Entry:
    status = row.get("status")
    carrier = CARRIERS.get(mode_of(row))
    became = in_words(DeliveryStatus(status), carrier) if status else "It was not sent."
    reason = row.get("reason")
    name = row["event"].replace("_", " ").capitalize()
    what = f"{name}: {became}" + (f" Reason: {reason}." if reason else "")
    return row["at"], {"kind": "text", "status": status, "what": what}


def _quarantine(subscriber: Subscriber) -> Iterable[Entry]:
    if subscriber.is_deactivated and subscriber.quarantined_at is not None:
        yield subscriber.quarantined_at, {"kind": "quarantine", "what": DEACTIVATED_WORDS}


def _announcements(subscriber: Subscriber, table: Table, now: float) -> Iterable[Entry]:
    for incident in list_incidents(table, subscriber.page, INCIDENTS):
        updates = list_updates(table, subscriber.page, incident.id)[-100:]
        keys = [ledger_key(subscriber.page, incident.id, u.seq, subscriber.id) for u in updates]
        rows = {row["seq"]: delivery_of(row) for row in table.get_many(keys)}
        for update in updates:
            yield _announcement(subscriber, incident, update, rows.get(update.seq), now)


def _announcement(
    subscriber: Subscriber,
    incident: Incident,
    update: Update,
    delivery: Delivery | None,
    now: float,
) -> Entry:
    entry = {
        "kind": "announcement",
        "incident": incident.id,
        "update": update.seq,
        "status": delivery.status.value if delivery else None,
        "what": f"{incident.name}, {update.status}: "
        + (
            delivery_in_words(delivery)
            if delivery
            else why_untold(subscriber, incident, update, now)
        ),
    }
    return update.created_at, entry
