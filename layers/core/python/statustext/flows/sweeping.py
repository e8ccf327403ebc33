"""The clock's minute: brooms for what time has ended or a fault has left half done."""

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.incidents import get_update, list_incidents
from statustext.adapters.queues import Queue
from statustext.adapters.subscribers import subscriber_key
from statustext.domain.ids import SHARDS
from statustext.domain.incident import Incident
from statustext.domain.subscriber import State
from statustext.errors import ConditionFailedError
from statustext.observability import count, logger
from statustext.queue_messages import FanOutTask

GRACE = 180
"""Seconds a fan-out is left alone; a task takes a few, and is retried by its queue before that."""

RECENT = 20
LOOKED_BACK = 24 * 3600


def sweep_unconfirmed(table: Table, page: str, now: float) -> int:
    """Delete unconfirmed subscriptions whose day is over, in one shard a minute; how many."""
    shard = int(now // 60) % SHARDS
    swept, after, more = 0, "", True
    while more:
        rows, more = table.query(f"PAGE#{page}#SUBSCRIBERS#{shard:02d}", after=after)
        for row in rows:
            expired = row.get("expires_at", now + 1) <= now
            if expired and row["state"] == State.UNCONFIRMED:
                swept += _delete_expired(table, page, row["sk"], now)
        after = rows[-1]["sk"] if rows else ""
        more = more and bool(rows)
    return swept


def _delete_expired(table: Table, page: str, subscriber: str, now: float) -> int:
    pk, sk = subscriber_key(page, subscriber)
    write = Write(
        pk,
        sk,
        condition="#state = :unconfirmed AND expires_at <= :now",
        names={"state": "state"},
        values={"unconfirmed": State.UNCONFIRMED.value, "now": now},
    )
    try:
        table.delete(write)
    except ConditionFailedError:
        return 0  # verified or opted out since it was read
    return 1


def finish_fan_outs(table: Table, page: str, tasks: Queue, now: float) -> int:
    """Enqueue again the shards of recent updates that were never reported done; how many tasks."""
    unfinished = [
        task
        for incident in list_incidents(table, page, RECENT)
        if now - LOOKED_BACK < incident.updated_at < now - GRACE
        and (task := _unfinished(table, incident, now))
    ]
    if unfinished:
        logger.warning("Fan-outs resumed", extra={"page": page, "tasks": len(unfinished)})
        count("FanOutResumed", len(unfinished))
        tasks.send(unfinished)
    return len(unfinished)


def _unfinished(table: Table, incident: Incident, now: float) -> FanOutTask | None:
    if not incident.announced_seq:
        return None
    update = get_update(table, incident.page, incident.id, incident.announced_seq)
    if update is None or now - update.created_at < GRACE:
        return None
    missing = tuple(shard for shard in range(SHARDS) if shard not in update.progress.shards_done)
    return (
        FanOutTask(page=incident.page, incident=incident.id, seq=update.seq, shards=missing)
        if missing
        else None
    )


def pages_of(table: Table) -> list[str]:
    """The ids of all pages of this deployment."""
    return [row["sk"] for row in table.query_all("PAGES")]
