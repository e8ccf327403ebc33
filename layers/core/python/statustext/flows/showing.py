"""What operators are shown: reads, in the shapes of Statuspage where it has one."""

from collections.abc import Sequence
from typing import Any

from statustext.adapters import incidents as incident_rows
from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.pages import list_components
from statustext.domain.incident import Component
from statustext.domain.masking import mask
from statustext.domain.page import Page
from statustext.domain.subscriber import State, Subscriber
from statustext.domain.templates import DEFAULTS, Event, TemplateCheck
from statustext.errors import RejectedError
from statustext.flows import statuspage
from statustext.flows.operating import show_subscriber
from statustext.flows.preferences import show
from statustext.flows.publishing import require_incident


def incidents(found: Page, limit: int, table: Table) -> list[dict[str, Any]]:
    """A page's incidents, newest first."""
    known = list_components(table, found.id)
    return [
        statuspage.incident_shape(
            one, incident_rows.list_updates(table, found.id, one.id), known, found
        )
        for one in incident_rows.list_incidents(table, found.id, limit)
    ]


def incident(found: Page, incident_id: str, table: Table) -> dict[str, Any]:
    """One incident with its updates, or RejectedError 404."""
    one = require_incident(table, found.id, incident_id)
    updates = incident_rows.list_updates(table, found.id, one.id)
    return statuspage.incident_shape(one, updates, list_components(table, found.id), found)


def components(page_id: str, table: Table) -> list[dict[str, Any]]:
    """A page's components."""
    return [statuspage.component_shape(one, page_id) for one in list_components(table, page_id)]


def component(page_id: str, name: str, table: Table) -> dict[str, Any]:
    """One component, by id or key, or RejectedError 404."""
    return statuspage.component_shape(require_component(table, page_id, name), page_id)


def require_component(table: Table, page_id: str, name: str) -> Component:
    """One component, by id or key, or RejectedError 404."""
    for one in list_components(table, page_id):
        if name in (one.id, one.key):
            return one
    raise RejectedError(404, "component_not_found", "There is no such component on this page.")


def subscribers(
    found: Sequence[Subscriber], cursor: str, page_id: str, table: Table
) -> dict[str, Any]:
    """Subscribers with masked numbers, and the cursor to go on with."""
    known = list_components(table, page_id)
    shown = [_subscriber(one, mask(one.phone), known) for one in found]
    return {"subscribers": shown, "next_cursor": cursor or None}


def subscriber(key: Item, one: str, table: Table, now: float, entropy: Entropy) -> dict[str, Any]:
    """One record with its number in full, as an operator asked for it; the asking is noted."""
    found = show_subscriber(key["page"], one, key["hash"][:16], table, now, entropy)
    return _subscriber(found, found.phone, list_components(table, key["page"]))


def _subscriber(one: Subscriber, phone: str, known: Sequence[Component]) -> dict[str, Any]:
    return {
        "id": one.id,
        "type": "sms",
        "phone": phone,
        "status": "pending" if one.state is State.UNCONFIRMED else one.state.value,
        "verified": one.state is State.ACTIVE,
        "created_at": statuspage.timestamp(one.created_at),
        "preferences": show(one.preferences, known),
    }


def page(found: Page) -> dict[str, Any]:
    """A page's settings."""
    return {
        "id": found.id,
        "name": found.name,
        "url": found.url,
        "public_url": found.public_url,
        "countries": list(found.countries),
        "segment_budget": found.segment_budget,
        "consent_required": found.consent_required,
        "keyword_replies": found.keyword_replies,
        "limits": vars(found.limits),
    }


def templates(found: Page) -> list[dict[str, Any]]:
    """A page's template for every event, its own or the default."""
    return [
        {
            "event": event.value,
            "template": found.templates.get(event.value) or default,
            "is_default": event.value not in found.templates,
        }
        for event, default in DEFAULTS.items()
    ]


def template(event: Event, text: str, check: TemplateCheck) -> dict[str, Any]:
    """What a saved template costs and how it looks."""
    return {
        "event": event.value,
        "template": text,
        "encoding": check.encoding.value,
        "segments": check.segments,
        "fitted_segments": check.fitted_segments,
        "preview": check.preview,
        "ucs2_characters": list(check.ucs2_characters),
    }
