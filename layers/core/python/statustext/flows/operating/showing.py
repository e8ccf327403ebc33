"""What operators are shown: reads, in the shapes of Statuspage where it has one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from statustext.adapters import incidents as incident_rows
from statustext.adapters.carrier_errors import sentence
from statustext.adapters.circuits import read_circuits
from statustext.adapters.components import list_components, list_parts
from statustext.adapters.delivery_counts import get_counts
from statustext.adapters.dynamodb import Table
from statustext.adapters.fixed_windows import hour_of_texts, spent
from statustext.domain.carrier_report import CarrierReport
from statustext.domain.circuit import Circuit, parts_of
from statustext.domain.component import Component
from statustext.domain.hourly_cap import HOUR
from statustext.domain.incident import Incident, Status, Update
from statustext.domain.language import Language
from statustext.domain.masking import contact_shown
from statustext.domain.page import Page, Senders
from statustext.domain.quiet_hours import OFF
from statustext.domain.subscriber import State, Subscriber
from statustext.domain.templates import Event, TemplateCheck, key_of
from statustext.flows.acting import Act
from statustext.flows.lookups import require_component, require_group, require_incident
from statustext.flows.operating import statuspage, statuspage_pages
from statustext.flows.operating.subscribers import show_subscriber
from statustext.flows.signing_up.preferences import show


def incidents(
    found: Page, which: str, q: str, part: slice, table: Table, now: float, rate: float
) -> list[dict[str, Any]]:
    """Part of a page's incidents, newest first: `all`, or one of Statuspage's lists; with `q`,
    those that hold it. `rate` is the sender's, in segments per second."""
    known = list_components(table, found.id)
    wanted = (one for one in _listed(which, found.id, table) if not q or _holds(one, q, table))
    return [
        _incident(one, found, known, table, now, rate)
        for one in islice(wanted, part.start, part.stop)
    ]


def _listed(which: str, page: str, table: Table) -> Iterator[Incident]:
    match which:
        case "all":
            yield from incident_rows.every_incident(table, page)
        case "scheduled":
            every = incident_rows.every_incident(table, page)
            yield from (one for one in every if one.schedule)
        case _:
            for one in reversed(incident_rows.list_open(table, page)):
                if IS_LISTED[which](one):
                    yield one


IS_LISTED: Mapping[str, Callable[[Incident], bool]] = {
    "unresolved": lambda one: not one.is_maintenance,
    "upcoming": lambda one: one.status is Status.SCHEDULED,
    "active_maintenance": lambda one: one.is_maintenance and one.status is not Status.SCHEDULED,
}
"""Statuspage's lists of what is not over."""


def _holds(one: Incident, q: str, table: Table) -> bool:
    words = q.casefold()
    postmortem = one.postmortem.body if one.postmortem else ""
    if any(words in text.casefold() for text in (one.name, one.status.value, postmortem)):
        return True
    updates = incident_rows.list_updates(table, one.page, one.id)
    return any(words in update.body.casefold() for update in updates)


def incident(
    found: Page, incident_id: str, table: Table, now: float, rate: float
) -> dict[str, Any]:
    """One incident with its updates, or RejectedError 404."""
    one = require_incident(table, found.id, incident_id)
    return _incident(one, found, list_components(table, found.id), table, now, rate)


def _incident(
    one: Incident, found: Page, known: Sequence[Component], table: Table, now: float, rate: float
) -> dict[str, Any]:
    updates = incident_rows.list_updates(table, found.id, one.id)
    counts = get_counts(table, found.id, one.id)
    cap = found.limits.texts_per_hour
    used = spent(table, hour_of_texts(found.id), HOUR, now) if cap else 0
    delivered = statuspage.Delivered(now, 0.0 if found.paused else rate, counts, cap, used)
    return statuspage.incident_shape(one, updates, known, found, delivered)


def components(page_id: str, table: Table) -> list[dict[str, Any]]:
    """A page's components."""
    return [statuspage.component_shape(one, page_id) for one in list_components(table, page_id)]


def component(page_id: str, name: str, table: Table) -> dict[str, Any]:
    """One component, by id or key, or RejectedError 404."""
    return statuspage.component_shape(require_component(table, page_id, name), page_id)


def group(page_id: str, group_id: str, table: Table) -> dict[str, Any]:
    """One group of components, or RejectedError 404."""
    found = require_group(table, page_id, group_id)
    return statuspage.group_shape(found, list_components(table, page_id), page_id)


def groups(page_id: str, table: Table) -> list[dict[str, Any]]:
    """A page's groups of components."""
    components, found = list_parts(table, page_id)
    return [statuspage.group_shape(one, components, page_id) for one in found]


def update(found: Page, one: Update, table: Table, now: float) -> dict[str, Any]:
    """One update of an incident, as it stands."""
    of = require_incident(table, found.id, one.incident)
    counts = get_counts(table, found.id, of.id)
    return statuspage.update_shape(one, of, statuspage.Delivered(now, 0.0, counts))


def subscribers(
    found: Sequence[Subscriber], cursor: str, page_id: str, table: Table
) -> dict[str, Any]:
    """Subscribers with masked numbers and addresses, and the cursor to go on with."""
    known = list_components(table, page_id)
    shown = [_subscriber(one, known) for one in found]
    return {"subscribers": shown, "next_cursor": cursor or None}


