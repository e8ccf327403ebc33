"""Incidents and components in the shape of Statuspage's management API.

https://developer.statuspage.io
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from statustext.domain import counts
from statustext.domain.ids import SHARDS
from statustext.domain.incident import Component, Incident, Status, Update
from statustext.domain.page import Page
from statustext.domain.throttle import MARGIN


@dataclass(frozen=True)
class Delivered:
    """How far an incident's updates have got: counters by update (see domain/counts.py), as of
    `now`, and the `rate` at which the rest goes, in segments per second; 0 while it rests."""

    now: float
    rate: float
    counts: Mapping[int, Mapping[str, int]] = field(default_factory=dict)


def timestamp(seconds: float | None) -> str | None:
    """ISO 8601 with milliseconds in UTC, as Statuspage writes it."""
    if seconds is None:
        return None
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


# Statuspage's fields for what does not exist here: its clients read some of them unasked.
_NO_POSTMORTEM_NOR_TRANSITION = {
    "postmortem_body": None,
    "postmortem_body_last_updated_at": None,
    "postmortem_ignored": False,
    "postmortem_notified_subscribers": False,
    "postmortem_notified_twitter": False,
    "postmortem_published_at": None,
    "scheduled_auto_completed": False,
    "scheduled_auto_in_progress": False,
    "scheduled_remind_prior": False,
    "scheduled_reminded_at": None,
    "auto_transition_deliver_notifications_at_end": None,
    "auto_transition_deliver_notifications_at_start": None,
    "auto_transition_to_maintenance_state": None,
    "auto_transition_to_operational_state": None,
}
_NO_TWEET = {
    "custom_tweet": None,
    "tweet_id": None,
    "twitter_updated_at": None,
    "wants_twitter_update": False,
}


def component_shape(component: Component, page: str) -> dict[str, Any]:
    """One component; `key` is ours."""
    return {
        "id": component.id,
        "key": component.key,
        "page_id": page,
        "group_id": None,
        "name": component.name,
        "description": component.description or None,
        "status": component.status.value,
        "group": False,
        "showcase": False,
        "only_show_if_degraded": False,
        "position": 1,
        "automation_email": None,
        "start_date": None,
        "created_at": timestamp(component.created_at),
        "updated_at": timestamp(component.updated_at),
    }


def incident_shape(
    incident: Incident,
    updates: Sequence[Update],
    components: Sequence[Component],
    page: Page,
    delivered: Delivered,
) -> dict[str, Any]:
    """One incident with its updates, newest first; `external_id` and `progress` are ours."""
    monitoring = [one.created_at for one in updates if one.status is Status.MONITORING]
    return {
        "id": incident.id,
        "page_id": incident.page,
        "name": incident.name,
        "status": incident.status.value,
        "impact": incident.impact.value,
        "impact_override": incident.impact_override.value if incident.impact_override else None,
        "created_at": timestamp(incident.created_at),
        "updated_at": timestamp(incident.updated_at),
        "started_at": timestamp(incident.created_at),
        "monitoring_at": timestamp(monitoring[-1] if monitoring else None),
        "resolved_at": timestamp(incident.resolved_at),
        "scheduled_for": incident.scheduled_for,
        "scheduled_until": incident.scheduled_until,
        "shortlink": page.url,
        **_NO_POSTMORTEM_NOR_TRANSITION,
        "external_id": incident.external_id,
        "metadata": dict(incident.metadata),
        "components": [
            component_shape(one, incident.page)
            for one in components
            if one.id in incident.component_ids
        ],
        "incident_updates": [update_shape(one, incident, delivered) for one in reversed(updates)],
    }


def update_shape(update: Update, incident: Incident, delivered: Delivered) -> dict[str, Any]:
    """One update of an incident."""
    at = timestamp(update.created_at)
    return {
        "id": f"{update.incident}-{update.seq}",
        "incident_id": update.incident,
        "status": update.status.value,
        "body": update.body,
        "created_at": at,
        "updated_at": at,
        "display_at": at,
        "deliver_notifications": update.deliver,
        "affected_components": [dict(one) for one in update.affected] or None,
        **_NO_TWEET,
        "progress": _progress_shape(update, incident, delivered),
    }


def _progress_shape(update: Update, incident: Incident, delivered: Delivered) -> dict[str, Any]:
    """Who was told, who was not and why, and when the last text will be out at the sender's rate
    (one segment each, nothing else waiting); what is held is not waiting for the sender."""
    counted, progress = delivered.counts.get(update.seq, {}), update.progress
    left = max(progress.queued - counts.ended(counted), 0)
    state = _state(update, incident, left, delivered.now)
    waiting = max(left - counted.get("held", 0), 0) if state == "telling" else 0
    last = delivered.now + waiting * MARGIN / delivered.rate if delivered.rate else 0
    return {
        "state": state,
        "told_from": timestamp(update.tell_at) if update.deliver else None,
        "shards_done": len(progress.shards_done),
        "shards": SHARDS,
        "found": progress.found,
        "queued": progress.queued,
        **counts.shown(counted),
        "waiting": waiting,
        "last_text_at": timestamp(last) if waiting and last else None,
    }


def _state(update: Update, incident: Incident, left: int, now: float) -> str:
    if not update.deliver:
        return "not_told"
    if update.seq in incident.recalled:
        return "recalled"
    if incident.due_seq(now) > update.seq:
        return "superseded"
    if now < update.tell_at:
        return "waiting"
    return "told" if len(update.progress.shards_done) == SHARDS and not left else "telling"
