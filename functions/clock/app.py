"""Every minute: what time has ended is swept, what is due is handed on, what a fault left half
done is finished."""

import time
from typing import Any

from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.dynamodb import Table
from statustext.adapters.queues import Queue
from statustext.flows.circuits import close_ended
from statustext.flows.finishing import finish_updates
from statustext.flows.releasing import find_due
from statustext.flows.sweeping import pages_of, sweep_unconfirmed
from statustext.observability import count
from statustext.settings import read_settings

settings = read_settings()
table = Table(aws.client("dynamodb"), settings.table_name)
tasks = Queue(aws.client("sqs"), settings.fan_out_queue_url)


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    now = time.time()
    pages = pages_of(table)
    released = sum(find_due(table, page, tasks, now) for page in pages)
    resumed = sum(finish_updates(table, page, tasks, now, system_entropy) for page in pages)
    swept = sum(sweep_unconfirmed(table, page, now) for page in pages)
    if circuits := close_ended(table, now):
        count("CircuitOpen", circuits)  # keeps the alarm up while texting is stopped
    return {"pages": len(pages), "released": released, "resumed": resumed, "swept": swept}
