"""What a message cannot do now goes on as a new one, once, however often the queue delivers it."""

from collections.abc import Mapping, Sequence

from statustext.adapters.aws import is_outage
from statustext.adapters.dynamodb import Table
from statustext.adapters.passed_on import is_passed_on, note_passed_on
from statustext.adapters.queues import Queue
from statustext.observability import log_failure
from statustext.queue_messages import QueueMessage

Left = Mapping[float, Sequence[QueueMessage]]
"""What is to be done in so many seconds."""


def pass_on(message: QueueMessage, left: Left, table: Table, queue: Queue, now: float) -> None:
    """Send what is left of a message, unless a copy of it did that already.

    A queue delivers some messages twice. If each copy sent its own, there would be more at every
    wait. It is noted after it was sent, so that a death between the two costs a second copy and no
    person their text: only copies at work at the same moment each send one, and those meet again
    at their next turn. Where the table cannot be asked, it is sent: rather twice than never.
    """
    try:
        if is_passed_on(message, table):
            return
    except Exception as error:
        if not is_outage(error):
            raise
        log_failure("Not known whether a message was passed on", error, {"page": message.page})
    turn = message.turn + 1
    for wait, some in left.items():
        queue.send([one.model_copy(update={"turn": turn}) for one in some], delay=wait)
    try:
        table.write_if(note_passed_on(message, now))
    except Exception as error:
        if not is_outage(error):
            raise
        log_failure("Not noted that a message was passed on", error, {"page": message.page})
