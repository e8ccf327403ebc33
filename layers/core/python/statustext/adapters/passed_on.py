"""That what is left of a queue's message was sent as a new one."""

import hashlib

from statustext.adapters.dynamodb import Table, Write
from statustext.queue_messages import QueueMessage

LIFE = 24 * 3600
"""Seconds that this is remembered, much longer than the queue keeps two copies apart."""


def _key(message: QueueMessage) -> tuple[str, str]:
    name = hashlib.sha256(message.model_dump_json(exclude={"turn"}).encode()).hexdigest()[:32]
    return f"PAGE#{message.page}#PASSED_ON#{name}", "TURN"


def is_passed_on(message: QueueMessage, table: Table) -> bool:
    """Whether a copy of this message, or of a later turn of it, was passed on."""
    row = table.get(*_key(message))
    return row is not None and int(row["turn"]) > message.turn


def note_passed_on(message: QueueMessage, now: float) -> Write:
    """That the next turn of this message is on its way."""
    return Write(
        *_key(message),
        update="SET kind = :kind, turn = :turn, #ttl = :ttl",
        condition="attribute_not_exists(turn) OR turn < :turn",
        names={"ttl": "ttl"},
        values={"kind": "passed_on", "turn": message.turn + 1, "ttl": int(now) + LIFE},
    )
