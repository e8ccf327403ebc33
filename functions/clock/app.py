"""Every minute: what time has ended is swept, what a fault left half done is finished."""

import time
from typing import Any

from statustext.adapters import aws
from statustext.adapters.dynamodb import Table
from statustext.adapters.queues import Queue
from statustext.flows.sweeping import finish_fan_outs, pages_of, sweep_unconfirmed
from statustext.settings import read_settings

settings = read_settings()
table = Table(aws.client("dynamodb"), settings.table_name)
tasks = Queue(aws.client("sqs"), settings.fan_out_queue_url)


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    now = time.time()
    pages = pages_of(table)
    resumed = sum(finish_fan_outs(table, page, tasks, now) for page in pages)
    swept = sum(sweep_unconfirmed(table, page, now) for page in pages)
    return {"pages": len(pages), "swept": swept, "resumed": resumed}
