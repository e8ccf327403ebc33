"""Seconds until a text is with Twilio, by the clock on the wall, through the local run.

Everything is there: HTTP in, functions, stream, queues, HTTP to Twilio's stand-in; all functions
are warm. AWS is moto in the same process, or DynamoDB Local and ElasticMQ for a queue of many
thousands, both slower than AWS; what AWS adds besides is told in docs/performance.md. It tells
about the machine as much as about us: run it on an idle one.
"""

import contextlib
import json
import os
import statistics
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from local.emulator import Clients
from local.system import LocalSystem

KEY = "key-of-the-benchmark"
TRIES = 9
PATIENCE = 120.0
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
    with _local_run({}) as system:
        _sign_up(system, 0)
        _first_texts(system, tries=2)  # warms
        return _line("first text of an incident", _first_texts(system, TRIES), 1.0)


def _of_codes(told: int, elsewhere: Mapping[str, str]) -> Mapping[str, Any]:
    with _local_run(elsewhere) as system:
        _sign_up(system, 0)
        _fill(system, told)
        before, began = len(_accepted(system)), time.time()
        seconds = [_sign_up(system, number) for number in range(1, TRIES + 1)]
        texts = len(_accepted(system)) - before - TRIES
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


@contextlib.contextmanager
def _local_run(elsewhere: Mapping[str, str]) -> Iterator[LocalSystem]:
    with (
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stderr(nowhere),
        contextlib.redirect_stdout(nowhere),
        LocalSystem.start({"STATUSTEXT_API_KEY": KEY, "TWILIO_MPS": "10", **elsewhere}) as system,
    ):
        unlimited = {"recipient_limits": [], "limits": {"signups_per_address": 1000}}
        _ask(system, "PATCH", "/v1/pages/default", unlimited)
        yield system


def _first_texts(system: LocalSystem, tries: int) -> list[float]:
    """From each incident's POST to its text to the one subscriber."""
    found = []
    for number in range(tries):  # named apart, as nobody gets the same words twice in a minute
        before, began = len(_accepted(system)), time.time()
        _open_incident(system, f"API is down {tries}.{number}")
        with system.fake_twilio.state:
            arrived = lambda: len(_accepted(system)) > before  # noqa: B023, E731  # used at once
            assert system.fake_twilio.state.wait_for(arrived, PATIENCE)
        found.append(_accepted(system)[-1].at - began)
    return found


def _sign_up(system: LocalSystem, number: int) -> float:
    """From the POST of a sign-up to its code; the first of all also verifies."""
    phone, began = f"+1555100{number:04d}", time.time()
    path = "/subscriptions"
    one = _ask(system, "POST", path, {"phone": phone, "consent": True})["id"]
    with system.fake_twilio.state:
        arrived = lambda: any(text.to == phone for text in _accepted(system))  # noqa: E731
        assert system.fake_twilio.state.wait_for(arrived, PATIENCE)
    at = next(text.at for text in _accepted(system) if text.to == phone)
    if number == 0:
        (handset,) = [one for one in system.fake_twilio.fake.phones(0) if one["number"] == phone]
        code = handset["messages"][-1]["body"].partition("code is ")[2][:6]
        _ask(system, "POST", f"{path}/{one}/verify", {"code": code})
    return float(at - began)


def _fill(system: LocalSystem, told: int) -> None:
    """Announce to many more than there are rate for, and wait until all others are queued."""
    from statustext.adapters.subscribers import subscriber_key

    clients, table = system.clients, _table(system)
    (row,) = [
        item
        for item in clients.dynamodb.scan(TableName=table)["Items"]
        if item.get("kind") == {"S": "subscriber"}
    ]
    copies = []
    for number in range(told):
        sk = f"sub_{number:016d}"
        pk = subscriber_key("default", sk)[0]
        phone = {"S": f"+1555{2_000_000 + number}"}
        copies.append({**row, "pk": {"S": pk}, "sk": {"S": sk}, "phone": phone})
    _put_all(clients, table, copies)
    before = len(_accepted(system))
    incident = _open_incident(system)
    with system.fake_twilio.state:
        begun = lambda: len(_accepted(system)) > before + 5  # noqa: E731
        assert system.fake_twilio.state.wait_for(begun, PATIENCE)
    while not _is_queued(system, incident):
        time.sleep(1)


def _is_queued(system: LocalSystem, incident: str) -> bool:
    shown = _ask(system, "GET", f"/v1/pages/default/incidents/{incident}")
    progress = shown["incident_updates"][0]["progress"]
    return bool(progress["shards_done"] == progress["shards"])


def _put_all(clients: Clients, table: str, items: Sequence[Any]) -> None:
    for start in range(0, len(items), 25):
        requests: Any = [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]
        clients.dynamodb.batch_write_item(RequestItems={table: requests})


def _open_incident(system: LocalSystem, name: str = "API is down") -> str:
    incident = {"name": name, "impact_override": "critical", "body": "We are on it."}
    path = "/v1/pages/default/incidents"
    return str(_ask(system, "POST", path, {"incident": incident})["id"])


def _ask(system: LocalSystem, method: str, path: str, body: Any = None) -> Any:
    request = urllib.request.Request(  # noqa: S310  # our own http address
        system.url + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "X-API-Key": KEY},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  # as above
        return json.load(answer)


def _accepted(system: LocalSystem) -> Sequence[Any]:
    accepted: Sequence[Any] = system.fake_twilio.fake.accepted
    return accepted


def _table(system: LocalSystem) -> str:
    (logical_id,) = system.resources.of_type("AWS::DynamoDB::Table")
    return system.resources.reference(logical_id, None)


def _queue(system: LocalSystem) -> str:
    return system.resources.reference("AnnouncementQueue", None)


def _waiting(system: LocalSystem) -> int:
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = system.clients.sqs.get_queue_attributes(QueueUrl=_queue(system), AttributeNames=names)
    return sum(map(int, answer["Attributes"].values()))
