"""A batch of recipients, many at once; what cannot be done now is put back."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from statustext.adapters.aws import is_outage
from statustext.adapters.deliveries import note_waiting
from statustext.adapters.subscribers import get_subscriber, get_subscribers
from statustext.domain.announcement import TOLD_FOR, Announcement
from statustext.domain.decision import PAUSE_WAIT
from statustext.domain.incident import Update
from statustext.domain.steps import End, Instead, Step, Wait
from statustext.domain.subscriber import Subscriber
from statustext.errors import RacedError
from statustext.flows.delivering.context import Deps, PageView
from statustext.flows.delivering.passing_on import pass_on
from statustext.flows.delivering.protocol import SendProtocol
from statustext.flows.delivering.record import RACED
from statustext.observability import count, log_failure
from statustext.queue_messages import AnnouncementBatch, HeldBatch, QueueMessage

RECENT_CLAIMS = 3600.0
"""Claims made later than this many seconds before a hold came due may belong to a function that
died, so they are looked at again."""

NOTED_AFTER = 1500.0
"""Seconds after which it is written down again who waits for another try. The clock queues those
again of whom nothing was written for twice as long: their message was lost."""

Todo = tuple[str, Callable[[], Subscriber | None], Sequence[Update]]
"""A recipient, as they stand when their turn comes, and what they are to be told, in order."""

Again = tuple[int, str, int]
"""In how many seconds to tell again, and what: incident and seq."""


async def send_announcements(batch: AnnouncementBatch, deps: Deps) -> None:
    """Tell one update to a batch of recipients; what cannot be done now is put back."""
    protocol = SendProtocol(batch.page, deps)
    update = protocol.view.update(batch.incident, batch.seq)
    found = get_subscribers(deps.table, batch.page, batch.subscribers, deps.clock.now())
    called = hand_to_web(batch, found, deps)
    todo = [
        (one, partial(found.get, one), [update])
        for one in dict.fromkeys(batch.subscribers)
        if one not in called
        and not _is_left_to_the_newest(found.get(one), protocol.view.announcement(update), deps)
    ]
    await _AtWork(batch, protocol, deps).work_through(todo, _refused(found, update))


def hand_to_web(
    batch: AnnouncementBatch | HeldBatch, found: Mapping[str, Subscriber], deps: Deps
) -> frozenset[str]:
    """Hand on those whose own address is called, each in a message of their own, so that a slow
    one keeps nobody else waiting. Who they are."""
    if deps.web_queue is None:
        return frozenset()
    called = [one.id for one in found.values() if one.mode.is_called]
    each = [batch.model_copy(update={"subscribers": (one,)}) for one in called]
    if each:
        pass_on(batch, {0.0: each}, deps.table, deps.web_queue, deps.clock.now())
    return frozenset(called)


def _refused(found: Mapping[str, Subscriber], update: Update) -> frozenset[str]:
    """Who of them waits for another try of this update."""
    return frozenset(
        one.id
        for one in found.values()
        if (thread := one.threads.get(update.incident))
        and thread.seq == update.seq
        and thread.is_not_accepted
    )


def _is_left_to_the_newest(
    subscriber: Subscriber | None, announcement: Announcement, deps: Deps
) -> bool:
    """Whether nobody has begun to tell them this update, and a newer one is to be told.

    That one's own batches are for everybody, and would wait for as long as it takes to write of
    each person that an older update was overtaken; its progress says so.
    """
    incident, seq = announcement.incident, announcement.update.seq
    if incident.due_seq(deps.clock.now()) <= seq or seq in incident.recalled:
        return False
    thread = subscriber.threads.get(incident.id) if subscriber else None
    return thread is None or (thread.seq < seq and not thread.waits)


async def send_held(batch: HeldBatch, deps: Deps) -> None:
    """Tell a batch of people what was held for them, each in one text.

    The latest is told, with all others that wait; each of those then finds that it was told, or,
    where the latest was not wanted any more, takes its place. What must wait longer (the hold may
    be RESUME's, or of a pause that was taken back) is held again.
    """
    protocol, now = SendProtocol(batch.page, deps), deps.clock.now()
    if protocol.view.page().paused:
        pass_on(batch, {PAUSE_WAIT: [batch]}, deps.table, deps.queue, now)
        return
    lately = batch.due_at - RECENT_CLAIMS if batch.due_at else now - TOLD_FOR
    todo: list[Todo] = []
    found = get_subscribers(deps.table, batch.page, batch.subscribers, now)
    called = hand_to_web(batch, found, deps)
    for one in (one for one in found.values() if one.id not in called):
        read = partial(get_subscriber, deps.table, batch.page, one.id, now)
        if held := _held_for(one, protocol.view, lately, now):
            todo.append((one.id, read, held))
    await _AtWork(batch, protocol, deps).work_through(todo)


def _held_for(one: Subscriber, view: PageView, lately: float, now: float) -> list[Update]:
    """What is held for one person, the latest first, and what was claimed since `lately` by a
    function that may have died before it sent it or put it back."""
    by_age = sorted(one.threads.items(), key=lambda item: -item[1].at)
    held = [
        view.update(incident, max(newest.update.seq, thread.seq))
        for incident, thread in by_age
        if thread.is_held and (newest := view.newest(incident))
    ]
    claimed = [
        view.update(incident, thread.seq)
        for incident, thread in by_age
        if (thread.claimed and thread.at > lately)
        or (thread.is_not_accepted and not thread.is_held and thread.at > now - TOLD_FOR)
    ]
    return held + claimed


class _AtWork:
    """A message at work: what is left of it, and at whom it failed."""

    def __init__(
        self, batch: AnnouncementBatch | HeldBatch, protocol: SendProtocol, deps: Deps
    ) -> None:
        self._batch, self._protocol, self._deps = batch, protocol, deps
        self._left: dict[Again, list[str]] = defaultdict(list)
        self._failed: list[tuple[str, Update]] = []
        self._errors: list[Exception] = []
        self._last: list[tuple[Again, str]] = []

    async def work_through(
        self, todo: Sequence[Todo], refused: frozenset[str] = frozenset()
    ) -> None:
        """Deliver to each, many at once; put back what is left. `refused` are those who waited for
        another try.

        Whose row cannot be told from is put back alone, to fail alone; but where nobody can be
        told, the message itself is at fault, or AWS.
        """
        lanes = []
        for each in todo:
            lanes.append(self._deps.lanes.start(self._tell(*each)))
            if self._batch.one_by_one:
                await lanes[-1]
        for lane in lanes:
            await lane
        outages = [error for error in self._errors if is_outage(error)]
        if outages or len(self._errors) == sum(len(updates) for *_, updates in todo) > 0:
            raise (outages or self._errors)[0]
        for (one, _), error in zip(self._failed, self._errors, strict=True):
            log_failure("Somebody could not be told", error, {"subscriber": one})
            count("RowUnreadable")
        for again, one in self._last:  # the next try begins with somebody else
            self._left[again].append(one)
        put_back = [(again, tuple(some)) for again, some in self._left.items()]
        put_back += [((0, of.incident, of.seq), (one,)) for one, of in self._failed]
        noted_at = _note_who_waits(put_back, self._batch, refused, self._deps)
        _put_back(put_back, self._batch, noted_at, self._deps)

    async def _tell(
        self, one: str, read: Callable[[], Subscriber | None], updates: Sequence[Update]
    ) -> None:
        """One recipient's updates, one after the other: each is decided by what became of those
        before it."""
        await self._deps.lanes.place()
        try:
            for update in updates:
                self._note(await self._deliver(one, read, update), one, update)
        finally:
            self._deps.lanes.leave()

    async def _deliver(
        self, one: str, read: Callable[[], Subscriber | None], update: Update
    ) -> Step:
        if self._protocol.rest or any(map(is_outage, self._errors)):
            return self._protocol.rest or RACED
        try:
            return await self._protocol.deliver(one, read(), update)
        except RacedError:
            return RACED
        except Exception as error:
            self._failed.append((one, update))
            self._errors.append(error)
            return End()

    def _note(self, step: Step, one: str, update: Update) -> None:
        match step:
            case Instead(seq):
                self._left[0, update.incident, seq].append(one)
            case Wait(seconds, whole_batch):
                again = math.ceil(seconds), update.incident, update.seq
                if whole_batch and self._protocol.rest is None:
                    self._protocol.rest = step
                    self._last.append((again, one))
                else:
                    self._left[again].append(one)


Left = Sequence[tuple[Again, tuple[str, ...]]]


def _note_who_waits(
    left: Left, batch: AnnouncementBatch | HeldBatch, refused: frozenset[str], deps: Deps
) -> float:
    """Write down who still waits for another try, if that was last done long ago; when it was."""
    if not isinstance(batch, AnnouncementBatch):
        return 0.0
    now = deps.clock.now()
    if now < max(batch.noted_at, batch.begun_at) + NOTED_AFTER:
        return batch.noted_at
    for (_, incident, seq), some in left:
        for one in some:
            if one in refused and seq == batch.seq:
                deps.table.write_if(note_waiting(batch.page, incident, seq, one, now))
    return now


def _put_back(
    left: Left,
    batch: AnnouncementBatch | HeldBatch,
    noted_at: float,
    deps: Deps,
) -> None:
    """Send them as new messages: that spends none of the queue's receives."""
    by_wait: dict[float, list[QueueMessage]] = defaultdict(list)
    for (wait, incident, seq), some in left:
        by_wait[wait].append(
            AnnouncementBatch(
                page=batch.page,
                begun_at=batch.begun_at,
                incident=incident,
                seq=seq,
                subscribers=some,
                one_by_one=batch.one_by_one,
                noted_at=noted_at,
            )
        )
    if by_wait:
        pass_on(batch, by_wait, deps.table, deps.queue, deps.clock.now())
