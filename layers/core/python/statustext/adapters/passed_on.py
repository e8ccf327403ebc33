"""For whom what is left of a queue's message was sent as a new one, and at which turn.

One row for a message and all that became of it: its key leaves out for how many people each still
is. A message for nobody in particular has one part, itself.
"""

import hashlib
import json
from collections.abc import Collection

from statustext.adapters.dynamodb import Table, Write
from statustext.queue_messages import Batch, QueueMessage

LIFE = 24 * 3600
"""Seconds that this is remembered, much longer than the queue keeps two copies apart."""

ITSELF = "itself"

OF_EACH_COPY = {"turn", "subscribers", "one_by_one", "noted_at", "tries"}
"""Fields in which messages differ that became of the same one."""


def parts_of(message: QueueMessage) -> tuple[str, ...]:
    """Whom a message is for."""
    return message.subscribers if isinstance(message, Batch) else (ITSELF,)


def passed_on(message: QueueMessage, table: Table) -> frozenset[str]:
    """For whom a copy of this message was passed on, at this turn or a later one."""
    row = table.get(*_key(message)) or {}
    return frozenset(one for one in parts_of(message) if int(row.get(one, 0)) > message.turn)


def note_passed_on(message: QueueMessage, parts: Collection[str], now: float) -> Write:
    """That the next turn of this message is on its way for these parts of it. Not where of one of
    them a later turn is."""
    names = {f"p{number}": one for number, one in enumerate(parts)}
    changes = ", ".join(f"#{name} = :turn" for name in names)
    return Write(
        *_key(message),
        update=f"SET kind = :kind, #ttl = :ttl, {changes}",
        condition=" AND ".join(f"NOT #{name} >= :turn" for name in names),  # of an absent one too
        names={**names, "ttl": "ttl"},
        values={"kind": "passed_on", "turn": message.turn + 1, "ttl": int(now) + LIFE},
    )


def _key(message: QueueMessage) -> tuple[str, str]:
    given = message.model_dump(exclude=OF_EACH_COPY)
    if isinstance(message, Batch):
        given["first"] = message.first or message.subscribers[0]
    name = hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()[:32]
    return f"PAGE#{message.page}#PASSED_ON#{name}", "TURN"
