"""What an incident's first text, and a code, spend their time with on the way to Twilio.

A code's wait for a slot, while announcements are sent without end, is under virtual time, with as
many senders as the template starts. The functions' work is counted on the lean store, in CPU
seconds and requests.
"""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks.bill import request_seconds
from benchmarks.metering import Meter, metered_system, queue
from tests.simulated_senders import SimulatedSenders
from tests.stepped import SteppedSystem

SENDERS = 2
CODES = 60
RATES = (1, 10, 100)
TRIES = 20


def measure() -> Iterator[Mapping[str, Any]]:
    for rate in RATES:
        waits = _waits(rate)
        yield {
            "benchmark": "on_the_way",
            "what": "a code's wait for a slot, announcements being sent without end",
            "mps": rate,
            "senders": SENDERS,
            "seconds": {
                "median": round(statistics.median(waits), 3),
                "worst": round(max(waits), 3),
                "codes": len(waits),
            },
        }
    with metered_system() as (system, meter):
        yield from _work("code", system, meter, _sign_up, ("subscribe", "relay", "sender"))
    with metered_system() as (system, meter):
        system.subscribe()
        functions = ("incident", "relay", "fan_out", "sender")
        yield from _work("first text of an incident", system, meter, _open, functions)


def _waits(rate: float) -> list[float]:
    simulation = SimulatedSenders(rate)
    waits: list[float] = []

    def ask_for_codes() -> None:
        for _ in range(CODES):
            simulation.time.sleep(4.37)
            waits.append(simulation.send_code())

    simulation.run(SENDERS, 4.37 * CODES + 30, others=[ask_for_codes])
    return waits


def _work(
    what: str,
    system: SteppedSystem,
    meter: Meter,
    do: Callable[[SteppedSystem, int], None],
    functions: Sequence[str],
) -> Iterator[Mapping[str, Any]]:
    do(system, 0)  # warms the functions
    meter.usage.clear()
    for number in range(1, TRIES + 1):
        do(system, number)
    for function in functions:
        usage = meter.usage[function]
        requests = {name: n / TRIES for name, n in usage.requests.items()}
        yield {
            "benchmark": "on_the_way",
            "what": what,
            "function": function,
            "cpu_milliseconds": round(usage.cpu_seconds * 1000 / TRIES, 1),
            "requests": {name: round(n, 2) for name, n in sorted(requests.items())},
            "seconds_waiting_for_aws": round(request_seconds(requests), 3),
        }


def _sign_up(system: SteppedSystem, number: int) -> None:
    """One sign-up, until its code is with Twilio."""
    phone, address = f"+1555{number:07d}", f"198.51.100.{number}"
    body = {"phone": phone, "consent": True}
    answer = system.http("POST", "/subscriptions", body, source_ip=address)
    assert answer.status == 202, answer.text
    _until_texted(system, "codes")


def _open(system: SteppedSystem, number: int) -> None:
    """One incident, until its text to the only subscriber is with Twilio."""
    incident = {"name": f"Outage {number}", "impact_override": "critical", "body": "On it."}
    answer = system.operator("POST", "/v1/pages/default/incidents", {"incident": incident})
    assert answer.status == 201, answer.text
    _until_texted(system, "fan-out", "announcements")
    system.advance(4 * 3600.0)  # beyond the person's limits


def _until_texted(system: SteppedSystem, *queues: str) -> None:
    before = len(system.twilio.accepted)
    system.relay_stream()
    for name in queues:
        assert system.poll(queue(system, name)), name
    assert len(system.twilio.accepted) == before + 1
