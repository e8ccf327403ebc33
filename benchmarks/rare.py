"""An incident that concerns few of many: how soon they are queued, and what its end costs."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.audience import gather, open_incident
from benchmarks.bill import SHARE_OF_A_CORE, request_seconds
from benchmarks.metering import Meter, metered_system, queue, work_off
from tests.stepped import SteppedSystem

AT_ONCE = 2
"""Fan-outs at work, as the template has it."""


def measure(count: int, concerned: int) -> Iterator[Mapping[str, Any]]:
    with metered_system(mps=100) as (system, meter):
        gather(system, meter, count, concerned=concerned)
        (component,) = (row["sk"] for row in system.rows("component") if row["key"] == "svc_api")
        system.clock.shift(3600)  # all chose long before it opens
        incident = open_incident(system, component)
        yield _line("opening", count, concerned, system, meter)
        path = f"/v1/pages/default/incidents/{incident}"
        system.operator("PATCH", path, {"incident": {"status": "resolved"}})
        system.relay_stream()
        yield _line("end", count, concerned, system, meter)


def _line(
    what: str, count: int, concerned: int, system: SteppedSystem, meter: Meter
) -> Mapping[str, Any]:
    meter.usage.clear()
    work_off(system, "fan-out")
    found = meter.usage["fan_out"]
    before = len(system.twilio.accepted)
    while len(system.twilio.accepted) < before + concerned:
        if not system.poll(queue(system, "announcements")):
            system.clock.shift(5.0)
    for _ in range(20):
        system.clock.shift(1.0)
        system.webhooks()
    sender = meter.usage["sender"]
    busy = found.cpu_seconds / SHARE_OF_A_CORE + request_seconds(found.requests)
    return {
        "benchmark": "rare",
        "what": what,
        "subscribers": count,
        "concerned": concerned,
        "fan_out_cpu_seconds": round(found.cpu_seconds, 3),
        "last_queued_after_seconds": round(busy / AT_ONCE, 1),
        "tasks": found.invocations,
        "queries": found.requests["Query"],
        "read_units": round(found.read_units),
        "sender_write_units": round(sender.written_units),
        "aim": {"last_queued_after_seconds": 10, "sender_write_units_per_concerned": 3},
    }
