"""Deliveries that did not end within an hour: Twilio is asked, or the protocol goes on."""

from collections.abc import Sequence

from statustext.adapters.deliveries import get_delivery, page_through_ledger
from statustext.adapters.dynamodb import Table
from statustext.adapters.queues import Queue
from statustext.domain.delivery import TERMINAL, DeliveryStatus, announcement_attempt
from statustext.errors import OutcomeUnknownError
from statustext.flows.delivering.context import Deps
from statustext.queue_messages import (
    MAX_RECIPIENTS,
    AnnouncementBatch,
    ReceiptBatch,
    UnsettledTask,
)

SETTLED = TERMINAL | {DeliveryStatus.HELD}
"""What is held has its own moment at which it is looked at."""

OVERDUE = 3000.0
"""Seconds without news after which a delivery is looked at."""


def find_unsettled(
    task: UnsettledTask, table: Table, announcements: Queue, tasks: Queue, now: float
) -> None:
    """Look through one page of one shard of an update's ledger, then hand on the rest."""
    rows, after = page_through_ledger(
        table, task.page, task.incident, task.seq, task.shard, task.after
    )
    late = [one for one in rows if one.status not in SETTLED and one.at < now - OVERDUE]
    with_sid = [one.subscriber for one in late if one.sid]
    without = [one.subscriber for one in late if not one.sid]
    about = {"page": task.page, "incident": task.incident, "seq": task.seq}
    announcements.send([ReceiptBatch(**about, subscribers=some) for some in _by_25(with_sid)])
    announcements.send([AnnouncementBatch(**about, subscribers=some) for some in _by_25(without)])
    if after:
        tasks.send([task.model_copy(update={"after": after})])


def _by_25(ids: Sequence[str]) -> list[tuple[str, ...]]:
    starts = range(0, len(ids), MAX_RECIPIENTS)
    return [tuple(ids[start : start + MAX_RECIPIENTS]) for start in starts]


def ask_for_receipts(batch: ReceiptBatch, deps: Deps) -> None:
    """Ask Twilio what became of some messages. What it does not say now is asked again later; for
    whom there is no time any more, as Twilio is slow, is put back."""
    from statustext.flows.hearing.receipts import take_receipt

    for number, one in enumerate(batch.subscribers):
        if deps.clock.now() > deps.give_up_at:
            left = batch.subscribers[number:]
            deps.queue.send([batch.model_copy(update={"subscribers": left})], delay=1)
            return
        known = get_delivery(deps.table, batch.page, batch.incident, batch.seq, one)
        if known is None or known.status in TERMINAL or not known.sid:
            continue
        try:
            receipt = deps.gateway.fetch(known.sid)
        except OutcomeUnknownError:
            continue
        form = {"MessageSid": known.sid, "MessageStatus": receipt.status}
        form |= {"From": receipt.sender, "To": receipt.to}
        if receipt.code:
            form["ErrorCode"] = str(receipt.code)
        attempt = announcement_attempt(batch.incident, batch.seq, one, known.attempt)
        take_receipt(attempt, form, batch.page, deps.table, deps.clock.now())
