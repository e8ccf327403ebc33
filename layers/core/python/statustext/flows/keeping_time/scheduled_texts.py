"""Operators' texts whose moment has come."""

from statustext.adapters.dynamodb import Table
from statustext.adapters.queues import Queue
from statustext.adapters.sends import cancelled_text, get_order, list_due
from statustext.queue_messages import DirectTextTask

PER_TICK = 500
"""Texts of a page handed on in a minute; the next minute goes on."""


def hand_on_scheduled(table: Table, page: str, codes: Queue, tasks: Queue, now: float) -> int:
    """Queue what is due, what goes to an audience behind announcements; how many.

    A row goes after its message: a crash between the two queues a text twice, and its claim sends
    it once. Of an order that was taken back nothing goes, even where its texts still wait.
    """
    due = list_due(table, page, now, PER_TICK)
    orders = {one.order: get_order(table, page, one.order) for one in due if one.order}
    taken_back = {order for order, row in orders.items() if row and "cancelled_at" in row}
    going: dict[bool, list[DirectTextTask]] = {True: [], False: []}
    for one in due:
        if one.order in taken_back:
            table.write_if(cancelled_text(page, one.subscriber, one.direct, now))
        else:
            of_many = bool(one.order)
            task = DirectTextTask(
                page=page, subscriber=one.subscriber, direct=one.direct, many=of_many
            )
            going[of_many].append(task)
    codes.send(going[False])
    tasks.send(going[True])
    for one in due:
        table.delete_if(one.gone)
    return len(due)
