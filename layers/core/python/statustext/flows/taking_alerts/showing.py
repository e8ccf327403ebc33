"""What operators see of alerts, drafts and rules."""

import re
from collections.abc import Mapping
from typing import Any

from statustext.adapters.alerts import HeardAlert, get_alert, newest_unread, page_through_alerts
from statustext.adapters.drafts import list_drafts
from statustext.adapters.dynamodb import Table
from statustext.domain.alerts.alert import Alert
from statustext.domain.alerts.draft import DraftIncident
from statustext.domain.alerts.rules import Rule
from statustext.errors import RejectedError
from statustext.flows.cursors import bad_cursor
from statustext.flows.operating.statuspage import timestamp

PER_PAGE, MOST_UNREAD = 100, 20
ALERT_ID = "[a-z-]{1,20}-[0-9a-f]{16}"


def alerts(page: str, after: str, table: Table) -> dict[str, Any]:
    """Some of a page's alerts as they were last heard of, and the newest bodies that nobody
    understood. Raises RejectedError 422 for a cursor that no list gave."""
    if after and not re.fullmatch(ALERT_ID, after):
        raise bad_cursor()
    found, cursor = page_through_alerts(table, page, PER_PAGE, after)
    unread = newest_unread(table, page, MOST_UNREAD)
    return {
        "alerts": [_heard_shape(one) for one in found],
        "not_understood": [
            {
                "id": row["sk"],
                "source": row["source"],
                "reason": row["reason"],
                "body": row["body"],
                "heard_at": timestamp(row["heard_at"]),
            }
            for row in unread
        ],
        "next_cursor": cursor or None,
    }


def alert(page: str, identifier: str, table: Table) -> dict[str, Any]:
    """One alert. Raises RejectedError 404."""
    found = get_alert(table, page, identifier) if re.fullmatch(ALERT_ID, identifier) else None
    if found is None:
        raise RejectedError(404, "alert_not_found", "There is no such alert on this page.")
    return _heard_shape(found)


def _heard_shape(heard: HeardAlert) -> dict[str, Any]:
    return {
        "id": heard.id,
        "source": heard.source.value,
        **alert_shape(heard.alert),
        "starts_at": timestamp(heard.starts_at),
        "heard_at": timestamp(heard.heard_at),
        "rule": heard.rule or None,
        "group": heard.group or None,
    }


def alert_shape(given: Alert) -> dict[str, Any]:
    """What an alert says."""
    return {
        "fingerprint": given.fingerprint,
        "state": given.state.value,
        "level": given.level.value,
        "title": given.title,
        "description": given.description,
        "labels": dict(given.labels),
        "link": given.link or None,
        "starts_at": timestamp(given.starts_at),
    }


def drafts(page: str, state: str | None, table: Table) -> dict[str, Any]:
    """A page's drafts, the newest first; those of one state, where one is named."""
    found = [one for one in list_drafts(table, page) if state in (None, one.state.value)]
    return {"drafts": [draft(one) for one in found]}


def draft(given: DraftIncident) -> dict[str, Any]:
    """One draft."""
    return {
        "id": given.id,
        "state": given.state.value,
        "name": given.name,
        "body": given.body,
        "impact": given.impact.value,
        "level": given.level.value,
        "components": list(given.components),
        "rule": given.rule or None,
        "alerts": sorted(given.firing),
        "opened_at": timestamp(given.opened_at),
        "changed_at": timestamp(given.changed_at),
        "settles_at": timestamp(given.settles_at),
        "incident_id": given.incident,
    }


def rules(given: list[Rule]) -> Mapping[str, Any]:
    """A page's rules, as they are set."""
    return {"rules": [_rule_shape(one) for one in given]}


def _rule_shape(given: Rule) -> dict[str, Any]:
    return {
        "name": given.name,
        "match": {
            "source": given.source.value if given.source else None,
            "title": given.title,
            "labels": dict(given.labels),
        },
        "components": list(given.components),
        "level": given.level.value if given.level else None,
        "publish": given.publish.value,
        "incident_name": given.incident_name or None,
        "body": given.body,
        "group_by": list(given.group_by),
        "settle_minutes": given.settle_seconds / 60,
    }