def subscriber(page_id: str, one: str, act: Act) -> dict[str, Any]:
    """One record with its number in full, as an operator asked for it; the asking is noted."""
    found = show_subscriber(page_id, one, act)
    return _subscriber(found, list_components(act.table, page_id), in_full=True)


def _subscriber(
    one: Subscriber, known: Sequence[Component], *, in_full: bool = False
) -> dict[str, Any]:
    return {
        "id": one.id,
        **contact_shown(one.mode, one.reached_at, in_full=in_full),
        "status": "pending" if one.state is State.UNCONFIRMED else one.state.value,
        "verified": one.state is State.ACTIVE,
        "created_at": statuspage.timestamp(one.created_at),
        "preferences": show(one.preferences, known),
    }


def page(found: Page) -> dict[str, Any]:
    """A page's settings, and what else Statuspage tells of a page."""
    return {
        **statuspage_pages.fields_of(found),
        "id": found.id,
        "name": found.name,
        "url": found.url,
        "public_url": found.public_url,
        "former_addresses": [
            {"url": one.url, "accepted_until": statuspage.timestamp(one.accepted_until)}
            for one in found.former_addresses
        ],
        "countries": list(found.countries),
        "segment_budget": found.segment_budget,
        "consent_required": found.consent_required,
        "keyword_replies": found.keyword_replies,
        "language": found.language.value,
        "join_number": found.join_number,
        "limits": vars(found.limits),
        "timezone": found.timezone,
        "time_zone": found.timezone,
        "quiet_hours": found.quiet_hours or OFF,
        "overnight": found.overnight,
        "without_components": found.without_components,
        "components_when_resolved": found.components_when_resolved,
        "statuspage_sign_up": found.statuspage_sign_up,
        "bot_gate": found.bot_gate,
        "coalescing_window": found.coalescing_window,
        "ended_kept_days": found.ended_kept_days,
        "maintenance_reminder_minutes": found.maintenance_reminder_minutes,
        "recipient_limits": [list(tier) for tier in found.recipient_limits],
        "senders": [{"id": one.id, "prefixes": list(one.prefixes)} for one in found.senders],
        "prices": dict(found.prices),
        "confirm_above": found.confirm_above,
        "confirm_tolerance": found.confirm_tolerance,
        "failover_after_minutes": found.failover_after_minutes,
        "modes": [mode.value for mode in found.modes],
        "words": dict(found.words),
        "brand": {**vars(found.brand), "links": [vars(one) for one in found.brand.links]},
    }


def sending(found: Page, deployed: Senders, table: Table, now: float) -> dict[str, Any]:
    """Whether a page sends, from which senders, what Twilio stopped, and what carriers say of
    themselves."""
    rows = read_circuits(table)
    chosen = () if found.provider else found.senders
    prefixes: dict[str, list[str]] = {one.id: list(one.prefixes) for one in chosen}
    own, others = found.sender_for("", deployed), [o for o in deployed.others if o.id in prefixes]
    return {
        "paused": found.paused,
        "senders": [
            {"id": one.id, "mps": one.mps, "prefixes": prefixes.get(one.id, []) * (one != own)}
            for one in (own, *others)
        ],
        "circuits": [_circuit(one) for one in rows.open if _concerns(one, found)],
        "carriers": [_carrier(one, now) for one in rows.reported],
    }


def _carrier(one: CarrierReport, now: float) -> dict[str, Any]:
    return {
        "carrier": one.carrier.value,
        "says": one.says.value,
        "since": statuspage.timestamp(one.since) if one.since else None,
        "is_down": one.is_down(now),
        "is_readable": one.is_readable,
        "read_at": statuspage.timestamp(one.read_at) if one.read_at else None,
    }


def _concerns(circuit: Circuit, page: Page) -> bool:
    """Whether it is of the deployment or of the page's own account, and not of another page's."""
    account = parts_of(circuit.scope)[0]
    return not account.sid or account.sid == page.account_sid


def _circuit(one: Circuit) -> dict[str, Any]:
    return {
        "scope": one.scope,
        "code": one.code,
        "since": statuspage.timestamp(one.since),
        "resumes_at": statuspage.timestamp(one.resumes_at) if one.resumes_at else None,
        "probe_at": statuspage.timestamp(one.probe_at),
        "meaning": sentence(one.error),
    }


def templates(found: Page, language: Language) -> list[dict[str, Any]]:
    """A page's template for every event in a language, its own or the default."""
    return [
        {
            "event": event.value,
            "language": language.value,
            "template": found.template(event, language),
            "is_default": key_of(event, language) not in found.templates,
        }
        for event in Event
    ]


def template(event: Event, language: Language, text: str, check: TemplateCheck) -> dict[str, Any]:
    """What a saved template costs and how it looks."""
    return {
        "event": event.value,
        "language": language.value,
        "template": text,
        "encoding": check.encoding.value,
        "segments": check.segments,
        "fitted_segments": check.fitted_segments,
        "preview": check.preview,
        "ucs2_characters": list(check.ucs2_characters),
    }
