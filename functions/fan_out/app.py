"""The fan-out queue: one update becomes batches of recipients."""

import time
from typing import Any

from statustext.adapters import aws
from statustext.adapters.dynamodb import Table
from statustext.adapters.queues import Queue
from statustext.flows.fanning_out import fan_out
from statustext.queue_edge import each_message
from statustext.queue_messages import FanOutTask
from statustext.settings import read_settings

settings = read_settings()
table = Table(aws.client("dynamodb"), settings.table_name)
sqs = aws.client("sqs")
tasks = Queue(sqs, settings.fan_out_queue_url)
announcements = Queue(sqs, settings.announcement_queue_url)


def handle(body: str) -> None:
    fan_out(FanOutTask.model_validate_json(body), table, announcements, tasks, time.time())


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    return each_message(event, handle)
