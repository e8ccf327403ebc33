"""A batch of recipients, one after the other; what cannot be done now is put back."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

from statustext.adapters.aws import is_outage
from statustext.adapters.subscribers import get_subscriber, get_subscribers
from statustext.domain.incident import Update
from statustext.domain.subscriber import Subscriber
from statustext.errors import RacedError
from statustext.flows.delivering.outcome import PAUSE_WAIT, RACED
from statustext.flows.delivering.sending import deliver
from statustext.flows.delivering.telling import LIFE, Board, Telling, Tools
from statustext.observability import count, log_failure
from statustext.queue_messages import AnnouncementBatch, HeldBatch

LATELY = 3600.0
"""Seconds before what is held was due, and from then on: who claimed in them what went along, or
this very batch at its first try, may have died."""

Todo = Sequence[tuple[str, Callable[[], Subscriber | None], Telling]]
"""A recipient, as they stand when their turn comes, and what they are to be told."""

Again = tuple[int, str, int]
"""In how many seconds to tell again, and what: incident and seq."""


def send_announcements(batch: AnnouncementBatch, tools: Tools) -> None:
    """Tell one update to a batch of recipients; what cannot be done now is put back."""
    telling = Board(batch.page, tools).telling(batch.incident, batch.seq)
    found = get_subscribers(tools.table, batch.page, batch.subscribers, tools.clock.now())
    todo = [(one, partial(found.get, one), telling) for one in batch.subscribers]
    _work_through(todo, batch, tools)


def send_held(batch: HeldBatch, tools: Tools) -> None:
    """Tell a batch of people what was held for them, each in one text.

    The latest is told, with all others that wait; each of those then finds that it was told, or,
    where the latest was not wanted any more, takes its place. What must wait longer (the hold may
    be RESUME's, or of a pause that was taken back) is held again.
    """
    board, now = Board(batch.page, tools), tools.clock.now()
    if board.page().paused:
        tools.queue.send([batch], delay=PAUSE_WAIT)
        return
    lately = batch.due_at - LATELY if batch.due_at else now - LIFE  # older messages do not say
    todo: list[tuple[str, Callable[[], Subscriber | None], Telling]] = []
    for one in get_subscribers(tools.table, batch.page, batch.subscribers, now).values():
        by_age = sorted(one.threads.items(), key=lambda item: -item[1].at)
        held = [incident for incident, thread in by_age if thread.is_held]
        news = [
            board.telling(incident, max(newest.update.seq, one.threads[incident].seq))
            for incident in held
            if (newest := board.newest(incident))
        ]
        news += [  # claimed by a function that may have died before it sent it or put it back
            board.telling(incident, thread.seq)
            for incident, thread in by_age
            if not thread.is_held
            and (
                (thread.claimed and thread.at > lately)
                or (thread.is_not_accepted and thread.at > now - LIFE)
            )
        ]
        read = partial(get_subscriber, tools.table, batch.page, one.id, now)
        todo += [(one.id, read, telling) for telling in news]
    _work_through(todo, batch, tools)


def _work_through(todo: Todo, batch: AnnouncementBatch | HeldBatch, tools: Tools) -> None:
    """Deliver to each; put back what is left.

    Whose row cannot be told from is put back alone, to fail alone; but where nobody can be told,
    the message itself is at fault, or AWS.
    """
    left: dict[Again, list[str]] = defaultdict(list)
    failed: list[tuple[str, Update]] = []
    for number, (one, read, telling) in enumerate(todo):
        incident, seq = telling.update.incident, telling.update.seq
        try:
            outcome = deliver(one, read(), telling, len({other for other, *_ in todo[number:]}))
        except RacedError:
            outcome = RACED
        except Exception as error:
            failed.append((one, telling.update))
            if is_outage(error) or len(failed) == len(todo):
                raise
            log_failure("Somebody could not be told", error, {"subscriber": one})
            count("RowUnreadable")
            continue
        wait = math.ceil(outcome.wait)
        if outcome.is_overtaken:
            left[0, incident, telling.incident().due_seq(tools.clock.now())].append(one)
        if outcome.stops_all:  # the next try begins with somebody else
            for other, _, later in todo[number + 1 :]:
                left[wait, later.update.incident, later.update.seq].append(other)
        if not outcome.is_done:
            left[wait, incident, seq].append(one)
        if outcome.stops_all:
            break
    for again, some in left.items():
        _put_back(again, some, batch, tools)
    for one, update in failed:
        _put_back((0, update.incident, update.seq), [one], batch, tools)


def _put_back(
    again: Again, some: Sequence[str], batch: AnnouncementBatch | HeldBatch, tools: Tools
) -> None:
    """Send them as a new message: that spends none of the queue's receives."""
    wait, incident, seq = again
    rest = AnnouncementBatch(
        page=batch.page,
        incident=incident,
        seq=seq,
        subscribers=tuple(some),
        tries=batch.tries + 1,
    )
    tools.queue.send([rest], delay=wait)
