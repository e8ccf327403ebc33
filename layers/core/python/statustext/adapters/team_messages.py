"""Rows of messages to the team: what was claimed for whom, and what became of it."""

from enum import StrEnum

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.pages import AUDIT_LIFE
from statustext.domain.team.contacts import Contact
from statustext.domain.team.escalation import Escalation

MOST_TRIES = 3


class MessageStatus(StrEnum):
    """CLAIMED is on its way, or left so by a function that died: it is never sent again. ORDERED is
    a text of the codes' lane, whose own row says how it ends. FAILED certainly did not go, and is
    tried three times."""

    CLAIMED = "claimed"
    ORDERED = "ordered"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    REFUSED = "refused"


def _message_key(escalation: Escalation, contact: Contact) -> tuple[str, str]:
    about = f"PAGE#{escalation.page}#ESCALATION#{escalation.id}"
    return about, f"{escalation.step:03d}#{contact.id}"


def claim_message(
    escalation: Escalation, contact: Contact, status: MessageStatus, now: float, **more: str
) -> Write:
    """Write ahead that a contact is told at an escalation's present step. Once, but for a message
    that certainly did not go."""
    return Write(
        *_message_key(escalation, contact),
        update=(
            "SET #kind = :kind, #channel = :channel, contact = :contact, #status = :status,"
            " #at = :now, #ttl = :ttl, tries = if_not_exists(tries, :none) + :one"
            + "".join(f", {name} = :{name}" for name in more)
        ),
        condition="attribute_not_exists(pk) OR (#status = :failed AND tries < :most)",
        names={"kind": "kind", "channel": "channel", "status": "status", "at": "at", "ttl": "ttl"},
        values={
            "kind": "team_message",
            "channel": contact.channel.value,
            "contact": contact.id,
            "status": status.value,
            "now": now,
            "ttl": int(now) + AUDIT_LIFE,
            "none": 0,
            "one": 1,
            "failed": MessageStatus.FAILED.value,
            "most": MOST_TRIES,
            **more,
        },
    )


def record_message(
    escalation: Escalation, contact: Contact, status: MessageStatus, reason: str
) -> Write:
    """What became of what was claimed."""
    return Write(
        *_message_key(escalation, contact),
        update="SET #status = :status, reason = :reason",
        condition="#status = :claimed",
        names={"status": "status"},
        values={
            "status": status.value,
            "reason": reason,
            "claimed": MessageStatus.CLAIMED.value,
        },
    )


def is_settled(table: Table, escalation: Escalation, contact: Contact) -> bool:
    """Whether a contact's message of the present step is nothing to be tried again."""
    row = table.get(*_message_key(escalation, contact))
    if row is None:
        return False
    return bool(row["status"] != MessageStatus.FAILED or row["tries"] >= MOST_TRIES)


def list_messages(table: Table, page: str, escalation: str) -> list[Item]:
    """All messages of an escalation, by its steps."""
    return list(table.query_all(f"PAGE#{page}#ESCALATION#{escalation}"))
