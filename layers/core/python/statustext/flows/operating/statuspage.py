"""Incidents and components in the shape of Statuspage's management API.

https://developer.statuspage.io
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from statustext.domain import delivery_counts
from statustext.domain.component import Component, ComponentGroup
from statustext.domain.hourly_cap import last_at
from statustext.domain.ids import SHARDS
from statustext.domain.incident import (
    FINAL_EVENTS,
    Impact,
    Incident,
    Postmortem,
    Schedule,
    Update,
)
from statustext.domain.page import Page
from statustext.domain.sender_rate import MARGIN
from statustext.domain.templates import Event


@dataclass(frozen=True)
class Delivered:
    """How far an incident's updates have got: counters by update (domain/delivery_counts.py), as of
    `now`, and the `rate` at which the rest goes, in segments per second; 0 while it rests. A page
    with a `cap` on its texts has `used` some of this hour's."""

    now: float
    rate: float
    counts: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    cap: int = 0
    used: int = 0


def timestamp(seconds: float | None) -> str | None:
    """ISO 8601 with milliseconds in UTC, as Statuspage writes it."""
    if seconds is None:
        return None
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
        "group_id": component.group_id,
        "name": component.name,
        "description": component.description or None,
        "status": component.status.value,
        "group": False,
        "showcase": component.showcase,
        "only_show_if_degraded": component.only_show_if_degraded,
        "position": component.position,
        "automation_email": None,
        "start_date": component.start_date,
        "created_at": timestamp(component.created_at),
        "updated_at": timestamp(component.updated_at),
    }


def group_shape(
    group: ComponentGroup, components: Sequence[Component], page: str
) -> dict[str, Any]:
    """One group, with the ids of the components in it."""
    return {
        "id": group.id,
        "page_id": page,
        "name": group.name,
        "description": group.description or None,
        "components": [one.id for one in components if one.group_id == group.id],
        "position": group.position,
        "created_at": timestamp(group.created_at),
        "updated_at": timestamp(group.updated_at),
    }


def incident_shape(
    incident: Incident,
    updates: Sequence[Update],
    components: Sequence[Component],
    page: Page,
    delivered: Delivered,
) -> dict[str, Any]:
    """One incident with its updates, newest first; `external_id` and `progress` are ours."""
    return {
        "id": incident.id,
        "page_id": incident.page,
        "name": incident.name,
        "status": incident.status.value,
        "impact": incident.impact.value,
        "impact_override": incident.impact_override.value if incident.impact_override else None,
        "created_at": timestamp(incident.created_at),
        "updated_at": timestamp(incident.updated_at),
        "started_at": timestamp(incident.started_at),
        "monitoring_at": timestamp(incident.monitoring_at),
        "resolved_at": timestamp(incident.resolved_at),
        "shortlink": page.incident_url(incident.id),
        **_schedule_shape(incident.schedule),
        **_postmortem_shape(incident.postmortem),
        "external_id": incident.external_id,
        "metadata": dict(incident.metadata),
        "components": [
            component_shape(one, incident.page)
            for one in components
            if one.id in incident.component_ids
        ],
        "incident_updates": [update_shape(one, incident, delivered) for one in reversed(updates)],
    }


def _schedule_shape(schedule: Schedule | None) -> dict[str, Any]:
    """The fields of a maintenance; an incident has them too, empty."""
    return {
        "scheduled_for": timestamp(schedule.scheduled_for if schedule else None),
        "scheduled_until": timestamp(schedule.scheduled_until if schedule else None),
        "scheduled_remind_prior": bool(schedule and schedule.remind_prior),
        "scheduled_reminded_at": timestamp(schedule.reminded_at if schedule else None),
        "scheduled_auto_in_progress": bool(schedule and schedule.auto_in_progress),
        "scheduled_auto_completed": bool(schedule and schedule.auto_completed),
        "auto_transition_to_maintenance_state": schedule and schedule.to_maintenance_state,
        "auto_transition_to_operational_state": schedule and schedule.to_operational_state,
        "auto_transition_deliver_notifications_at_start": schedule and schedule.deliver_at_start,
        "auto_transition_deliver_notifications_at_end": schedule and schedule.deliver_at_end,
    }


def _postmortem_shape(postmortem: Postmortem | None) -> dict[str, Any]:
    """What an incident says of its postmortem: what was published of it."""
    return {
        "postmortem_body": (postmortem.body or None) if postmortem else None,
        "postmortem_body_last_updated_at": timestamp(postmortem.body_at if postmortem else None),
        "postmortem_ignored": False,
        "postmortem_notified_subscribers": bool(postmortem and postmortem.notify_subscribers),
        "postmortem_notified_twitter": False,
        "postmortem_published_at": timestamp(postmortem.published_at if postmortem else None),
    }


def postmortem_shape(postmortem: Postmortem) -> dict[str, Any]:
    """A postmortem, drafted or published."""
    body_at, draft_at = timestamp(postmortem.body_at), timestamp(postmortem.draft_at)
    return {
        "preview_key": None,
        "body": postmortem.body or None,
        "body_updated_at": body_at,
        "body_draft": postmortem.draft,
        "body_draft_updated_at": draft_at,
        "published_at": timestamp(postmortem.published_at),
        "notify_subscribers": postmortem.notify_subscribers,
        "notify_twitter": False,
        "custom_tweet": None,
        "created_at": draft_at,
        "updated_at": max(body_at or "", draft_at or ""),
    }


def update_shape(update: Update, incident: Incident, delivered: Delivered) -> dict[str, Any]:
    """One update of an incident."""
    return {
        "id": update.id,
        "incident_id": update.incident,
        "status": update.status.value,
        "body": update.body,
        "created_at": timestamp(update.created_at),
        "updated_at": timestamp(update.updated_at),
        "display_at": timestamp(update.display_at),
        "deliver_notifications": update.deliver,
        "affected_components": [dict(one) for one in update.affected] or None,
        **_NO_TWEET,
        "progress": _progress_shape(update, incident, delivered),
    }


def _progress_shape(update: Update, incident: Incident, delivered: Delivered) -> dict[str, Any]:
    """Who was told, who was not and why, and when the last text will be out at the sender's rate
    and by the page's cap (one segment each, nothing else waiting); what is held is not waiting for
    the sender."""
    counted, progress = delivered.counts.get(update.seq, {}), update.progress
    left = max(progress.queued - delivery_counts.ended(counted), 0)
    state = _state(update, incident, left, delivered.now)
    waiting = max(left - counted.get("held", 0), 0) if state == "telling" else 0
    last = _last_at(waiting, update, incident, delivered) if delivered.rate else 0
    return {
        "state": state,
        "told_from": timestamp(update.tell_at) if update.deliver else None,
        "shards_done": len(progress.shards_done),
        "shards": SHARDS,
        "found": progress.found,
        "queued": progress.queued,
        **delivery_counts.shown(counted),
        "waiting": waiting,
        "last_text_at": timestamp(last) if waiting and last else None,
    }


def _last_at(waiting: int, update: Update, incident: Incident, delivered: Delivered) -> float:
    by_rate = delivered.now + waiting * MARGIN / delivered.rate
    if not delivered.cap:
        return by_rate
    opens_critical = update.event is Event.CREATED and incident.impact is Impact.CRITICAL
    is_privileged = update.event in FINAL_EVENTS or opens_critical
    by_cap = last_at(
        waiting, delivered.cap, delivered.used, delivered.now, is_privileged=is_privileged
    )
    return max(by_rate, by_cap)


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
