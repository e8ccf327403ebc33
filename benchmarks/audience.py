"""Many active subscribers, put into the lean table without any journey."""

import gc
from typing import Any

from benchmarks.metering import Meter
from local.lean_aws.table import Change, packed, unpacked
from tests.stepped import PHONE, SteppedSystem

ELSEWHERE = "elsewhere001"
"""A component that no incident here is about."""


def gather(
    system: SteppedSystem, meter: Meter, count: int, *, concerned: int | None = None
) -> list[str]:
    """`count` subscribers of page `default` with fictional numbers; their ids.

    All are copies of one who signed up and verified. What that took is forgotten. But for
    `concerned` of them, evenly spread, they asked for another component only.
    """
    every = count // concerned if concerned else 1
    from statustext.adapters.subscribers import subscriber_key

    aws: Any = system.aws
    table = aws.dynamodb.table(system.table.name)
    pk, sk = subscriber_key("default", system.subscribe(PHONE)["id"])
    row = table.get(pk, sk)
    view, table.stream_view = table.stream_view, ""
    watching, table.committing = table.committing, None
    table.commit(Change(pk, sk, row, None))
    one = unpacked(row)
    ids = [f"sub_{number:016d}" for number in range(count)]
    for number, sk in enumerate(ids):
        pk, _ = subscriber_key("default", sk)
        copy = {**one, "pk": {"S": pk}, "sk": {"S": sk}, "phone": {"S": f"+1555{number:07d}"}}
        if number % every:
            chosen = {**one["preferences"]["M"], "services": {"L": [{"S": ELSEWHERE}]}}
            copy["preferences"] = {"M": chosen}
        table.commit(Change(pk, sk, None, packed(copy)))
    table.stream_view, table.committing = view, watching
    table.take_stream()
    aws.empty_queues()
    meter.usage.clear()
    gc.collect()
    gc.freeze()  # what the store holds is no work for the functions' garbage collector
    return ids


def open_incident(system: SteppedSystem, *components: str) -> str:
    """Publish a critical incident; its fan-out waits in its queue."""
    incident = {
        "name": "API is down",
        "impact_override": "critical",
        "body": "We are on it.",
        "component_ids": components,
    }
    answer = system.operator("POST", "/v1/pages/default/incidents", {"incident": incident})
    assert answer.status == 201, answer.text
    system.relay_stream()
    return str(answer.json["id"])
