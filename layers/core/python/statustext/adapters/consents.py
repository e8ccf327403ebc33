"""Consent records: proof that somebody asked, kept without a phone number."""

from collections.abc import Mapping
from typing import Any

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.subscribers import person_key

UNCONFIRMED_LIFE = 400 * 24 * 3600
"""Seconds for which we keep why a code was texted to somebody who never entered it."""


def put_consent(
    page: str,
    subscriber: str,
    consent: str,
    proof: Mapping[str, Any],
    now: float,
    *,
    confirmed: bool = False,
) -> Write:
    """Keep `proof`: the exact text shown, its version, and where the request came from.

    For good once it is confirmed, for 400 days where it never is. Of the address from which they
    asked it holds a keyed hash: enough to tell whether it was a given one.
    """
    return Write(
        person_key(page, subscriber),
        f"CONSENT#{consent}",
        item={
            "kind": "consent",
            "page": page,
            "subscriber": subscriber,
            "at": now,
            "ttl": None if confirmed else int(now) + UNCONFIRMED_LIFE,
            **proof,
        },
        condition="attribute_not_exists(pk)",
    )


def confirm_consent(page: str, subscriber: str, consent: str, now: float) -> Write:
    """Note that the owner of the phone entered the code that this consent led to."""
    return Write(
        person_key(page, subscriber),
        f"CONSENT#{consent}",
        update="SET verified_at = :now REMOVE #ttl",
        names={"ttl": "ttl"},
        values={"now": now},
    )


def get_consent(table: Table, page: str, subscriber: str, consent: str) -> Item | None:
    """What one sign-up agreed to."""
    return table.get(person_key(page, subscriber), f"CONSENT#{consent}")


def list_consents(table: Table, page: str, subscriber: str) -> list[Item]:
    """What one person agreed to: the newest hundred, newest first."""
    pk = person_key(page, subscriber)
    return table.query(pk, prefix="CONSENT#", newest_first=True, limit=100)[0]
