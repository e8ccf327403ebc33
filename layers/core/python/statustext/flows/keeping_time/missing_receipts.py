"""Deliveries that did not end within an hour: Twilio is asked, or the protocol goes on."""

from collections.abc import Sequence

from statustext.adapters.audience import audience
from statustext.adapters.circuits import open_circuits
from statustext.adapters.deliveries import (
    deliveries_between,
    get_delivery,
    page_through_ledger,
)
from statustext.adapters.dynamodb import Table
from statustext.adapters.incidents import find_told_incident, get_update
from statustext.adapters.pages import get_page
from statustext.adapters.queues import Queue
from statustext.adapters.subscribers import get_subscribers, shard_key
from statustext.domain.circuit import parts_of
from statustext.domain.delivery import TERMINAL, Delivery, DeliveryStatus, announcement_attempt
from statustext.domain.incident import Incident, Update
from statustext.domain.refusal import Scope
from statustext.errors import OutcomeUnknownError
from statustext.flows.delivering.context import Deps
from statustext.flows.delivering.passing_on import pass_on
from statustext.observability import count, logger
from statustext.queue_messages import (
    MAX_RECIPIENTS,
    AnnouncementBatch,
    ReceiptBatch,
    UnsettledTask,
)

PER_TASK = 1000
"""Rows after which a task hands on the rest; a page has some thousands at most."""

OVERDUE = 3000.0
"""Seconds without news after which a delivery is looked at."""


def find_unsettled(
    task: UnsettledTask, table: Table, announcements: Queue, tasks: Queue, now: float
) -> None:
    """Look through one page of an update's ledger, or of several shards that end before a page is
    full; then hand on the rest."""
    told = _told(task, table) if task.for_all else None
    rows: list[Delivery] = []
    untold: list[str] = []
    looked_at, after = 0, ""
    left: UnsettledTask | None = task
    while left and looked_at < PER_TASK and not after:
        where = (left.page, left.incident, left.seq, left.shard, left.after)
        if told:
            found = table.find(shard_key(left.page, left.shard), audience(*told), after=left.after)
            some, after = deliveries_between(table, *where, upto=found.after), found.after
            noted = {row.subscriber for row in some}
            missing = [one for one in found.keys if one not in noted]
            untold += _queued_in_vain(missing, told[1], left.page, table, now)
            looked_at += found.looked_at
        else:
            some, after = page_through_ledger(table, *where)
        rows += some
        looked_at += len(some)
        left = _rest(left, after)
    late = [one for one in rows if _is_late(one, now, stands_still=task.for_all)]
    with_sid = [one.subscriber for one in late if one.sid]
    without = [one.subscriber for one in late if not one.sid] + untold
    about = {"page": task.page, "incident": task.incident, "seq": task.seq, "begun_at": now}
    announcements.send([ReceiptBatch(**about, subscribers=some) for some in _by_25(with_sid)])
    announcements.send([AnnouncementBatch(**about, subscribers=some) for some in _by_25(without)])
    if left:
        pass_on(task, {0: [left]}, table, tasks, now)


def _told(task: UnsettledTask, table: Table) -> tuple[Incident, Update] | None:
    incident = find_told_incident(table, task.page, task.incident)
    update = get_update(table, task.page, task.incident, task.seq)
    return (incident, update) if incident and update else None


def _rest(task: UnsettledTask, after: str) -> UnsettledTask | None:
    """What is left of a task after one page of its first shard."""
    if after:
        return task.model_copy(update={"after": after})
    if task.through is None or task.shard >= task.through:
        return None
    return task.model_copy(update={"shard": task.shard + 1, "after": ""})


def _is_late(one: Delivery, now: float, *, stands_still: bool) -> bool:
    """Whether it should have ended by now. What is held has its own moment, and after it a message
    of its own; where nobody works on the update any more, that was lost."""
    if one.status in TERMINAL or (one.status is DeliveryStatus.HELD and not stands_still):
        return False
    return max(one.at, one.waits_at, one.until) < now - OVERDUE


def _queued_in_vain(
    missing: Sequence[str], update: Update, page: str, table: Table, now: float
) -> list[str]:
    """Of those in no row of the ledger, who was there when the update came and knows of no newer:
    their message was lost, or lies with the dead letters. Whose country nothing is sent to now
    waits."""
    found: list[str] = []
    stopped = _stopped_countries(page, table) if missing else set()
    for some in _by_25(missing):
        for one in get_subscribers(table, page, some, now).values():
            thread = one.threads.get(update.incident)
            was_there = (one.verified_at or 0.0) <= update.created_at
            waits = bool(stopped and one.phone) and _country(one.phone) in stopped
            if was_there and not waits and (thread is None or thread.seq <= update.seq):
                found.append(one.id)
    if found:
        logger.error(
            "Some were queued and not told",
            page=page,
            incident=update.incident,
            seq=update.seq,
            people=len(found),
        )
        count("QueuedAndNotTold", len(found))
    return found


def _stopped_countries(page: str, table: Table) -> set[str]:
    """The countries to which the page's texts wait."""
    settings = get_page(table, page)
    own = settings.account_sid if settings else ""
    circuits = [parts_of(one.scope) for one in open_circuits(table)]
    return {name for by, kind, name in circuits if kind == Scope.COUNTRY and by.sid == own}


def _country(phone: str) -> str:
    from statustext.domain.phone_numbers import country_of  # a tenth of a second, seldom wanted

    return country_of(phone)


def _by_25(ids: Sequence[str]) -> list[tuple[str, ...]]:
    starts = range(0, len(ids), MAX_RECIPIENTS)
    return [tuple(ids[start : start + MAX_RECIPIENTS]) for start in starts]


def ask_for_receipts(batch: ReceiptBatch, deps: Deps) -> None:
    """Ask the carriers what became of some messages. What they do not say now is asked again later;
    for whom there is no time any more, as a carrier is slow, is put back."""
    from statustext.flows.hearing.receipts import take_receipt

    page = get_page(deps.table, batch.page)
    for number, one in enumerate(batch.subscribers):
        if deps.clock.now() > deps.give_up_at:
            left = batch.model_copy(update={"subscribers": batch.subscribers[number:]})
            pass_on(batch, {1: [left]}, deps.table, deps.queue, deps.clock.now())
            return
        known = get_delivery(deps.table, batch.page, batch.incident, batch.seq, one)
        if known is None or known.status in TERMINAL or not known.sid:
            continue
        listing = None
        if page and known.account:
            listing = deps.listing_of(page, known.account)
        if listing is None:
            continue  # its last receipt, within three days, says how it ended
        try:
            receipt = listing.fetch(known.sid)
        except OutcomeUnknownError:
            continue
        attempt = announcement_attempt(batch.incident, batch.seq, one, known.attempt)
        take_receipt(attempt, receipt, batch.page, deps.table, deps.clock.now())
