"""Proof that the owner of a number asked for texts: what they saw, when, and by which way."""

from typing import Any

from statustext.adapters.consents import list_consents
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.subscribers import get_subscriber
from statustext.domain.masking import CONTACT, contact_shown
from statustext.errors import RejectedError
from statustext.flows.operating.statuspage import timestamp
from statustext.flows.operating.suppressions import suppressed_id

LANGUAGE = "en"
"""Of the consent text where its record names none."""


def proof_of_consent(
    page_id: str, phone: str, table: Table, master: str, now: float
) -> dict[str, Any]:
    """What the owner of a number agreed to on a page: the newest hundred records, newest first.

    Raises RejectedError 422 for what is no number, 404 where nobody agreed with it.
    """
    one = suppressed_id(phone, page_id, master)
    records = list_consents(table, page_id, one)
    if not records:
        raise RejectedError(
            404, "consent_not_found", "Nobody agreed with this number on this page."
        )
    known = get_subscriber(table, page_id, one, now)
    return {
        "subscriber": one,
        **(contact_shown(known.mode, known.reached_at) if known else dict.fromkeys(CONTACT)),
        "status": known.state.value if known else None,
        "suppressed": known.suppressed if known else None,
        "consents": [_record(row) for row in records],
    }


def _record(row: Item) -> dict[str, Any]:
    return {
        "id": row["sk"].removeprefix("CONSENT#"),
        "at": timestamp(row["at"]),
        "method": row.get("method", "form"),
        "shown": row.get("text") or row.get("statement"),
        "version": row.get("version"),
        "language": row.get("language", LANGUAGE),
        "address_hash": row.get("address_hash"),
        "verified_at": timestamp(row.get("verified_at")),
        "attested_by": row.get("attested_by"),
        "source": row.get("source"),
        "obtained_at": row.get("obtained_at"),
    }
