"""Calls that may be repeated: the name of each is reserved in the transaction that it guards.

Stricter than a record beside the work: there is no moment with one written and the other not.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.incidents import find_reserved, reserve
from statustext.contracts import IncidentInput
from statustext.errors import RejectedError

ONCE_LIFE = 7 * 24 * 3600


@dataclass(frozen=True)
class Once:
    """A name that makes a call harmless to repeat: reserved in the transaction it guards.

    `fingerprint` is empty where any later call with the name means the same, as for `external_id`.
    """

    name: str
    fingerprint: str = ""
    life: float = 0.0

    def guard(self, page: str, incident: str, now: float) -> Write:
        return reserve(
            page, self.name, incident, self.fingerprint, now + self.life if self.life else 0
        )


def by_key(key: str | None, incident: str | None, given: IncidentInput) -> Once | None:
    """An Idempotency-Key, for a week, with what was asked under it."""
    if key is None:
        return None
    words = given.model_dump_json(exclude={"confirm_token"})
    asked = f"{incident or 'new'} {words}"
    hashed = hashlib.sha256(key.encode()).hexdigest()
    return Once(f"idempotency#{hashed}", hashlib.sha256(asked.encode()).hexdigest(), ONCE_LIFE)


def by_external_id(given: IncidentInput) -> Once | None:
    """The operator's own name for an incident, good for ever."""
    return Once(f"external#{given.external_id}") if given.external_id else None


def done_before(page: str, guards: Sequence[Once], table: Table) -> str | None:
    """What an earlier call with one of these names led to (an incident, a text), if any.

    Raises RejectedError 422 where the name was used for something else.
    """
    for one in guards:
        row = find_reserved(table, page, one.name)
        if row is None:
            continue
        if row["fingerprint"] != one.fingerprint:
            raise RejectedError(
                422,
                "idempotency_key_reused",
                "This Idempotency-Key was used for another request; choose a new one.",
            )
        return str(row["incident"])
    return None
