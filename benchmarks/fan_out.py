"""Fan-out: items per CPU second against a raw Query and SendMessageBatch loop over the rows."""

import json
import tracemalloc
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.audience import gather, open_incident
from benchmarks.metering import Meter, Usage, metered_system, queue
from statustext.domain.ids import SHARDS
from tests.stepped import SteppedSystem

BATCH, REQUEST = 25, 250
"""Recipients in a message, and in a request of ten."""

ENOUGH = 100_000
"""Subscribers over whom a rate is measured: small pages are told several times, best taken."""

TRACED = 4
"""Tasks whose memory is traced, which takes ten times as long."""


def measure(count: int) -> Iterator[Mapping[str, Any]]:
    with metered_system() as (system, meter):
        gather(system, meter, count)
        floors, rates = [], []
        for _ in range(max(1, min(7, ENOUGH // count))):
            floors.append(count / meter.cpu_of(lambda: _raw_loop(system)))
            system.aws.empty_queues()
            usage = _tell(system, meter)
            rates.append(count / usage.cpu_seconds)
            system.aws.empty_queues()
        yield {
            "benchmark": "fan_out",
            "subscribers": count,
            "items_per_cpu_second": round(max(rates)),
            "floor": "raw Query and SendMessageBatch loop",
            "floor_items_per_cpu_second": round(max(floors)),
            "ratio": round(max(rates) / max(floors), 2),
            "tasks": usage.invocations,
            "requests_per_1000": usage.per(count),
            "read_units_per_1000": round(usage.read_units * 1000 / count, 1),
            "written_units_per_1000": round(usage.written_units * 1000 / count, 2),
            "most_megabytes_in_a_task": round(_memory(system, meter) / 2**20, 1),
            "aim": {"ratio_at_least": 0.7, "SendMessageBatch_at_most": 5, "memory": "flat"},
        }


def _tell(system: SteppedSystem, meter: Meter, most_tasks: int = 10**6) -> Usage:
    meter.usage.pop("fan_out", None)
    open_incident(system)
    tasks = queue(system, "fan-out")
    for _ in range(most_tasks):
        if not system.poll(tasks):
            break
    return meter.usage["fan_out"]


def _memory(system: SteppedSystem, meter: Meter) -> int:
    """The most bytes that one task holds, of the first few: all that are full read as much."""
    tracemalloc.start()
    try:
        return _tell(system, meter, TRACED).most_bytes
    finally:
        tracemalloc.stop()


def _raw_loop(system: SteppedSystem) -> None:
    """What any fan-out must do: read every row, send every id, 25 a message, ten a request."""
    url = system.queue_url(queue(system, "announcements").queue_arn)
    ids: list[str] = []
    for shard in range(SHARDS):
        given: dict[str, Any] = {
            "TableName": system.table.name,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": f"PAGE#default#SUBSCRIBERS#{shard:02d}"}},
            "ConsistentRead": True,
        }
        while True:
            answer = system.clients.dynamodb.query(**given)
            ids += [item["sk"]["S"] for item in answer["Items"]]
            while len(ids) >= REQUEST:
                _send(system, url, ids[:REQUEST])
                ids = ids[REQUEST:]
            if "LastEvaluatedKey" not in answer:
                break
            given["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    if ids:
        _send(system, url, ids)


def _send(system: SteppedSystem, url: str, ids: list[str]) -> None:
    bodies = [json.dumps(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH)]
    system.clients.sqs.send_message_batch(
        QueueUrl=url,
        Entries=[{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)],
    )
