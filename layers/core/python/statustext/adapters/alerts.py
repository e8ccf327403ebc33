"""Rows of alerts: each as it was last heard of, and bodies that nobody understood."""

import hashlib
from dataclasses import dataclass

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.domain.alerts.alert import Alert, AlertState, Source
from statustext.domain.team.routing import Level

KEPT_FOR = 30 * 24 * 3600
"""Seconds for which an alert can be seen after it was last heard of."""

LONGEST_BODY = 16_000
"""Characters kept of a body that nobody understood."""


@dataclass(frozen=True)
class HeardAlert:
    """An alert as it stands: `alert` is the newest message about it, heard at `heard_at`; by the
    rule named `rule` it belongs to the incident `group` (both empty for none)."""

    page: str
    source: Source
    alert: Alert
    starts_at: float
    heard_at: float
    rule: str = ""
    group: str = ""

    @property
    def id(self) -> str:
        return alert_id(self.source, self.alert.fingerprint)

    def is_newer_than(self, other: "HeardAlert") -> bool:
        """Whether it says something that came after what the other says."""
        return self._order > other._order

    @property
    def _order(self) -> tuple[float, bool]:
        return self.starts_at, not self.alert.is_firing


def alert_id(source: Source, fingerprint: str) -> str:
    """The source, and 16 hex digits that stand for the fingerprint."""
    return f"{source}-{hashlib.sha256(fingerprint.encode()).hexdigest()[:16]}"


def get_alert(table: Table, page: str, identifier: str) -> HeardAlert | None:
    """One alert by its id."""
    row = table.get(*_key(page, identifier))
    return _of(row) if row else None


def page_through_alerts(
    table: Table, page: str, limit: int, after: str
) -> tuple[list[HeardAlert], str]:
    """Some of a page's alerts, and the id to go on after ("" at the end)."""
    rows, more = table.query(f"PAGE#{page}#ALERTS", after=after, limit=limit)
    return [_of(row) for row in rows], rows[-1]["sk"] if more and rows else ""


def put_alert(heard: HeardAlert) -> Write:
    """Store what an alert says now, on condition that nothing newer was heard, nor the same."""
    alert = heard.alert
    item: Item = {
        "kind": "alert",
        "page": heard.page,
        "source": heard.source.value,
        "fingerprint": alert.fingerprint,
        "state": alert.state.value,
        "level": alert.level.value,
        "title": alert.title,
        "description": alert.description,
        "labels": dict(alert.labels),
        "link": alert.link,
        "starts_at": heard.starts_at,
        "is_over": int(not alert.is_firing),
        "heard_at": heard.heard_at,
        "rule": heard.rule,
        "group": heard.group,
        "ttl": int(heard.heard_at) + KEPT_FOR,
    }
    is_newer = "starts_at < :starts OR (starts_at = :starts AND is_over < :over)"
    return Write(
        *_key(heard.page, heard.id),
        item=item,
        condition=f"attribute_not_exists(pk) OR {is_newer}",
        values={"starts": heard.starts_at, "over": item["is_over"]},
    )


def put_unread(page: str, entry: str, source: Source, body: str, why: str, now: float) -> Write:
    """Keep a body that nobody understood, for somebody to look at."""
    return Write(
        f"PAGE#{page}#ALERTS_UNREAD",
        entry,
        item={
            "kind": "unread_alert",
            "page": page,
            "source": source.value,
            "reason": why,
            "body": body[:LONGEST_BODY],
            "heard_at": now,
            "ttl": int(now) + KEPT_FOR,
        },
    )


def newest_unread(table: Table, page: str, limit: int) -> list[Item]:
    """Bodies that nobody understood, the newest first."""
    rows, _ = table.query(f"PAGE#{page}#ALERTS_UNREAD", newest_first=True, limit=limit)
    return rows


def _key(page: str, identifier: str) -> tuple[str, str]:
    return f"PAGE#{page}#ALERTS", identifier


def _of(row: Item) -> HeardAlert:
    alert = Alert(
        fingerprint=row["fingerprint"],
        state=AlertState(row["state"]),
        level=Level(row["level"]),
        title=row["title"],
        description=row["description"],
        labels=row["labels"],
        link=row["link"],
        starts_at=row["starts_at"],
    )
    return HeardAlert(
        page=row["page"],
        source=Source(row["source"]),
        alert=alert,
        starts_at=row["starts_at"],
        heard_at=row["heard_at"],
        rule=row["rule"],
        group=row["group"],
    )
