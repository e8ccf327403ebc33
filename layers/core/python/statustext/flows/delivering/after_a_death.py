"""A batch whose function died or failed: at whom it died must not keep the others waiting."""

from statustext.adapters.deliveries import delivery_of, ledger_key
from statustext.adapters.dynamodb import Table
from statustext.adapters.subscribers import get_subscribers
from statustext.queue_messages import AnnouncementBatch, Batch


def parted(batch: Batch, table: Table, now: float) -> list[Batch]:
    """The batch as new messages, which have all their receives before them.

    A claim without an outcome says at whom the function died; those people wait for it to be
    settled, and all who were not claimed go on together, and one by one: in one message, as else
    more would be claimed at once by functions that may die as well. Without such a claim it may
    have been the first of them, who goes alone.
    """
    begun: tuple[str, ...] = ()
    left = batch.subscribers
    is_known = False
    if isinstance(batch, AnnouncementBatch):
        begun, is_known = _begun(batch, table, now)
        left = tuple(one for one in batch.subscribers if one not in begun)
    first = () if is_known else left[:1]
    return [
        batch.model_copy(update={"subscribers": some, "one_by_one": True})
        for some in (begun, first, left[len(first) :])
        if some
    ]


def _begun(batch: AnnouncementBatch, table: Table, now: float) -> tuple[tuple[str, ...], bool]:
    """Who was claimed for this update or a newer one; and whether of one it is not known how that
    ended."""
    found = get_subscribers(table, batch.page, batch.subscribers, now)
    claims = {
        one: found[one].threads[batch.incident]
        for one in batch.subscribers
        if one in found and batch.incident in found[one].threads
    }
    begun = tuple(one for one, thread in claims.items() if thread.seq >= batch.seq)
    keys = [ledger_key(batch.page, batch.incident, batch.seq, one) for one in begun]
    ended = {row["sk"]: delivery_of(row).attempt for row in table.get_many(keys)}
    is_known = any(
        claims[one].claimed
        and claims[one].seq == batch.seq
        and claims[one].attempt > ended.get(one, 0)
        for one in begun
    )
    return begun, is_known
