"""The snapshots' queue: what a page shows is put together anew whenever it has changed."""

import time
from typing import Any

from statustext.adapters import aws
from statustext.adapters.dynamodb import Table
from statustext.adapters.queues import Queue
from statustext.flows.showing_publicly.snapshot import keep
from statustext.observability import observed
from statustext.queue_edge import ANEW_AFTER, each_message
from statustext.queue_messages import SnapshotTask
from statustext.settings import read_settings

settings = read_settings()
table = Table(aws.client("dynamodb"), settings.table_name)
snapshots = Queue(aws.client("sqs"), settings.snapshot_queue_url)


def handle(body: str, _receives: int) -> None:
    task = SnapshotTask.model_validate_json(body)
    keep(table, task.page, task.incidents, time.time())


def put_back(body: str) -> None:
    snapshots.send([SnapshotTask.model_validate_json(body)], delay=ANEW_AFTER)


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    return each_message(event, handle, put_back)
