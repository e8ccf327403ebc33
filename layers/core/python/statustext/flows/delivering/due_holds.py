"""What was held is handed on when its time has come."""

from collections.abc import Sequence

from statustext.adapters.dynamodb import Table
from statustext.adapters.holds import (
    due_holds,
    held_subscriber,
    held_until,
    page_through_holds,
    remove_holds,
)
from statustext.adapters.queues import BATCH_LIMIT, Queue
from statustext.domain.ids import SHARDS
from statustext.queue_messages import MAX_RECIPIENTS, DueHoldsTask, HeldBatch

PER_REQUEST = BATCH_LIMIT * MAX_RECIPIENTS
PER_TASK = 5000


def find_due_holds(table: Table, page: str, tasks: Queue, now: float) -> int:
    """Enqueue a task for each shard in which something is due; how many."""
    due = [
        DueHoldsTask(page=page, shard=shard, begun_at=now)
        for shard in range(SHARDS)
        if due_holds(table, page, shard, now, 1)
    ]
    tasks.send(due)
    return len(due)


def hand_on(
    task: DueHoldsTask, table: Table, announcements: Queue, tasks: Queue, now: float
) -> None:
    """Hand on what is due in one shard, and the task itself where there is more.

    A hold is removed when it has been handed on: a crash between the two hands it on twice, and
    the sender tells only what is still held.
    """
    if task.early:
        _hand_on_early(task, table, announcements, tasks, now)
        return
    for _ in range(PER_TASK // PER_REQUEST):
        due = due_holds(table, task.page, task.shard, now, PER_REQUEST)
        _send(task.page, due, held_until(due[0]) if due else now, announcements, now)
        remove_holds(table, task.page, task.shard, due)
        if len(due) < PER_REQUEST:
            return
    tasks.send([task])


def _hand_on_early(
    task: DueHoldsTask, table: Table, announcements: Queue, tasks: Queue, now: float
) -> None:
    """Look again at whoever waits in one shard: a setting changed that holds were made by. The
    holds stay. Who must still wait is held as before, and for the others they find nothing."""
    after = task.after
    for _ in range(PER_TASK // PER_REQUEST):
        held, after = page_through_holds(table, task.page, task.shard, after, PER_REQUEST)
        _send(task.page, held, now, announcements, now)
        if not after:
            return
    tasks.send([task.model_copy(update={"after": after})])


def _send(page: str, holds: Sequence[str], due_at: float, announcements: Queue, now: float) -> None:
    people = list(dict.fromkeys(map(held_subscriber, holds)))
    announcements.send(
        [
            HeldBatch(
                page=page,
                subscribers=tuple(people[start : start + MAX_RECIPIENTS]),
                due_at=due_at,
                begun_at=now,
            )
            for start in range(0, len(people), MAX_RECIPIENTS)
        ]
    )
