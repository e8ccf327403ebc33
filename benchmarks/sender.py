"""The sender: texts per CPU second, and what each asks of DynamoDB.

The floor is what no sender can do without: the batch's read, one claim, one call to Twilio and one
record per text, through the same clients, with nothing decided in between.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.audience import gather
from benchmarks.counting import counted, cpu_seconds_of
from local.configuration import FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN, FAKE_FROM
from tests.stepped import SteppedSystem, stepped_system


def measure(count: int) -> Iterator[Mapping[str, Any]]:
    with stepped_system(mps="1000") as system, system.first_day():
        ids = gather(system, count)
        floor = count / cpu_seconds_of(lambda: _raw_loop(system, ids))
        incident = {"name": "API is down", "impact_override": "critical"}
        system.operator("POST", "/v1/pages/default/incidents", {"incident": incident})
        system.relay_stream()
        queues = {q.queue_arn.rpartition("-")[2]: q for q in system.queues()}
        while system.poll(queues["out"]):
            pass
        sent = len(system.twilio.accepted)
        with counted() as counts:
            seconds = cpu_seconds_of(lambda: _until_done(system, queues["announcements"]))
        sent = len(system.twilio.accepted) - sent
        yield {
            "benchmark": "sender",
            "texts": sent,
            "texts_per_cpu_second": round(sent / seconds),
            "floor": "one batch read, and per text one claim, one create, one record",
            "floor_texts_per_cpu_second": round(floor),
            "ratio": round(sent / seconds / floor, 2),
            "writes_per_text": round(counts["write units"] / sent, 3),
            "read_units_per_text": round(counts["half read units"] / 2 / sent, 3),
            "requests_per_1000": {
                name: round(number * 1000 / sent, 1) for name, number in sorted(counts.items())
            },
            "aim_at_most": {"writes_per_text": 2, "read_units_per_text": 1},
        }


def _until_done(system: SteppedSystem, announcements: Any) -> None:
    for _ in range(10_000):
        if not system.poll(announcements):
            system.clock.shift(1.0)
            if not system.poll(announcements):
                return


def _raw_loop(system: SteppedSystem, ids: Sequence[str]) -> None:
    from statustext.adapters.secret_store import TwilioCredentials
    from statustext.adapters.sms_gateway import Text
    from statustext.adapters.subscribers import subscriber_key
    from statustext.adapters.twilio_gateway import TwilioGateway
    from statustext.adapters.twilio_http import TwilioHttp

    client, name = system.clients.dynamodb, system.table.name
    gateway = TwilioGateway(
        TwilioCredentials(FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN), TwilioHttp()
    )
    for start in range(0, len(ids), 25):
        keys = [subscriber_key("default", one) for one in ids[start : start + 25]]
        typed: Any = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in keys]
        read = client.batch_get_item(RequestItems={name: {"Keys": typed, "ConsistentRead": True}})
        for item in read["Responses"][name]:
            key: Any = {"pk": item["pk"], "sk": item["sk"]}
            client.update_item(
                TableName=name,
                Key=key,
                UpdateExpression="SET floor = :one",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )
            accepted = gateway.send(
                Text(FAKE_FROM, item["phone"]["S"], "[Demo] floor", "https://x.test/cb")
            )
            client.put_item(
                TableName=name,
                Item={
                    "pk": {"S": "FLOOR"},
                    "sk": item["sk"],
                    "sid": {"S": accepted.sid},
                },
            )
    system.stream_records()
