"""Rows of a page: itself and its audit trail."""

from collections.abc import Mapping
from typing import Any

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.team_settings import team_of, team_row
from statustext.domain.brand import Brand, Link
from statustext.domain.carrier import Carrier
from statustext.domain.language import Language
from statustext.domain.mode import Mode
from statustext.domain.page import (
    RECIPIENT_LIMITS,
    FormerAddress,
    FormerProvider,
    Limits,
    Page,
    Sender,
    SenderChoice,
)

AUDIT_LIFE = 400 * 24 * 3600

ADDED = (
    "join_number",
    "timezone",
    "quiet_hours",
    "overnight",
    "coalescing_window",
    "ended_kept_days",
    "maintenance_reminder_minutes",
    "paused",
    "prices",
    "confirm_above",
    "confirm_tolerance",
    "failover_after_minutes",
    "words",
    "without_components",
    "components_when_resolved",
    "statuspage_sign_up",
    "bot_gate",
    "provider_secret",
)
"""Settings that rows written by version 0.1 lack: they have their defaults."""


def page_key(page: str) -> tuple[str, str]:
    return f"PAGE#{page}", "PAGE"


def page_ids(table: Table) -> list[str]:
    """The ids of all pages of this deployment."""
    return [row["sk"] for row in table.query_all("PAGES")]


def get_page(table: Table, page: str, *, consistent: bool = False) -> Page | None:
    """A page's settings; eventually consistent, as they change once a month, unless what is in them
    now is to be changed."""
    row = table.get(*page_key(page), consistent=consistent)
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
        language=Language(row.get("language", Language.EN)),
        templates=row["templates"],
        limits=Limits(**row["limits"]),
        recipient_limits=tuple(
            (texts, seconds) for texts, seconds in row.get("recipient_limits", RECIPIENT_LIMITS)
        ),
        brand=brand_of(row.get("brand", {})),
        team=team_of(row.get("team", {})),
        senders=tuple(
            SenderChoice(one["id"], tuple(one["prefixes"])) for one in row.get("senders", ())
        ),
        former_addresses=tuple(FormerAddress(**one) for one in row.get("former_addresses", ())),
        modes=tuple(Mode(one) for one in row.get("modes", (Mode.SMS,))),
        provider=sender_of(row["provider"]) if row.get("provider") else None,
        former_providers=tuple(
            FormerProvider(sender_of(one["sender"]), one["until"])
            for one in row.get("former_providers", ())
        ),
        **{name: row[name] for name in ADDED if name in row},
    )


def sender_of(row: Item) -> Sender:
    """A page's own sender from its row."""
    return Sender(row["id"], row["mps"], Carrier(row["carrier"]), row["account_sid"])


def sender_row(sender: Sender) -> Item:
    """A page's own sender as its row holds it."""
    return {**vars(sender), "carrier": sender.carrier.value}


def brand_of(row: Item) -> Brand:
    """A page's look from its row, or from what is left of it."""
    return Brand(**{**row, "links": [Link(**one) for one in row.get("links", ())]})


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
        "language": page.language.value,
        "templates": dict(page.templates),
        "limits": vars(page.limits),
        "recipient_limits": [list(tier) for tier in page.recipient_limits],
        "modes": [one.value for one in page.modes],
        "senders": [{**vars(one), "prefixes": list(one.prefixes)} for one in page.senders],
        "former_addresses": [vars(one) for one in page.former_addresses],
        "provider": sender_row(page.provider) if page.provider else None,
        "former_providers": [
            {"sender": sender_row(one.sender), "until": one.until} for one in page.former_providers
        ],
        "brand": {**vars(page.brand), "links": [vars(one) for one in page.brand.links]},
        "team": team_row(page.team),
        **{name: getattr(page, name) for name in ADDED},
    }


def change_settings(page: str, changes: Mapping[str, Any], moved_from: str = "") -> Write:
    """Set some of a page's attributes; others that are being set meanwhile are not undone.

    `templates.created` names an attribute within an attribute; None takes one away. Where the page
    moves, its address must still be `moved_from`: one that another move left would be forgotten.
    """
    pk, sk = page_key(page)
    paths = {name: ".".join(f"#{part}" for part in name.split(".")) for name in changes}
    kept = {name: value for name, value in changes.items() if value is not None}
    settings = [f"{paths[name]} = :{name.replace('.', '_')}" for name in kept]
    gone = [paths[name] for name in changes if name not in kept]
    update = [f"SET {', '.join(settings)}"] * bool(settings) + [f"REMOVE {', '.join(gone)}"] * bool(
        gone
    )
    values = {name.replace(".", "_"): value for name, value in kept.items()}
    is_still_there = " AND #public_url = :moved_from" if moved_from else ""
    return Write(
        pk,
        sk,
        update=" ".join(update),
        condition="attribute_exists(pk)" + is_still_there,
        names={part: part for name in changes for part in name.split(".")},
        values=values | ({"moved_from": moved_from} if moved_from else {}),
    )


def change_provider(before: Page, after: Page) -> Write:
    """Have a page text by another provider, if its secret is still the version that was read."""
    pk, sk = page_key(before.id)
    row = page_row(after)
    values = {name: row[name] for name in ("provider", "former_providers", "provider_secret")}
    return Write(
        pk,
        sk,
        update="SET " + ", ".join(f"{name} = :{name}" for name in values),
        condition="attribute_exists(pk) AND"
        " (attribute_not_exists(provider_secret) OR provider_secret = :before)",
        values={**values, "before": before.provider_secret},
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


def get_audit(table: Table, page: str, event_id: str) -> Item | None:
    """One entry of the audit trail, by its id."""
    return table.get(f"PAGE#{page}#AUDIT", event_id) if 0 < len(event_id) <= 40 else None


def page_through_audit(
    table: Table, page: str, limit: int, after: str = ""
) -> tuple[list[Item], str]:
    """One page of the audit trail, the newest first, and the id to go on after ("" at the end)."""
    rows, more = table.query(f"PAGE#{page}#AUDIT", after=after, limit=limit, newest_first=True)
    return rows, rows[-1]["sk"] if more and rows else ""
