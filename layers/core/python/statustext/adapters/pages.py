"""Rows of a page: itself, its components, its audit trail."""

from collections.abc import Mapping
from typing import Any

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.domain.incident import Component, ComponentStatus
from statustext.domain.page import RECIPIENT_LIMITS, Limits, Page, Sender

AUDIT_LIFE = 400 * 24 * 3600

ADDED = ("timezone", "quiet_hours", "overnight", "coalescing_window", "paused")
"""Settings that rows written by version 0.1 lack: they have their defaults."""


def page_key(page: str) -> tuple[str, str]:
    return f"PAGE#{page}", "PAGE"


def page_ids(table: Table) -> list[str]:
    """The ids of all pages of this deployment."""
    return [row["sk"] for row in table.query_all("PAGES")]


def get_page(table: Table, page: str) -> Page | None:
    """A page's settings; eventually consistent, as they change once a month."""
    row = table.get(*page_key(page), consistent=False)
    return page_of(row) if row else None


def page_of(row: Item) -> Page:
    """A page from its row."""
    return Page(
        id=row["id"],
        name=row["name"],
        url=row["url"],
        public_url=row["public_url"],
        countries=tuple(row["countries"]),
        segment_budget=row["segment_budget"],
        consent_required=row["consent_required"],
        keyword_replies=row["keyword_replies"],
        templates=row["templates"],
        limits=Limits(**row["limits"]),
        recipient_limits=tuple(
            (texts, seconds) for texts, seconds in row.get("recipient_limits", RECIPIENT_LIMITS)
        ),
        senders=tuple(
            Sender(one["id"], one["mps"], tuple(one["prefixes"])) for one in row.get("senders", ())
        ),
        **{name: row[name] for name in ADDED if name in row},
    )


def page_row(page: Page) -> Item:
    """A page as its row holds it."""
    return {
        "kind": "page",
        "id": page.id,
        "name": page.name,
        "url": page.url,
        "public_url": page.public_url,
        "countries": list(page.countries),
        "segment_budget": page.segment_budget,
        "consent_required": page.consent_required,
        "keyword_replies": page.keyword_replies,
        "templates": dict(page.templates),
        "limits": vars(page.limits),
        "recipient_limits": [list(tier) for tier in page.recipient_limits],
        "senders": [{**vars(one), "prefixes": list(one.prefixes)} for one in page.senders],
        **{name: getattr(page, name) for name in ADDED},
    }


def change_settings(page: str, changes: Mapping[str, Any]) -> Write:
    """Set some of a page's attributes; others that are being set meanwhile are not undone.

    `templates.created` names an attribute within an attribute.
    """
    pk, sk = page_key(page)
    paths = {name: name.split(".") for name in changes}
    settings = [
        ".".join(f"#{part}" for part in parts) + " = :" + name.replace(".", "_")
        for name, parts in paths.items()
    ]
    return Write(
        pk,
        sk,
        update="SET " + ", ".join(settings),
        condition="attribute_exists(pk)",
        names={part: part for parts in paths.values() for part in parts},
        values={name.replace(".", "_"): value for name, value in changes.items()},
    )


def list_components(table: Table, page: str) -> list[Component]:
    """All components of a page, oldest first."""
    return [component_of(row) for row in table.query_all(f"PAGE#{page}#COMPONENTS")]


def component_of(row: Item) -> Component:
    """A component from its row."""
    return Component(
        id=row["sk"],
        key=row["key"],
        name=row["name"],
        status=ComponentStatus(row["status"]),
        description=row["description"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def put_component(page: str, component: Component, *, new: bool) -> Write:
    """Create a component, or write over an existing one."""
    return Write(
        f"PAGE#{page}#COMPONENTS",
        component.id,
        item={
            "kind": "component",
            "key": component.key,
            "name": component.name,
            "status": component.status.value,
            "description": component.description,
            "created_at": component.created_at,
            "updated_at": component.updated_at,
        },
        condition="attribute_not_exists(pk)" if new else "attribute_exists(pk)",
    )


def set_component_status(page: str, component: str, status: ComponentStatus, now: float) -> Write:
    """Change the state of one component, as an incident does."""
    return Write(
        f"PAGE#{page}#COMPONENTS",
        component,
        update="SET #status = :status, updated_at = :now",
        condition="attribute_exists(pk)",
        names={"status": "status"},
        values={"status": status.value, "now": now},
    )


def audit(
    page: str, event_id: str, event: str, detail: Mapping[str, Any], actor: str, now: float
) -> Write:
    """Who did what, when. The stream carries it to EventBridge as `event`; ids only.

    The same `event_id` is written once: the transaction of a repeat fails as a whole.
    """
    return Write(
        f"PAGE#{page}#AUDIT",
        event_id,
        item={
            "kind": "audit",
            "page": page,
            "event": event,
            "detail": dict(detail),
            "actor": actor,
            "at": now,
            "ttl": int(now) + AUDIT_LIFE,
        },
        condition="attribute_not_exists(pk)",
    )
