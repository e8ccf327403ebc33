"""The sender: texts per CPU second, and what each asks of DynamoDB.

The floor is what no sender can do without: the batch's read, one claim, one call to Twilio and one
record per text, through the same clients, with nothing decided in between.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.audience import gather, open_incident
from benchmarks.metering import metered_system, queue, work_off
from local.configuration import FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN, FAKE_FROM
from tests.stepped import SteppedSystem

BATCH = 25
RECIPIENT = "+15557000000"


def measure(count: int) -> Iterator[Mapping[str, Any]]:
    with metered_system() as (system, meter):
        ids = gather(system, meter, count)
        floor = count / meter.cpu_of(lambda: _raw_loop(system, ids))
        open_incident(system)
        work_off(system, "fan-out")
        before = len(system.twilio.accepted)
        _until_done(system)
        sent = len(system.twilio.accepted) - before
        usage = meter.usage["sender"]
        yield {
            "benchmark": "sender",
            "texts": sent,
            "texts_per_cpu_second": round(sent / usage.cpu_seconds),
            "floor": "one batch read, and per text one claim, one create, one record",
            "floor_texts_per_cpu_second": round(floor),
            "ratio": round(sent / usage.cpu_seconds / floor, 2),
            "write_units_per_text": round(usage.written_units / sent, 3),
            "read_units_per_text": round(usage.read_units / sent, 3),
            "requests_per_1000": usage.per(sent),
            "throttle_units_per_1000": usage.throttle_per(sent),
            "aim_at_most": {"write_units_per_text": 2, "read_units_per_text": 1.2},
        }


def _until_done(system: SteppedSystem) -> None:
    announcements = queue(system, "announcements")
    for _ in range(10_000):
        if not system.poll(announcements):
            system.clock.shift(1.0)
            if not system.poll(announcements):
                return


def _raw_loop(system: SteppedSystem, ids: Sequence[str]) -> None:
    from statustext.adapters.channel import Text
    from statustext.adapters.secret_store import TwilioLogin
    from statustext.adapters.subscribers import subscriber_key
    from statustext.adapters.twilio_gateway import TwilioGateway
    from statustext.adapters.twilio_http import TwilioHttp

    client, name = system.clients.dynamodb, system.table.name
    gateway = TwilioGateway(
        TwilioLogin(FAKE_ACCOUNT_SID, FAKE_ACCOUNT_SID, FAKE_AUTH_TOKEN), TwilioHttp()
    )
    for start in range(0, len(ids), BATCH):
        keys = [subscriber_key("default", one) for one in ids[start : start + BATCH]]
        typed: Any = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in keys]
        read = client.batch_get_item(RequestItems={name: {"Keys": typed, "ConsistentRead": True}})
        for item in read["Responses"][name]:
            client.update_item(
                TableName=name,
                Key={"pk": item["pk"], "sk": item["sk"]},
                UpdateExpression="SET floor = :one",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )
            text = Text(FAKE_FROM, RECIPIENT, "[Demo] floor", "https://x.test/cb", 600)
            sid = gateway.send(text).sid
            row: Any = {"pk": {"S": "FLOOR"}, "sk": item["sk"], "sid": {"S": sid}}
            client.put_item(TableName=name, Item=row)
    system.stream_records()
    system.twilio.due(system.now + 3600)
