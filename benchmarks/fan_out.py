"""Fan-out: items per CPU second against a raw Query and SendMessageBatch loop over the rows."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.audience import gather
from benchmarks.counting import counted, cpu_seconds_of
from statustext.domain.ids import SHARDS
from tests.stepped import SteppedSystem, stepped_system


def measure(count: int) -> Iterator[Mapping[str, Any]]:
    with stepped_system() as system, system.first_day():
        gather(system, count)
        floor = count / cpu_seconds_of(lambda: _raw_loop(system))
        _drain(system)
        incident = {"name": "API is down", "impact_override": "critical"}
        system.operator("POST", "/v1/pages/default/incidents", {"incident": incident})
        system.relay_stream()
        fan_out = next(q for q in system.queues() if q.queue_arn.endswith("fan-out"))
        with counted() as counts:
            seconds = cpu_seconds_of(lambda: _until_done(system, fan_out))
        polling = ("ReceiveMessage", "DeleteMessage", "GetQueueUrl")
        yield {
            "benchmark": "fan_out",
            "subscribers": count,
            "items_per_cpu_second": round(count / seconds),
            "floor": "raw Query and SendMessageBatch loop",
            "floor_items_per_cpu_second": round(floor),
            "ratio": round(count / seconds / floor, 2),
            "requests_per_1000": {
                name: round(number * 1000 / count, 2)
                for name, number in sorted(counts.items())
                if name not in polling
            },
            "aim_at_most": {"SendMessageBatch": 5},
        }


def _until_done(system: SteppedSystem, fan_out: Any) -> None:
    while system.poll(fan_out):
        pass


def _raw_loop(system: SteppedSystem) -> None:
    """What any fan-out must do: read every row, send every id, 25 a message, ten a request."""
    url = next(
        system.queue_url(q.queue_arn) for q in system.queues() if q.queue_arn.endswith("cements")
    )
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
            if "LastEvaluatedKey" not in answer:
                break
            given["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    bodies = [json.dumps(ids[start : start + 25]) for start in range(0, len(ids), 25)]
    for start in range(0, len(bodies), 10):
        system.clients.sqs.send_message_batch(
            QueueUrl=url,
            Entries=[
                {"Id": str(n), "MessageBody": body}
                for n, body in enumerate(bodies[start : start + 10])
            ],
        )


def _drain(system: SteppedSystem) -> None:
    from moto.sqs.models import sqs_backends

    _, _, _, region, account, _ = system.queues()[0].queue_arn.split(":")
    for queue in sqs_backends[account][region].queues.values():
        queue._messages.clear()
