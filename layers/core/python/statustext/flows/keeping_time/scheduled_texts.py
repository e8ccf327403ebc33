"""Operators' texts whose moment has come."""

from statustext.adapters.dynamodb import Table
from statustext.adapters.queues import Queue
from statustext.adapters.sends import list_due
from statustext.queue_messages import DirectTextTask

PER_TICK = 200
"""Texts of a page handed on in a minute; the next minute goes on."""


def hand_on_scheduled(table: Table, page: str, codes: Queue, now: float) -> int:
    """Queue what is due; how many. A row goes after its message: a crash between the two queues a
    text twice, and its claim sends it once."""
    due = list_due(table, page, now, PER_TICK)
    for subscriber, direct, row in due:
        codes.send([DirectTextTask(page=page, subscriber=subscriber, direct=direct)])
        table.delete_if(row)
    return len(due)
