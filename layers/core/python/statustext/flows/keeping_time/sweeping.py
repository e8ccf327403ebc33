"""The clock's brooms for what time has ended."""

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.subscribers import subscriber_key
from statustext.domain.ids import SHARDS
from statustext.domain.subscriber import State


def sweep_unconfirmed(table: Table, page: str, now: float) -> int:
    """Delete unconfirmed subscriptions whose day is over, in each shard once an hour; how many."""
    turn, rest = divmod(int(now // 60), 4)
    if rest:
        return 0  # reading a shard whole is what costs here
    shard = turn % SHARDS
    swept, after, more = 0, "", True
    while more:
        rows, more = table.query(f"PAGE#{page}#SUBSCRIBERS#{shard:02d}", after=after)
        for row in rows:
            expired = row.get("expires_at", now + 1) <= now
            if expired and row.get("state") == State.UNCONFIRMED:
                swept += _delete_expired(table, page, row["sk"], now)
        after = rows[-1]["sk"] if rows else ""
        more = more and bool(rows)
    return swept


def _delete_expired(table: Table, page: str, subscriber: str, now: float) -> bool:
    pk, sk = subscriber_key(page, subscriber)
    write = Write(
        pk,
        sk,
        condition="#state = :unconfirmed AND expires_at <= :now",
        names={"state": "state"},
        values={"unconfirmed": State.UNCONFIRMED.value, "now": now},
    )
    return table.delete_if(write)  # not who verified or opted out since it was read
