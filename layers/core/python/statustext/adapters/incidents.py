"""Rows of incidents and of the updates they are made of."""

import json
from collections.abc import Iterator
from dataclasses import replace

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.domain.incident import (
    Impact,
    Incident,
    Postmortem,
    Progress,
    Reach,
    Schedule,
    Status,
    Update,
)
from statustext.domain.templates import Event

REMOVED = "removed"
REMOVED_LIFE = 30 * 24 * 3600
"""Seconds for which a removed incident is kept: longer than anything of it can be on its way."""


def incident_key(page: str, incident: str) -> tuple[str, str]:
    return f"PAGE#{page}#INCIDENTS", incident


def update_key(page: str, incident: str, seq: int) -> tuple[str, str]:
    return f"PAGE#{page}#INCIDENT#{incident}", f"UPDATE#{seq:05d}"


def removed_key(page: str, incident: str) -> tuple[str, str]:
    return f"PAGE#{page}#REMOVED", incident


def external_key(page: str, external_id: str) -> tuple[str, str]:
    return f"PAGE#{page}#EXTERNAL", external_id


def get_incident(table: Table, page: str, incident: str) -> Incident | None:
    """An incident as it stands, strongly consistent."""
    row = table.get(*incident_key(page, incident))
    return incident_of(row) if row else None


def find_told_incident(table: Table, page: str, incident: str) -> Incident | None:
    """The same, or, where an operator removed it, as it was then, with all of it recalled."""
    if found := get_incident(table, page, incident):
        return found
    row = table.get(*removed_key(page, incident))
    return incident_of(row) if row else None


def find_reserved(table: Table, page: str, name: str) -> Item | None:
    """The row that reserves a name: `incident`, and the request's `fingerprint`."""
    return table.get(*external_key(page, name))


def list_incidents(table: Table, page: str, limit: int, before: str = "") -> list[Incident]:
    """Incidents, newest first, from behind the id `before`."""
    rows, _ = table.query(f"PAGE#{page}#INCIDENTS", newest_first=True, limit=limit, after=before)
    return [incident_of(row) for row in rows]


def open_key(page: str, incident: str) -> tuple[str, str]:
    return f"PAGE#{page}#OPEN", incident


def note_whether_open(incident: Incident) -> Write:
    """Keep the list of what is not over in step with the incident, in the same transaction."""
    pk, sk = open_key(incident.page, incident.id)
    if incident.is_over:
        return Write(pk, sk, delete=True)
    return Write(pk, sk, item={"kind": "open", "is_maintenance": incident.is_maintenance})


def list_open(table: Table, page: str, *, only_maintenance: bool = False) -> list[Incident]:
    """All incidents and maintenances that are not over, oldest first, however old."""
    ids = [
        row["sk"]
        for row in table.query_all(f"PAGE#{page}#OPEN")
        if row["is_maintenance"] or not only_maintenance
    ]
    found: list[Incident] = []
    for start in range(0, len(ids), 100):
        keys = [incident_key(page, one) for one in ids[start : start + 100]]
        found += [incident_of(row) for row in table.get_many(keys)]
    return sorted(found, key=lambda one: (one.created_at, one.id))


def every_incident(table: Table, page: str) -> Iterator[Incident]:
    """All incidents and maintenances of a page, newest first, read as they are taken."""
    before, more = "", True
    while more:
        rows, more = table.query(
            f"PAGE#{page}#INCIDENTS", newest_first=True, limit=100, after=before
        )
        yield from (incident_of(row) for row in rows)
        before, more = (rows[-1]["sk"], more) if rows else ("", False)


def remove_incident(incident: Incident, now: float) -> list[Write]:
    """Take an incident from the page, and free the operator's own name for it. What is on its way
    to somebody finds it for a month yet, with all of it recalled: nobody is told any more."""
    pk, sk = incident_key(incident.page, incident.id)
    stopped = replace(incident, recalled={**_all_stopped(incident), **incident.recalled})
    row = {**_incident_row(stopped), "kind": "removed", "ttl": int(now) + REMOVED_LIFE}
    writes = [
        Write(pk, sk, delete=True, condition="edition = :read", values={"read": incident.edition}),
        Write(*open_key(incident.page, incident.id), delete=True),
        Write(*removed_key(incident.page, incident.id), item=row),
    ]
    if name := incident.external_id:
        writes.append(Write(*external_key(incident.page, f"external#{name}"), delete=True))
    return writes


def _all_stopped(incident: Incident) -> dict[int, str]:
    return dict.fromkeys(range(1, incident.newest_seq + 1), REMOVED)


def let_update_expire(page: str, incident: str, seq: int, now: float) -> Write:
    """An update of a removed incident goes with it."""
    pk, sk = update_key(page, incident, seq)
    return Write(
        pk,
        sk,
        update="SET #ttl = :ttl",
        condition="attribute_exists(pk)",
        names={"ttl": "ttl"},
        values={"ttl": int(now) + REMOVED_LIFE},
    )


def reword_update(page: str, update: Update) -> Write:
    """Change the words of a posted update, and the moment shown for it. The stream passes over it,
    so nobody is told."""
    pk, sk = update_key(page, update.incident, update.seq)
    return Write(
        pk,
        sk,
        update="SET body = :body, display_at = :display_at, updated_at = :updated_at",
        condition="attribute_exists(pk)",
        values={
            "body": update.body,
            "display_at": update.display_at,
            "updated_at": update.updated_at,
        },
    )


