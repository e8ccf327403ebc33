"""What a message cannot do now goes on as a new one, once, however often the queue delivers it."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from statustext.adapters.aws import is_outage
from statustext.adapters.dynamodb import Table
from statustext.adapters.passed_on import note_passed_on, parts_of, passed_on
from statustext.adapters.queues import Queue
from statustext.observability import log_failure
from statustext.queue_messages import Batch, QueueMessage

Left = Mapping[float, Sequence[QueueMessage]]
"""What is to be done in so many seconds."""


def pass_on(message: QueueMessage, left: Left, table: Table, queue: Queue, now: float) -> None:
    """Send what is left of a message, but for whom a copy of it did that already.

    A queue delivers some messages twice. If each copy sent its own, there would be more at every
    wait. It is noted after it was sent, so that a death between the two costs a second copy and no
    person their text: only copies at work at the same moment each send one, and of those at most
    one is passed on for each person at the next turn.

    Raises where the table cannot be asked: then the message itself comes again.
    """
    _send(message, left, passed_on(message, table), table, queue, now)


def put_back(message: QueueMessage, wait: float, table: Table, queue: Queue, now: float) -> None:
    """Send the whole message anew, so that the queue does not give it up while AWS is away. Where
    the table cannot be asked either, it is sent: rather twice than never."""
    others: Collection[str] = ()
    try:
        others = passed_on(message, table)
    except Exception as error:
        if not is_outage(error):
            raise
        log_failure("Not known whether a message was passed on", error, {"page": message.page})
    _send(message, {wait: [message]}, others, table, queue, now)


def _send(
    message: QueueMessage,
    left: Left,
    others: Collection[str],
    table: Table,
    queue: Queue,
    now: float,
) -> None:
    parts: dict[str, None] = {}
    for wait, some in left.items():
        again = [one for each in some for one in _without(each, others, message)]
        queue.send(again, delay=wait)
        parts |= dict.fromkeys(part for one in again for part in parts_of(one))
    if not parts:
        return
    groups = [list(parts)]
    try:
        for group in groups:  # where one is further already, each for themselves
            if not table.write_if(note_passed_on(message, group, now)) and len(group) > 1:
                groups += [[part] for part in group]
    except Exception as error:
        if not is_outage(error):
            raise
        log_failure("Not noted that a message was passed on", error, {"page": message.page})


def _without(
    each: QueueMessage, others: Collection[str], message: QueueMessage
) -> Iterator[QueueMessage]:
    """The next turn of what is left, without those `others`; nothing where nobody is left."""
    still = tuple(part for part in parts_of(each) if part not in others)
    if not still:
        return
    change: dict[str, object] = {"turn": message.turn + 1}
    if isinstance(each, Batch) and isinstance(message, Batch):
        change |= {"subscribers": still, "first": message.first or message.subscribers[0]}
    yield each.model_copy(update=change)
