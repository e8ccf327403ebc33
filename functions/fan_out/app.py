"""The fan-out queue: pages of subscribers, of holds and of the ledger, made into batches; and texts
of an order for many, handed on."""

import time
from typing import Any

from pydantic import TypeAdapter

from statustext.adapters import aws
from statustext.adapters.queues import Queue
from statustext.adapters.sealed import sealing_table
from statustext.flows.delivering.component_changes import fan_out_change
from statustext.flows.delivering.due_holds import hand_on
from statustext.flows.delivering.fanning_out import fan_out
from statustext.flows.delivering.passing_on import put_back
from statustext.flows.keeping_time.missing_receipts import find_unsettled
from statustext.observability import observed
from statustext.queue_edge import ANEW_AFTER, each_message
from statustext.queue_messages import (
    DirectTextTask,
    DueHoldsTask,
    FanOutTask,
    StateChangeTask,
    UnsettledTask,
)
from statustext.settings import read_settings

Task = FanOutTask | StateChangeTask | DueHoldsTask | UnsettledTask | DirectTextTask

settings = read_settings()
table = sealing_table(settings)
sqs = aws.client("sqs")
tasks = Queue(sqs, settings.fan_out_queue_url)
announcements = Queue(sqs, settings.announcement_queue_url)
web = Queue(sqs, settings.web_queue_url)
message = TypeAdapter[Task](Task)


def handle(body: str, _receives: int) -> None:
    now = time.time()
    match message.validate_json(body):
        case FanOutTask() as task:
            fan_out(task, table, announcements, tasks, now)
        case StateChangeTask() as task:
            fan_out_change(task, table, web, tasks)
        case DueHoldsTask() as task:
            hand_on(task, table, announcements, tasks, now)
        case DirectTextTask() as task:
            announcements.send([task])
        case UnsettledTask() as task:
            find_unsettled(task, table, announcements, tasks, now)


def send_anew(body: str) -> None:
    task = message.validate_json(body)
    put_back(task, ANEW_AFTER, table, tasks, time.time())


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    return each_message(event, handle, send_anew)
