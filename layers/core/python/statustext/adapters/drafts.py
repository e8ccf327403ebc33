"""Rows of draft incidents, of when something is to be done about each, and of a page's rules."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.domain.alerts.alert import Source
from statustext.domain.alerts.draft import DraftIncident, DraftState, due_at
from statustext.domain.alerts.rules import Publish, Rule
from statustext.domain.team.routing import Level

KEPT_FOR = 90 * 24 * 3600
"""Seconds for which a draft can be seen after it last changed."""


def get_draft(table: Table, page: str, group: str) -> DraftIncident | None:
    """The last draft of a group."""
    row = table.get(*_key(page, group))
    return _of(row) if row else None


def list_drafts(table: Table, page: str) -> list[DraftIncident]:
    """The last draft of every group, the newest first."""
    found = [_of(row) for row in table.query_all(f"PAGE#{page}#DRAFTS")]
    return sorted(found, key=lambda one: (one.opened_at, one.id), reverse=True)


def put_draft(draft: DraftIncident, now: float) -> list[Write]:
    """Store a draft on condition that it is as it was read, and when to look at it again."""
    item: Item = {
        "kind": "draft",
        "page": draft.page,
        "group": draft.group,
        "number": draft.number,
        "state": draft.state.value,
        "rule": draft.rule,
        "name": draft.name,
        "body": draft.body,
        "components": list(draft.components),
        "level": draft.level.value,
        "by_rule": draft.by_rule,
        "settle_seconds": draft.settle_seconds,
        "opened_at": draft.opened_at,
        "changed_at": draft.changed_at,
        "firing": sorted(draft.firing),
        "edition": draft.edition + 1,
        "ttl": int(now) + KEPT_FOR,
    }
    known = {"settles_at": draft.settles_at, "incident": draft.incident}
    known["told"] = draft.told.value if draft.told else None
    known["raised"] = draft.raised.value if draft.raised else None
    item |= {name: value for name, value in known.items() if value is not None}
    is_as_read = "edition = :edition" if draft.edition else "attribute_not_exists(pk)"
    stored = Write(
        *_key(draft.page, draft.group),
        item=item,
        condition=is_as_read,
        values={"edition": draft.edition} if draft.edition else {},
    )
    due = due_at(draft, now)
    return [stored] if due is None else [stored, _put_due(draft, due)]


def _put_due(draft: DraftIncident, due: float) -> Write:
    moment = math.ceil(due)
    return Write(
        f"PAGE#{draft.page}#DRAFTS_DUE",
        f"{moment:011d}#{draft.group}",
        item={"kind": "draft_due", "edition": draft.edition + 1, "ttl": moment + KEPT_FOR},
    )


@dataclass(frozen=True)
class DueDraft:
    """That a moment has come to look at a draft; `key` names the moment and the group."""

    key: str
    edition: int

    @property
    def group(self) -> str:
        return self.key.partition("#")[2]


def due_drafts(table: Table, page: str, now: float, limit: int) -> list[DueDraft]:
    """Up to `limit` moments that have come, the oldest first."""
    key = f"PAGE#{page}#DRAFTS_DUE"
    rows, _ = table.query(key, upto=f"{math.floor(now):011d}~", limit=limit)
    return [DueDraft(row["sk"], row["edition"]) for row in rows]


def remove_due(page: str, due: DueDraft) -> Write:
    """Look at it then no more, unless it was asked for anew since."""
    return Write(
        f"PAGE#{page}#DRAFTS_DUE",
        due.key,
        delete=True,
        condition="edition = :edition",
        values={"edition": due.edition},
    )


def get_rules(table: Table, page: str) -> list[Rule]:
    """A page's rules, in their order."""
    row = table.get(*_rules_key(page))
    return [_rule_of(one) for one in row["rules"]] if row else []


def put_rules(page: str, rules: Sequence[Rule]) -> Write:
    """Replace a page's rules."""
    listed = [
        {
            **vars(one),
            "labels": dict(one.labels),
            "components": list(one.components),
            "group_by": list(one.group_by),
            "publish": one.publish.value,
            "source": one.source.value if one.source else "",
            "level": one.level.value if one.level else "",
        }
        for one in rules
    ]
    return Write(*_rules_key(page), item={"kind": "alert_rules", "rules": listed})


def _rules_key(page: str) -> tuple[str, str]:
    return f"PAGE#{page}#ALERT_RULES", "RULES"


def _rule_of(row: Item) -> Rule:
    return Rule(
        name=row["name"],
        source=Source(row["source"]) if row["source"] else None,
        title=row["title"],
        labels=row["labels"],
        components=tuple(row["components"]),
        level=Level(row["level"]) if row["level"] else None,
        publish=Publish(row["publish"]),
        incident_name=row["incident_name"],
        body=row["body"],
        group_by=tuple(row["group_by"]),
        settle_seconds=row["settle_seconds"],
    )


def _key(page: str, group: str) -> tuple[str, str]:
    return f"PAGE#{page}#DRAFTS", group


def _of(row: Item) -> DraftIncident:
    names = ("page", "group", "number", "rule", "name", "body", "by_rule", "settle_seconds")
    moments = ("opened_at", "changed_at", "edition")
    return DraftIncident(
        **{name: row[name] for name in (*names, *moments)},
        state=DraftState(row["state"]),
        components=tuple(row["components"]),
        level=Level(row["level"]),
        firing=frozenset(row["firing"]),
        settles_at=row.get("settles_at"),
        told=Level(row["told"]) if "told" in row else None,
        raised=Level(row["raised"]) if "raised" in row else None,
        incident=row.get("incident"),
    )
