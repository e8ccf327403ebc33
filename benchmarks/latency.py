"""Seconds until a text is with Twilio, by the clock on the wall, through the local run.

Everything is there: HTTP in, functions, stream, queues, HTTP to Twilio's stand-in; all functions
are warm. AWS is moto in the same process, or DynamoDB Local and ElasticMQ for a queue of many
thousands, both slower than AWS; what AWS adds besides is told in docs/performance.md. It tells
about the machine as much as about us: run it on an idle one.
"""

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.running import (
    PATIENCE,
    accepted,
    add_people,
    ask,
    local_run,
    open_incident,
    sign_up,
)
from local.system import LocalSystem

TRIES = 9
TOLD = 300
"""Subscribers who are being told while codes are asked for: more than are texted meanwhile."""

MANY = 100_000
"""The same where the queue is ElasticMQ, as moto's takes too long for so many."""

REAL_PARTS = Path(".cache/real-parts")

BATCH = 25


def measure() -> Iterator[Mapping[str, Any]]:
    yield _of_first_texts()
    yield _of_codes(TOLD, {})


def measure_behind_many() -> Iterator[Mapping[str, Any]]:
    if not (REAL_PARTS / "ready").is_file():
        yield {"benchmark": "latency", "skipped": "`make test-integration` installs what it needs"}
        return
    from tests.integration.real_parts import running

    with running(REAL_PARTS) as parts:
        yield _of_codes(MANY, parts.environment)


def _of_first_texts() -> Mapping[str, Any]:
    with local_run({}) as system:
        sign_up(system, 0)
        _first_texts(system, tries=2)  # warms
        return _line("first text of an incident", _first_texts(system, TRIES), 1.0)


def _of_codes(told: int, elsewhere: Mapping[str, str]) -> Mapping[str, Any]:
    with local_run(elsewhere) as system:
        sign_up(system, 0)
        _fill(system, told)
        before, began = len(accepted(system)), time.time()
        seconds = [sign_up(system, number) for number in range(1, TRIES + 1)]
        texts = len(accepted(system)) - before - TRIES
        more = {
            "announcements_waiting_afterwards": _waiting(system) * BATCH,
            "announced_per_second_meanwhile": round(texts / (time.time() - began), 1),
        }
        return {**_line("code", seconds, 2.0), **more}


def _line(what: str, seconds: Sequence[float], aim: float) -> Mapping[str, Any]:
    return {
        "benchmark": "latency",
        "what": what,
        "seconds": {
            "median": round(statistics.median(seconds), 3),
            "worst": round(max(seconds), 3),
            "tries": len(seconds),
        },
        "aim_below": aim,
    }


def _first_texts(system: LocalSystem, tries: int) -> list[float]:
    """From each incident's POST to its text to the one subscriber."""
    found = []
    for number in range(tries):  # named apart, as nobody gets the same words twice in a minute
        before, began = len(accepted(system)), time.time()
        open_incident(system, f"API is down {tries}.{number}")
        with system.fake_twilio.state:
            arrived = lambda: len(accepted(system)) > before  # noqa: B023, E731  # used at once
            assert system.fake_twilio.state.wait_for(arrived, PATIENCE)
        found.append(accepted(system)[-1].at - began)
    return found


def _fill(system: LocalSystem, told: int) -> None:
    """Announce to many more than there are rate for, and wait until all others are queued."""
    add_people(system, told)
    before = len(accepted(system))
    incident = open_incident(system)
    with system.fake_twilio.state:
        begun = lambda: len(accepted(system)) > before + 5  # noqa: E731
        assert system.fake_twilio.state.wait_for(begun, PATIENCE)
    while not _is_queued(system, incident):
        time.sleep(1)


def _is_queued(system: LocalSystem, incident: str) -> bool:
    shown = ask(system, "GET", f"/v1/pages/default/incidents/{incident}")
    progress = shown["incident_updates"][0]["progress"]
    return bool(progress["shards_done"] == progress["shards"])


def _queue(system: LocalSystem) -> str:
    return system.resources.reference("AnnouncementQueue", None)


def _waiting(system: LocalSystem) -> int:
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = system.clients.sqs.get_queue_attributes(QueueUrl=_queue(system), AttributeNames=names)
    return sum(map(int, answer["Attributes"].values()))
