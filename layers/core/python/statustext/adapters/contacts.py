"""Rows of a page's contacts, and of the texts that its on-call phones had in the last hour."""

from collections.abc import Sequence

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.domain.team.contacts import Contact, ContactState
from statustext.domain.team.routing import Channel
from statustext.domain.team.sms_cap import WINDOW

PREFIX = "CONTACT#"


def _team(page: str) -> str:
    return f"PAGE#{page}#TEAM"


def contact_key(page: str, contact: str) -> tuple[str, str]:
    return _team(page), PREFIX + contact


def list_contacts(table: Table, page: str) -> list[Contact]:
    """All of them, in the order in which they were added."""
    found = [contact_of(row) for row in table.query_all(_team(page), prefix=PREFIX)]
    return sorted(found, key=lambda one: (one.added_at, one.id))


def get_contact_row(table: Table, page: str, contact: str) -> Item | None:
    """One, with what is known of its code."""
    return table.get(*contact_key(page, contact))


def contact_of(row: Item) -> Contact:
    """A contact from its row."""
    return Contact(
        id=row["sk"].removeprefix(PREFIX),
        name=row["name"],
        channel=Channel(row["channel"]),
        address=row["address"],
        state=ContactState(row["state"]),
        added_at=row["added_at"],
    )


def put_contact(page: str, contact: Contact) -> Write:
    """Add one that is not there."""
    row = {k: v for k, v in vars(contact).items() if k != "id"}
    row |= {"channel": contact.channel.value, "state": contact.state.value, "kind": "contact"}
    pk, sk = contact_key(page, contact.id)
    return Write(pk, sk, item=row, condition="attribute_not_exists(pk)")


def remove_contact(page: str, contact: str) -> Write:
    pk, sk = contact_key(page, contact)
    return Write(pk, sk, delete=True, condition="attribute_exists(pk)")


def turn_contact(page: str, contact: str, state: ContactState) -> Write:
    """Give one that is there another state."""
    pk, sk = contact_key(page, contact)
    return Write(
        pk,
        sk,
        update="SET #state = :state",
        condition="attribute_exists(pk)",
        names={"state": "state"},
        values={"state": state.value},
    )


def note_code(page: str, contact: str, nonce: str, kid: str, expires_at: float) -> Write:
    """A code is on its way to a contact: what it is made of, with the key `kid`, and its end."""
    pk, sk = contact_key(page, contact)
    return Write(
        pk,
        sk,
        update=(
            "SET nonce = :nonce, kid = :kid, code_expires_at = :expires, tries = :none"
            " REMOVE used_at"
        ),
        condition="attribute_exists(pk)",
        values={"nonce": nonce, "kid": kid, "expires": expires_at, "none": 0},
    )


def verify_contact(row: Item, now: float) -> Write:
    """Its code was entered: it may be told from now on, and the code is used up."""
    return Write(
        row["pk"],
        row["sk"],
        update="SET used_at = :now, #state = :verified",
        condition="attribute_not_exists(used_at) AND code_expires_at > :now AND nonce = :nonce",
        names={"state": "state"},
        values={"now": now, "verified": ContactState.VERIFIED.value, "nonce": row["nonce"]},
    )


def on_call_texts(table: Table, page: str) -> tuple[float, ...]:
    """When the on-call phones of a page were texted, as far as the cap needs to know."""
    row = table.get(_team(page), "SMS_CAP")
    return tuple(row["sent"]) if row else ()


def count_on_call_text(page: str, before: Sequence[float], after: Sequence[float]) -> Write:
    """Count a text, in the transaction that orders it; refused where another was counted since
    `before` was read."""
    unchanged = "sent = :before" if before else "attribute_not_exists(pk)"
    return Write(
        _team(page),
        "SMS_CAP",
        item={"kind": "sms_cap", "sent": list(after), "ttl": int(after[-1]) + 2 * WINDOW},
        condition=unchanged,
        values={"before": list(before)} if before else {},
    )
