"""The table's stream: carries updates, direct texts and news on."""

from typing import Any

from statustext.adapters import aws
from statustext.adapters.event_bus import EventBus
from statustext.adapters.queues import Queue
from statustext.flows.relaying import relay
from statustext.observability import log_failure
from statustext.settings import read_settings

settings = read_settings()
sqs = aws.client("sqs")
fan_out = Queue(sqs, settings.fan_out_queue_url)
codes = Queue(sqs, settings.code_queue_url)
events = EventBus(aws.client("events"), settings.event_bus_name)


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """In order; from the first record that fails on, the stream is asked to come again."""
    for record in event["Records"]:
        try:
            relay(record, fan_out, codes, events)
        except Exception as error:  # whatever it is, the record must come again and none be lost
            number = record["dynamodb"]["SequenceNumber"]
            log_failure("A stream record could not be relayed", error, {"sequence": number})
            return {"batchItemFailures": [{"itemIdentifier": number}]}
    return {"batchItemFailures": []}
