"""The table's stream: carries on updates, direct texts, news and what pages show, and counts
deliveries."""

import time
from typing import Any

from statustext.adapters import aws
from statustext.adapters.dynamodb import Table
from statustext.adapters.event_bus import EventBus
from statustext.adapters.queues import Queue
from statustext.flows.relaying.changes import News, relay, subject
from statustext.flows.relaying.counting import count_deliveries
from statustext.flows.relaying.listing import list_texts
from statustext.flows.relaying.measuring import measure
from statustext.flows.relaying.showing import snapshot_tasks
from statustext.invocation import is_batch_of_stream, wrong_event
from statustext.observability import emit, log_failure, logger, observed
from statustext.settings import read_settings

Done = list[tuple[Any, list[News]]]
"""Records that were relayed, each with what is to be told of it."""

settings = read_settings()
table = Table(aws.client("dynamodb"), settings.table_name)
sqs = aws.client("sqs")
fan_out = Queue(sqs, settings.fan_out_queue_url)
codes = Queue(sqs, settings.code_queue_url)
snapshots = Queue(sqs, settings.snapshot_queue_url)
events = EventBus(aws.client("events"), settings.event_bus_name)


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """In order; from the first record that fails on, the stream is asked to come again."""
    if not is_batch_of_stream(event):
        return wrong_event("records of the table's stream")
    done: Done = []
    failures: list[dict[str, str]] = []
    for record in event["Records"]:
        number = record["dynamodb"]["SequenceNumber"]
        logger.set_correlation_id(subject(record))
        try:
            done.append((record, relay(record, fan_out, codes)))
        except Exception as error:  # whatever it is, the record must come again and none be lost
            log_failure("A stream record could not be relayed", error, {"sequence": number})
            failures = [{"itemIdentifier": number}]
            break
    try:  # ten a request, and behind the codes, which must not wait for them
        events.put([one for _, news in done for one in news])
    except Exception as error:
        log_failure("News could not be told", error, {})
        done, failures = _before_the_first_news(done)
    try:
        records = [record for record, _ in done]
        snapshots.send(snapshot_tasks(records))
        list_texts(records, table)
        count_deliveries(records, table, time.time())
        figures = measure(records)
        emit(figures.counts, figures.seconds, figures.suppressed)
    except Exception as error:  # all comes again: what was relayed may be relayed twice
        log_failure(
            "Deliveries could not be counted, texts not be listed, or a page not be shown anew",
            error,
            {},
        )
        failures = [{"itemIdentifier": done[0][0]["dynamodb"]["SequenceNumber"]}]
    return {"batchItemFailures": failures}


def _before_the_first_news(done: Done) -> tuple[Done, list[dict[str, str]]]:
    first = next(place for place, (_, news) in enumerate(done) if news)
    number = done[first][0]["dynamodb"]["SequenceNumber"]
    return done[:first], [{"itemIdentifier": number}]
