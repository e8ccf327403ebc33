"""The clock's look after every update that is being told, until all its deliveries have ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from statustext.adapters.circuits import read_circuits
from statustext.adapters.clock import Entropy
from statustext.adapters.delivery_counts import get_counts, last_change
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.fixed_windows import hour_of_texts, spent
from statustext.adapters.incidents import find_told_incident, get_update
from statustext.adapters.pages import get_page
from statustext.adapters.queues import Queue
from statustext.adapters.update_progress import (
    WATCHED_ANEW_AFTER,
    look_again,
    note_resumed,
    stop_watching,
    watched_updates,
)
from statustext.domain.circuit import Circuit, parts_of
from statustext.domain.delivery_counts import is_filtered, unsettled
from statustext.domain.hourly_cap import HOUR, room_of_hour
from statustext.domain.ids import SHARDS
from statustext.domain.incident import Incident, Update
from statustext.domain.page import Page
from statustext.domain.refusal import Scope
from statustext.flows.acting import Act
from statustext.flows.publishing.recalling import FILTERED, recall
from statustext.observability import count, log_failure, logger
from statustext.queue_messages import FanOutTask, UnsettledTask

SILENT_FOR = 180.0
"""Seconds without a sign of life after which a shard is taken up again; a task takes a few. The
next time it is twice as long, and so on: where nobody works on the queue, its tasks must not pile
up."""

STILL = 300.0
"""Seconds without a change in an update's ledger after which nobody works on it: for whom nothing
is written by then, their message was lost."""

FEW = 1000
"""People up to which one task looks through all shards, one after the other."""

RECEIPTS_AFTER = 3600.0
LOOKED_AFTER = 50 * 3600.0
"""Seconds for which an update is looked after: two hours longer than it may be told."""


class UnfinishedError(RuntimeError):
    """Some updates could not be looked after; why is in the log."""


def finish_updates(table: Table, page: str, tasks: Queue, now: float, entropy: Entropy) -> int:
    """Take up again what a fault left half done; how many tasks that made.

    Each update on its own: one of which the rows cannot be read is passed over, with an alarm.
    Raises UnfinishedError after all, where one was not looked after for another reason.
    """
    resumed = failed = 0
    known = _Known(table, page)
    for row in watched_updates(table, page):
        ids = {"page": page, "update": row["sk"]}
        try:
            resumed += _finish(known, row, tasks, now, entropy)
        except (KeyError, TypeError, ValueError) as error:
            log_failure("An update's rows cannot be read", error, ids)
            count("RowUnreadable")
        except Exception as error:  # whatever it is, the others must be looked after
            log_failure("An update was not looked after", error, ids)
            failed += 1
    if failed:
        raise UnfinishedError(f"{failed} updates were not looked after")
    return resumed


@dataclass
class _Known:
    """The incident that was read last, with its counts: its updates come one after the other."""

    table: Table
    page: str
    _name: str = ""
    _incident: Incident | None = None
    _counts: Mapping[int, dict[str, int]] = field(default_factory=dict)

    def incident(self, name: str) -> tuple[Incident | None, Mapping[int, dict[str, int]]]:
        """An incident, and the counts of its updates."""
        if name != self._name:
            incident = find_told_incident(self.table, self.page, name)
            self._counts = get_counts(self.table, self.page, name) if incident else {}
            self._name, self._incident = name, incident
        return self._incident, self._counts


def _finish(known: _Known, row: Item, tasks: Queue, now: float, entropy: Entropy) -> int:
    table, page = known.table, known.page
    incident, all_counts = known.incident(row["incident"])
    update = get_update(table, page, row["incident"], row["seq"])
    since = row["since"]
    if incident is None or update is None or now > since + LOOKED_AFTER:
        stop_watching(table, row)
        return 0
    is_stopped = incident.due_seq(now) > update.seq or update.seq in incident.recalled
    left = [] if is_stopped else _resume(table, incident, update, tasks, now)
    counts = all_counts.get(update.seq, {})
    if update.seq not in incident.recalled and is_filtered(counts):
        logger.error("Update stopped: filtered", incident=incident.id, seq=update.seq)
        count("UpdateStopped")
        act = Act("the clock", table, now, entropy)
        recall(page, incident.id, update.seq, FILTERED, act)
    if now >= row["look_at"] + RECEIPTS_AFTER:
        was_for_all = is_stopped or bool(row.get("for_all"))
        if _is_over(row, since, update, counts) and was_for_all:
            stop_watching(table, row)
        else:
            for_all = not is_stopped and _stands_still(table, update, page, now)
            _look(table, row, update, tasks, now, for_all=for_all)
    return len(left)


def _resume(
    table: Table, incident: Incident, update: Update, tasks: Queue, now: float
) -> list[FanOutTask]:
    progress = update.progress
    left = {
        shard: progress.cursors.get(shard, "")
        for shard in range(SHARDS)
        if shard not in progress.shards_done
        and now - max(progress.beats.get(shard, 0.0), update.tell_at)
        > SILENT_FOR * 2 ** progress.resumed.get(shard, 0)
    }
    if not left:
        return []
    if not table.write_if(note_resumed(incident.page, update, left, now)):
        return []
    page, seq = incident.page, update.seq
    found = [
        FanOutTask(
            page=page, incident=incident.id, seq=seq, shards=(shard,), after=after, begun_at=now
        )
        for shard, after in left.items()
    ]
    logger.warning("Fan-out resumed", page=page, incident=incident.id, seq=seq, shards=len(left))
    count("FanOutResumed", len(left))
    tasks.send(found)
    return found


def _is_over(row: Item, since: float, update: Update, counts: dict[str, int]) -> bool:
    """Whether all has ended that was ever written, and all was looked at that may have been told
    before the looks would have begun anew: the counters serve the eye, and a receipt must not be
    lost with one."""
    looked_at_age = (row["look_at"] - since + RECEIPTS_AFTER) / 2
    is_sure = looked_at_age >= RECEIPTS_AFTER + WATCHED_ANEW_AFTER
    return is_sure and len(update.progress.shards_done) == SHARDS and not unsettled(counts)


def _stands_still(table: Table, update: Update, page: str, now: float) -> bool:
    """Whether nobody tells this update any more, though nothing keeps them from it."""
    settings = get_page(table, page)
    if settings is None or settings.paused or _is_full(settings, table, now):
        return False
    rows = read_circuits(table)
    if any(_stops(one, settings) for one in rows.open):
        return False
    if any(one.is_down(now) or now < one.since + STILL for one in rows.reported):
        return False
    return now > last_change(table, page, update.incident, update.seq) + STILL


def _stops(circuit: Circuit, page: Page) -> bool:
    """Whether a circuit may keep all who are told by one of the page's senders. That of a country
    keeps single people."""
    account, kind, name = parts_of(circuit.scope)
    if account.sid != page.account_sid:
        return False
    chosen = {one.id for one in page.senders}
    is_its_own = kind == Scope.SENDER and (not chosen or name in chosen)
    return kind == Scope.ACCOUNT or is_its_own


def _is_full(page: Page, table: Table, now: float) -> bool:
    """Whether the page's cap on texts holds them back, or did a moment ago."""
    cap, scope = page.limits.texts_per_hour, hour_of_texts(page.id)
    return bool(cap) and any(
        spent(table, scope, HOUR, at) >= room_of_hour(cap, at, is_privileged=False)
        for at in (now, now - STILL)
    )


def _look(
    table: Table, row: Item, update: Update, tasks: Queue, now: float, *, for_all: bool
) -> None:
    """Look for deliveries without an end; after one, two, four … hours, as the last never come.
    `for_all`: and for whom nothing was written, whatever became of their message."""
    about = {"page": row["pk"].split("#")[1], "incident": row["incident"], "seq": row["seq"]}
    each = SHARDS if update.progress.found <= FEW else 1
    tasks.send(
        [
            UnsettledTask(
                **about, shard=first, through=first + each - 1, for_all=for_all, begun_at=now
            )
            for first in range(0, SHARDS, each)
        ]
    )
    again_at = now + (now - row["since"]) - RECEIPTS_AFTER
    table.write_if(look_again(row, again_at, for_all=for_all))
