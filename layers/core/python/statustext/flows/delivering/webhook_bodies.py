"""What subscribers by webhook get: Statuspage's outgoing bodies, with the fields on record and no
others (tests/alert_bodies/statuspage)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from statustext.domain.blend import page_status
from statustext.domain.component import Component, ComponentStatus
from statustext.domain.ids import page_id_shown, statuspage_id
from statustext.domain.incident import Incident, Update
from statustext.domain.page import Page
from statustext.flows.operating.statuspage import (
    Delivered,
    component_shape,
    incident_shape,
    timestamp,
)

_COMPONENT = (
    "status", "name", "created_at", "updated_at", "position", "description", "showcase", "id",
    "page_id", "group_id",
)  # fmt: skip
_INCIDENT = (
    "name", "status", "created_at", "updated_at", "monitoring_at", "resolved_at", "impact",
    "shortlink", "postmortem_ignored", "postmortem_body", "postmortem_body_last_updated_at",
    "postmortem_published_at", "postmortem_notified_subscribers", "postmortem_notified_twitter",
    "scheduled_for", "scheduled_until", "scheduled_remind_prior", "scheduled_reminded_at",
    "impact_override", "scheduled_auto_in_progress", "scheduled_auto_completed", "id",
)  # fmt: skip
_UPDATE = (
    "status", "body", "created_at", "wants_twitter_update", "twitter_updated_at", "updated_at",
    "display_at", "affected_components", "custom_tweet", "deliver_notifications", "id",
    "incident_id",
)  # fmt: skip
_NONE_AFFECTED = [{"name": "No components were affected by this update."}]


@dataclass(frozen=True)
class Sending:
    """What every body says of the page and of whom it is for. `components` are the page's,
    `unsubscribe` and `documentation` addresses, `generated_at` in seconds since the epoch."""

    page: Page
    components: Sequence[Component]
    unsubscribe: str
    documentation: str
    generated_at: float


def incident_body(
    incident: Incident, updates: Sequence[Update], sending: Sending
) -> dict[str, Any]:
    """The body about an incident or a maintenance, whose `updates` so far are in order."""
    shape = incident_shape(
        incident, updates, sending.components, sending.page, Delivered(sending.generated_at, 0)
    )
    updates_shown = [
        {**_only(_UPDATE, one), "affected_components": one["affected_components"] or _NONE_AFFECTED}
        for one in shape["incident_updates"]
    ]
    return {
        **_about(sending),
        "incident": {
            **_only(_INCIDENT, shape),
            "backfilled": incident.backfilled,
            "page_id": page_id_shown(sending.page.id),
            "incident_updates": updates_shown,
            "components": [
                _component(one, sending.page)
                for one in sending.components
                if one.id in incident.component_ids
            ],
        },
    }


def component_body(
    component: Component,
    change: tuple[ComponentStatus, ComponentStatus],
    at: float,
    sending: Sending,
) -> dict[str, Any]:
    """The body about a component that went from one state to another. The same change has the same
    id, whoever is told of it and however often."""
    old, new = change
    return {
        **_about(sending),
        "component": _component(component, sending.page),
        "component_update": {
            "old_status": old.value,
            "new_status": new.value,
            "created_at": timestamp(at),
            "component_type": "Component",
            "id": statuspage_id("component_update", sending.page.id, component.id, repr(at)),
            "component_id": component.id,
        },
    }


def _about(sending: Sending) -> dict[str, Any]:
    status = page_status(one.status for one in sending.components)
    return {
        "meta": {
            "unsubscribe": sending.unsubscribe,
            "documentation": sending.documentation,
            "generated_at": timestamp(sending.generated_at),
        },
        "page": {
            "id": page_id_shown(sending.page.id),
            "status_indicator": status.indicator.value,
            "status_description": status.description,
        },
    }


def _component(component: Component, page: Page) -> dict[str, Any]:
    return dict(_only(_COMPONENT, component_shape(component, page_id_shown(page.id))))


def _only(names: Sequence[str], shape: Mapping[str, Any]) -> dict[str, Any]:
    return {name: shape[name] for name in names}
