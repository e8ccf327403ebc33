"""An incident's delivery report: how many were told, how soon, for how much, and why others not.

It is read off counters, so that it costs the same for ten people and a million.
"""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from statustext.adapters.delivery_counts import Counts, get_all_counts
from statustext.adapters.dynamodb import Table
from statustext.adapters.incidents import list_updates
from statustext.domain.delivery_counts import ended, shown
from statustext.domain.figures import HOUR, Figures, cost, figures, quantile
from statustext.domain.incident import Update
from statustext.domain.page import Page
from statustext.domain.prices import usd
from statustext.flows.lookups import require_incident
from statustext.flows.operating.statuspage import timestamp

NOT_FOR_THEM = "not for them"
"""Whom the fan-out looked at, and their preferences passed over; /history says why of each."""

COLUMNS = (
    "update",
    "status",
    "published_at",
    "found",
    "told",
    "delivered",
    "failed",
    "skipped",
    "waiting",
    "held",
    "held_until",
    "t50_seconds",
    "t95_seconds",
    "segments",
    "usd",
)


def report(page: Page, incident_id: str, table: Table) -> dict[str, Any]:
    """The whole incident, and each of its updates, the oldest first. Raises RejectedError 404."""
    incident = require_incident(table, page.id, incident_id)
    counted = get_all_counts(table, page.id, incident.id)
    updates = list_updates(table, page.id, incident.id)
    parts = [_part(page, (one,), [counted.get(one.seq, Counts())]) | _about(one) for one in updates]
    return {
        "incident": incident.id,
        "name": incident.name,
        "currency": "USD",
        "total": _part(page, updates, list(counted.values())),
        "updates": parts,
    }


def as_csv(found: Mapping[str, Any]) -> str:
    """A line for each update, and one of the total (RFC 4180)."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, extrasaction="ignore")
    writer.writeheader()
    for one in (*found["updates"], {"update": "total", **found["total"]}):
        named = {name: _reasons(one[name]) for name in ("failed", "skipped", "held")}
        writer.writerow({**one, **named})
    return written.getvalue()


def by_country(segments: Mapping[str, int], own: Mapping[str, float]) -> list[dict[str, Any]]:
    """Segments by country, and what they cost by today's prices."""
    return [
        {"country": country or None, "segments": number, "usd": usd(cost({country: number}, own))}
        for country, number in sorted(segments.items())
    ]


def _about(update: Update) -> dict[str, Any]:
    return {
        "update": update.seq,
        "status": update.status.value,
        "published_at": timestamp(update.created_at),
    }


def _part(page: Page, updates: Sequence[Update], rows: Sequence[Counts]) -> dict[str, Any]:
    counts, sums = Counter[str](), Counter[str]()
    for row in rows:
        counts.update(row.counts)
        sums.update(row.figures)
    of, now = shown(counts), figures(sums)
    found = sum(one.progress.found for one in updates)
    queued = sum(one.progress.queued for one in updates)
    skipped = {
        NOT_FOR_THEM: max(found - queued, 0),
        **of["suppressed"],
        "superseded": of["superseded"],
        "expired": of["expired"],
    }
    return {
        "found": found,
        "told": of["sent"] + of["failed"],
        "delivered": of["delivered"],
        "failed": dict(now.ended),
        "skipped": {reason: number for reason, number in skipped.items() if number},
        "waiting": max(queued - ended(counts), 0),
        **_held(now),
        "unknown": of["unknown"],
        "t50_seconds": quantile(now.took, 0.5),
        "t95_seconds": quantile(now.took, 0.95),
        "segments": now.segments.total(),
        "usd": usd(cost(now.segments, page.prices)),
        "by_country": by_country(now.segments, page.prices),
    }


def _held(now: Figures) -> dict[str, Any]:
    due = [hour * HOUR for hour in now.until]
    return {
        "held": dict(now.held),
        "held_until": timestamp(max(due)) if due else None,
    }


def _reasons(numbers: Mapping[str, int]) -> str:
    return "; ".join(f"{number} {reason}" for reason, number in numbers.items())
