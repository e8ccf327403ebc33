"""The snapshots' queue: what a page shows is put together anew whenever it has changed."""

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from statustext.adapters import aws
from statustext.adapters.dynamodb import Table
from statustext.adapters.queues import Queue
from statustext.flows.showing_publicly.snapshot import keep
from statustext.invocation import is_batch_of_queue
from statustext.observability import observed
from statustext.queue_edge import ANEW_AFTER, each_message
from statustext.queue_messages import SnapshotTask
from statustext.settings import read_settings

settings = read_settings()
table = Table(aws.client("dynamodb"), settings.table_name)
snapshots = Queue(aws.client("sqs"), settings.snapshot_queue_url)


def put_back(body: str) -> None:
    snapshots.send([SnapshotTask.model_validate_json(body)], delay=ANEW_AFTER)


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    touched: dict[str, set[str]] = {}
    for task in tasks_in(event):
        touched.setdefault(task.page, set()).update(task.incidents)
    kept: set[str] = set()

    def handle(body: str, _receives: int) -> None:
        page = SnapshotTask.model_validate_json(body).page
        if page not in kept:  # one pass for all of a page's messages that are here
            keep(table, page, touched[page], time.time())
            kept.add(page)

    return each_message(event, handle, put_back)


def tasks_in(event: dict[str, Any]) -> Iterator[SnapshotTask]:
    """The batch's tasks; what cannot be read fails when its turn comes."""
    for record in event["Records"] if is_batch_of_queue(event) else ():
        with suppress(ValidationError):
            yield SnapshotTask.model_validate_json(record["body"])
