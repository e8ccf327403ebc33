"""How far an update has got on its way to everybody, and that the clock watches it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.incidents import update_key
from statustext.domain.incident import Update

WATCHED_ANEW_AFTER = 2 * 3600.0
"""Seconds after which the looks at an update begin anew where it is still being told."""

WATCH_KEPT_FOR = 30 * 24 * 3600
"""Seconds after which TTL sweeps the row of an update that the clock never finished."""


def watch(page: str, update: Update, since: float) -> Write:
    """That an update is being told since a moment: the clock looks after it from then on, until
    its row is removed."""
    pk, sk = f"PAGE#{page}#UNDERWAY", f"{update.incident}#{update.seq:05d}"
    return Write(
        pk,
        sk,
        item={
            "kind": "underway",
            "incident": update.incident,
            "seq": update.seq,
            "since": since,
            "look_at": since,
            "ttl": int(since) + WATCH_KEPT_FOR,
        },
    )


def watch_anew(page: str, update: Update, now: float) -> Write:
    """Watch an update closely again whose texts go late, as checks grow rarer while it ages.

    At most once every two hours, so that checks are not put off for ever either.
    """
    return replace(
        watch(page, update, now),
        condition="attribute_not_exists(pk) OR since < :while_ago",
        values={"while_ago": now - WATCHED_ANEW_AFTER},
    )


def tell_again(page: str, update: Update, now: float) -> list[Write]:
    """Forget how far an update's fan-out came, so that the clock takes it up from the beginning."""
    pk, sk = update_key(page, update.incident, update.seq)
    progress = update.progress
    of_shards = [f"cursor_{one}" for one in progress.cursors]
    of_shards += [f"beat_{one}" for one in progress.beats]
    of_shards += [f"resumed_{one}" for one in progress.resumed]
    gone = ["found", "queued", "shards_done", *of_shards]
    names = {name: name for name in gone}
    again = Write(
        pk,
        sk,
        update="REMOVE " + ", ".join(f"#{name}" for name in gone),
        condition="attribute_exists(pk)",
        names=names,
    )
    return [again, watch(page, update, now)]


def watched_updates(table: Table, page: str) -> list[Item]:
    """Rows of all updates that are being told: `incident`, `seq`, `since` when, and `look_at`, the
    moment from which on the clock looks for deliveries that did not end; `for_all` where the last
    look was also for whom no delivery was written.
    """
    return list(table.query_all(f"PAGE#{page}#UNDERWAY"))


def look_again(row: Item, look_at: float, *, for_all: bool) -> Write:
    """Look for deliveries without an end from `look_at` on, unless the row was written anew since
    it was read. `for_all`: this look is also for whom no delivery was ever written."""
    as_read = _as_read(row)
    return replace(
        as_read,
        update="SET look_at = :later, for_all = :for_all",
        values={**as_read.values, "later": look_at, "for_all": for_all},
    )


def stop_watching(table: Table, row: Item) -> None:
    """Look after an update no more, unless the row was written anew since it was read."""
    table.delete_if(_as_read(row))


def _as_read(row: Item) -> Write:
    values = {"since": row["since"]}
    return Write(row["pk"], row["sk"], condition="since = :since", values=values)


def add_progress(
    page: str,
    incident: str,
    seq: int,
    shards_done: Collection[int],
    found: int,
    queued: int,
    left: Mapping[int, str],
    now: float,
) -> Write:
    """Note what a fan-out task did, and the shards `left` with behind whom to go on in each.

    Repeated tasks count their recipients again: an upper bound.
    """
    pk, sk = update_key(page, incident, seq)
    counts: dict[str, Any] = {"found": found, "queued": queued}
    if shards_done:
        counts["shards_done"] = set(shards_done)
    beats: dict[str, Any] = {}
    for shard, after in left.items():
        beats |= {f"cursor_{shard}": after, f"beat_{shard}": now}
    update = "ADD " + ", ".join(f"#{name} :{name}" for name in counts)
    resumed = [f"resumed_{shard}" for shard in left]
    names = {name: name for name in (*counts, *beats, *resumed)}
    if beats:
        update += " SET " + ", ".join(f"#{name} = :{name}" for name in beats)
        update += " REMOVE " + ", ".join(f"#{name}" for name in resumed)
    return Write(
        pk,
        sk,
        update=update,
        condition="attribute_exists(pk)",
        names=names,
        values=counts | beats,
    )


def note_resumed(page: str, update: Update, shards: Collection[int], now: float) -> Write:
    """That the clock takes these shards up again, as a sign of life. Not where there was another
    since the update was read."""
    pk, sk = update_key(page, update.incident, update.seq)
    progress = update.progress
    conditions = ["attribute_exists(pk)"]
    changes: dict[str, Any] = {}
    as_read: dict[str, Any] = {}
    for shard in shards:
        changes |= {f"beat_{shard}": now, f"resumed_{shard}": progress.resumed.get(shard, 0) + 1}
        if shard in progress.beats:
            as_read[f"was_{shard}"] = progress.beats[shard]
            conditions.append(f"#beat_{shard} = :was_{shard}")
        else:
            conditions.append(f"attribute_not_exists(#beat_{shard})")
    return Write(
        pk,
        sk,
        update="SET " + ", ".join(f"#{name} = :{name}" for name in changes),
        condition=" AND ".join(conditions),
        names={name: name for name in changes},
        values=changes | as_read,
    )
