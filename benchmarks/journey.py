"""What telling one incident asks of each function: requests, units, CPU; what bill.py reckons with.

Twilio's stand-in sends three receipts for each text. How many records the relay gets at once
depends on the load: it is measured with few and with many.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.audience import gather, open_incident
from benchmarks.metering import Meter, metered_system, queue, work_off
from tests.stepped import SteppedSystem

FEW, MANY = 25, 100
"""Records of the ledger in a batch. In five seconds, the batching window, each of four shards gets
25 at 10 texts a second; a hundred are the most, at 40 and above."""


def measure(count: int) -> Iterator[Mapping[str, Any]]:
    """One line for each function and the texts it was for."""
    for records in (FEW, MANY):
        with metered_system(mps=100) as (system, meter):
            gather(system, meter, count)
            _tell(system, meter, records)
            for function in ("fan_out", "sender", "twilio_webhook", "relay"):
                if function == "relay" or records == FEW:
                    more = {"records_in_a_batch": records} if function == "relay" else {}
                    yield {**_line(function, meter, count), **more}


def _tell(system: SteppedSystem, meter: Meter, records: int) -> None:
    before, stream = len(system.twilio.accepted), list[Any]()
    open_incident(system)
    meter.usage.clear()  # publishing is not told by the text
    work_off(system, "fan-out")
    while system.poll(queue(system, "announcements")):
        stream += system.stream_records()
        system.webhooks()
    for _ in range(5):
        system.clock.shift(1.0)
        system.webhooks()
        stream += system.stream_records()
    _relay(system, stream, records)
    sent = len(system.twilio.accepted) - before
    assert sent == len(system.accepted(None)) - before, sent


def _relay(system: SteppedSystem, taken: list[Any], records: int) -> None:
    from local.event_pattern import passes

    for stream in system.streams():
        wanted = [one for one in taken if passes(one, stream.filters)]
        for start in range(0, len(wanted), records):
            event = {"Records": wanted[start : start + records]}
            answer = system.functions.invoke(stream.function_arn, event)
            assert answer == {"batchItemFailures": []}, answer


def _line(function: str, meter: Meter, texts: int) -> Mapping[str, Any]:
    usage = meter.usage[function]
    return {
        "benchmark": "journey",
        "function": function,
        "texts": texts,
        "invocations_per_1000": round(usage.invocations * 1000 / texts, 2),
        "cpu_milliseconds_per_text": round(usage.cpu_seconds * 1000 / texts, 3),
        "requests_per_1000": usage.per(texts),
        "events_per_1000": round(usage.events * 1000 / texts, 1),
        "read_units_per_1000": round(usage.read_units * 1000 / texts, 1),
        "write_units_per_1000": round(usage.written_units * 1000 / texts, 1),
    }
