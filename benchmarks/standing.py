"""What costs though nobody is texted: the clock's ticks, and a page that is paused."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.audience import gather, open_incident
from benchmarks.metering import Meter, metered_system, queue, work_off
from tests.stepped import SteppedSystem

ROUND = 64
"""Minutes of the clock."""

LOOKS = 40
"""Batches of the paused page that are looked at."""


def measure(count: int) -> Iterator[Mapping[str, Any]]:
    with metered_system() as (system, meter):
        gather(system, meter, count)
        for _ in range(ROUND):
            system.tick()
            system.clock.shift(60.0)
        yield _line("clock", count, meter, "clock", ROUND, "tick")
        system.stream_records()
        open_incident(system)
        work_off(system, "fan-out")
        pause = system.operator("PATCH", "/v1/pages/default/sending", {"paused": True})
        assert pause.status == 200, pause.text
        _look(system)
        yield _line("paused", count, meter, "sender", LOOKS, "look")


def _look(system: SteppedSystem) -> None:
    announcements, before = queue(system, "announcements"), len(system.twilio.accepted)
    for _ in range(LOOKS):
        assert system.poll(announcements)
    assert len(system.twilio.accepted) == before, "texted while paused"


def _line(
    name: str, count: int, meter: Meter, function: str, times: int, what: str
) -> Mapping[str, Any]:
    usage = meter.usage[function]
    return {
        "benchmark": name,
        "subscribers": count,
        f"requests_per_{what}": {k: round(v / times, 2) for k, v in sorted(usage.requests.items())},
        f"read_units_per_{what}": round(usage.read_units / times, 1),
        f"write_units_per_{what}": round(usage.written_units / times, 2),
        f"cpu_milliseconds_per_{what}": round(usage.cpu_seconds * 1000 / times, 1),
    }
