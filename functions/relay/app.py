"""The table's stream: carries updates, direct texts and news on, and counts deliveries."""

import time
from typing import Any

from statustext.adapters import aws
from statustext.adapters.counts import add_counts
from statustext.adapters.dynamodb import Table
from statustext.adapters.event_bus import EventBus
from statustext.adapters.queues import Queue
from statustext.flows.counting import Tally
from statustext.flows.relaying import relay
from statustext.observability import log_failure
from statustext.settings import read_settings

settings = read_settings()
table = Table(aws.client("dynamodb"), settings.table_name)
sqs = aws.client("sqs")
fan_out = Queue(sqs, settings.fan_out_queue_url)
codes = Queue(sqs, settings.code_queue_url)
events = EventBus(aws.client("events"), settings.event_bus_name)


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """In order; from the first record that fails on, the stream is asked to come again."""
    tally, done = Tally(), []
    failures: list[dict[str, str]] = []
    for record in event["Records"]:
        number = record["dynamodb"]["SequenceNumber"]
        try:
            relay(record, fan_out, codes, events)
            tally.note(record)
            done.append(number)
        except Exception as error:  # whatever it is, the record must come again and none be lost
            log_failure("A stream record could not be relayed", error, {"sequence": number})
            failures = [{"itemIdentifier": number}]
            break
    if not done:
        return {"batchItemFailures": failures}
    try:
        add_counts(table, done[0], done[-1], tally.changes, time.time())
    except Exception as error:  # all comes again: what was relayed may be relayed twice
        log_failure("Deliveries could not be counted", error, {"sequence": done[0]})
        failures = [{"itemIdentifier": done[0]}]
    return {"batchItemFailures": failures}
