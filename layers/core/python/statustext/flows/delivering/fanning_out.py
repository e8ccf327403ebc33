"""Fan-out: one update becomes messages of up to 25 recipients each.

A task names shards and a place to go on from. It works through a bounded number of subscribers,
then hands on what is left, in halves, so that a large page is soon worked on by many. Repeating a
task is harmless: the sender claims each delivery once.
"""

from collections.abc import Iterator

from statustext.adapters.audience import audience
from statustext.adapters.dynamodb import Filter, Found, Table
from statustext.adapters.incidents import find_told_incident, get_update
from statustext.adapters.queues import BATCH_LIMIT, Queue
from statustext.adapters.subscribers import shard_key
from statustext.adapters.update_progress import add_progress
from statustext.domain.ids import SHARDS
from statustext.domain.incident import Update
from statustext.flows.delivering.passing_on import pass_on
from statustext.queue_messages import MAX_RECIPIENTS, AnnouncementBatch, FanOutTask

PER_TASK = 20_000
"""Subscribers looked at by one task before it hands on the rest: a few seconds of work."""

PER_REQUEST = BATCH_LIMIT * MAX_RECIPIENTS

PER_PAGE = 0
"""Subscribers of a Query; 0 for as many as DynamoDB returns at once, 1 MB of them."""

FIRST_PAGE = PER_REQUEST
"""The same for the first Query of an update, so that the first texts do not wait for a full one."""


class UnknownUpdateError(RuntimeError):
    """A task for an update that is not in the table: poison, for the dead-letter queue."""


def fan_out(task: FanOutTask, table: Table, announcements: Queue, tasks: Queue, now: float) -> None:
    """Enqueue the recipients of this task's shards, and then the tasks for what is left."""
    incident = find_told_incident(table, task.page, task.incident)
    update = get_update(table, task.page, task.incident, task.seq)
    if incident is None or update is None:
        raise UnknownUpdateError(f"no update {task.incident}#{task.seq} on {task.page}")
    if now < update.tell_at:  # the next update may come first
        pass_on(task, {update.tell_at - now: [task]}, table, tasks, now)
        return
    if incident.due_seq(now) > update.seq:
        return  # the newer one's own fan-out tells everybody this one would have
    if update.seq in incident.recalled:
        return
    still = _without_what_others_did(task, update)
    if still is None:
        return
    task = still
    pages = _Pages(table, task, audience(incident, update))
    found: list[str] = []
    queued = 0
    for page in pages:
        found += page.keys
        while len(found) >= PER_REQUEST or (found and pages.is_cut_short):
            _enqueue(task, found[:PER_REQUEST], announcements, now)
            queued, found = queued + len(found[:PER_REQUEST]), found[PER_REQUEST:]
    _enqueue(task, found, announcements, now)
    queued += len(found)
    left = pages.left()
    tasks.send(split(left))
    table.write(
        add_progress(
            task.page,
            task.incident,
            task.seq,
            pages.done,
            pages.looked_at,
            queued,
            cursors_of(left),
            now,
        )
    )


class _Pages:
    """Whom an update is for in a task's shards, page by page, and how far that has got."""

    def __init__(self, table: Table, task: FanOutTask, whom: Filter) -> None:
        self._table = table
        self._task = task
        self._whom = whom
        self._shards = list(task.shards)
        self._after = task.after
        self.done: list[int] = []
        self.looked_at = 0
        self.is_cut_short = False

    def __iter__(self) -> Iterator[Found]:
        while self._shards and self.looked_at < PER_TASK:
            shard = self._shards[0]
            is_first = not self.looked_at and not self.done and len(self._shards) == SHARDS
            page = self._table.find(
                shard_key(self._task.page, shard),
                self._whom,
                after=self._after,
                limit=FIRST_PAGE if is_first else PER_PAGE,
            )
            self._after = page.after
            self.is_cut_short = is_first and bool(self._after)
            self.looked_at += page.looked_at
            if not self._after:
                self.done.append(self._shards.pop(0))
            yield page

    def left(self) -> FanOutTask | None:
        """The task for what was not read, if any."""
        if not self._shards:
            return None
        return self._task.model_copy(update={"shards": tuple(self._shards), "after": self._after})


def split(task: FanOutTask | None) -> list[FanOutTask]:
    """A task for many shards as two for half as many each; the cursor stays with its shard."""
    if task is None:
        return []
    if len(task.shards) == 1:
        return [task]
    half = (len(task.shards) + 1) // 2
    return [
        task.model_copy(update={"shards": task.shards[:half]}),
        task.model_copy(update={"shards": task.shards[half:], "after": ""}),
    ]


def cursors_of(task: FanOutTask | None) -> dict[int, str]:
    """Behind whom to go on in each shard of a task."""
    if task is None:
        return {}
    return dict.fromkeys(task.shards, "") | {task.shards[0]: task.after}


def _without_what_others_did(task: FanOutTask, update: Update) -> FanOutTask | None:
    """A task without the shards in which another copy of it has come further, or to the end; what
    that one left is handed on already. None where nothing is left."""
    progress = update.progress
    places = cursors_of(task)
    still = tuple(
        shard
        for shard, after in places.items()
        if shard not in progress.shards_done and progress.cursors.get(shard, "") <= after
    )
    if not still:
        return None
    return task.model_copy(update={"shards": still, "after": places[still[0]]})


def _enqueue(task: FanOutTask, recipients: list[str], announcements: Queue, now: float) -> None:
    announcements.send(
        [
            AnnouncementBatch(
                page=task.page,
                incident=task.incident,
                seq=task.seq,
                subscribers=tuple(recipients[start : start + MAX_RECIPIENTS]),
                begun_at=now,
            )
            for start in range(0, len(recipients), MAX_RECIPIENTS)
        ]
    )