def get_update(table: Table, page: str, incident: str, seq: int) -> Update | None:
    """One update."""
    row = table.get(*update_key(page, incident, seq))
    return update_of(row) if row else None


def list_updates(table: Table, page: str, incident: str) -> list[Update]:
    """All updates of an incident, oldest first."""
    return [update_of(row) for row in table.query_all(f"PAGE#{page}#INCIDENT#{incident}")]


def incident_of(row: Item) -> Incident:
    """An incident from its row."""
    override = row.get("impact_override")
    return Incident(
        id=row["sk"],
        page=row["page"],
        name=row["name"],
        status=Status(row["status"]),
        impact=Impact(row["impact"]),
        component_ids=tuple(row["component_ids"]),
        newest_seq=row["newest_seq"],
        announced_seq=row["announced_seq"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        impact_override=Impact(override) if override else None,
        started_at=row["started_at"],
        monitoring_at=row.get("monitoring_at"),
        resolved_at=row.get("resolved_at"),
        schedule=Schedule(**row["schedule"]) if row.get("schedule") else None,
        postmortem=Postmortem(**row["postmortem"]) if row.get("postmortem") else None,
        backfilled=row["backfilled"],
        external_id=row.get("external_id"),
        metadata=json.loads(row.get("metadata", "{}")),
        tell_at=row.get("tell_at", 0.0),
        due_before=row.get("due_before", 0),
        recalled={int(seq): why for seq, why in row.get("recalled", {}).items()},
        reopened_seq=row.get("reopened_seq", 0),
        edition=row.get("edition", 0),
        reach=_reach_of(row["reach"]),
        for_all_services=row.get("for_all_services", False),
    )


def _reach_of(row: Item) -> Reach:
    return Reach(
        frozenset(map(Impact, row["impacts"])),
        frozenset(row["component_ids"]),
        row["named_none"],
        row["was_maintenance"],
    )


def put_incident(incident: Incident) -> Write:
    """Write an incident over the edition before; edition 1 is new. Its reach is widened by what it
    is now, so that whatever a fan-out may have read is in it."""
    pk, sk = incident_key(incident.page, incident.id)
    return Write(
        pk,
        sk,
        item=_incident_row(incident),
        condition="edition = :before" if incident.edition > 1 else "attribute_not_exists(pk)",
        values={"before": incident.edition - 1} if incident.edition > 1 else {},
    )


def _incident_row(incident: Incident) -> Item:
    reach = incident.reach.widened(incident)
    row = {k: v for k, v in vars(incident).items() if k != "id"}
    for name in ("status", "impact", "impact_override"):
        row[name] = row[name].value if row[name] else None
    # As text: what a caller gave comes back as it was, numbers that DynamoDB cannot hold included.
    row["metadata"] = json.dumps(incident.metadata)
    return {
        **row,
        "kind": "incident",
        "component_ids": list(incident.component_ids),
        "schedule": vars(incident.schedule) if incident.schedule else None,
        "postmortem": vars(incident.postmortem) if incident.postmortem else None,
        "recalled": {str(seq): why for seq, why in incident.recalled.items()},
        "reach": {
            **vars(reach),
            "impacts": sorted(reach.impacts),
            "component_ids": sorted(reach.component_ids),
        },
    }


def reserve(page: str, name: str, incident: str, fingerprint: str, expires_at: float) -> Write:
    """Reserve a name once, in the transaction it guards; `expires_at` 0 keeps it for good."""
    pk, sk = external_key(page, name)
    return Write(
        pk,
        sk,
        item={
            "kind": "reserved",
            "incident": incident,
            "fingerprint": fingerprint,
            "ttl": int(expires_at) or None,
        },
        condition="attribute_not_exists(pk)",
    )


def update_of(row: Item) -> Update:
    """An update from its row."""
    return Update(
        incident=row["incident"],
        seq=row["seq"],
        status=Status(row["status"]),
        event=Event(row["event"]),
        body=row["body"],
        deliver=row["deliver"],
        created_at=row["created_at"],
        affected=tuple(row.get("affected", ())),
        progress=_progress_of(row),
        tell_at=row["tell_at"],
        id=row["id"],
        updated_at=row["updated_at"],
        display_at=row["display_at"],
    )


def _progress_of(row: Item) -> Progress:
    cursors = {int(name[7:]): after for name, after in row.items() if name.startswith("cursor_")}
    beats = {int(name[5:]): at for name, at in row.items() if name.startswith("beat_")}
    resumed = {int(name[8:]): times for name, times in row.items() if name.startswith("resumed_")}
    return Progress(
        shards_done=tuple(sorted(row.get("shards_done", ()))),
        found=row.get("found", 0),
        queued=row.get("queued", 0),
        cursors=cursors,
        beats=beats,
        resumed=resumed,
    )


def put_update(page: str, update: Update) -> Write:
    """Publish an update. The stream hands it to the fan-out."""
    pk, sk = update_key(page, update.incident, update.seq)
    return Write(
        pk,
        sk,
        item={
            "kind": "update",
            "page": page,
            "incident": update.incident,
            "seq": update.seq,
            "status": update.status.value,
            "event": update.event.value,
            "body": update.body,
            "deliver": update.deliver,
            "created_at": update.created_at,
            "tell_at": update.tell_at,
            "affected": [dict(one) for one in update.affected],
            "id": update.id,
            "updated_at": update.updated_at,
            "display_at": update.display_at,
        },
        condition="attribute_not_exists(pk)",
    )
