"""Every function under AWS's own bootstrap: cold, warm, too slow, and killed in mid-batch."""

import contextlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from unittest import mock

import pytest
from moto.server import ThreadedMotoServer

from local.emulator import connect
from local.fake_twilio.server import FakeTwilioServer, serve
from statustext.domain.ids import shard_of
from tests.functional.engine import (
    add_active,
    deliver_again,
    enqueue,
    open_quietly,
    queue,
    spoil,
    status,
)
from tests.functional.test_events import EVENTS, FUNCTIONS, RUN, function_of
from tests.functional.test_journey import test_from_sign_up_to_stop  # noqa: F401 (runs here too)
from tests.integration.lambda_processes import InitFailedError, LambdaProcess, ProcessHost
from tests.integration.real_aws import RealAws
from tests.integration.real_parts import RealParts
from tests.stepped import PHONE, SteppedSystem, fake_twilio, stepped_system

PATIENCE = 30
"""Seconds for something to happen that will."""


@dataclass(frozen=True)
class Deployed:
    """A system whose functions are processes; Twilio is reached by HTTP, and time is real."""

    system: SteppedSystem
    host: ProcessHost
    twilio: FakeTwilioServer
    logs: Path

    def reset(self) -> None:
        """As on the first day. The server's own courier has no work: tests carry webhooks.

        The page's data keys stay, as the processes keep them for an hour.
        """
        dynamodb, table = self.system.clients.dynamodb, self.system.table.name
        pages = dynamodb.get_paginator("scan").paginate(TableName=table)
        items = [item for page in pages for item in page["Items"]]
        kept = [item for item in items if item["pk"]["S"].endswith("#DATA_KEYS")]
        self.system.reset()
        for item in kept:
            dynamodb.put_item(TableName=table, Item=item)
        self.system.data_keys.clear()
        self.twilio.fake = self.system.twilio

    @contextlib.contextmanager
    def ending(self, process: LambdaProcess, how: str) -> Iterator[None]:
        """In the block the process crashes, or has lasted too long, when Twilio does not answer."""

        def end() -> None:
            faults = self.system.twilio.faults
            with self.twilio.state:
                assert self.twilio.state.wait_for(lambda: not faults.in_force(), PATIENCE)
            if how == "crash":
                process.crash()
            else:
                process.patience = 0

        with ThreadPoolExecutor() as threads, mock.patch.object(process, "patience", PATIENCE):
            ended = threads.submit(end)
            yield
            ended.result()


@pytest.fixture(scope="module")
def deployed(real_parts: RealParts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    logs = tmp_path_factory.mktemp("logs")
    with (
        serve(fake_twilio()) as twilio,
        stepped_system(
            aws=partial(reachable_aws, real_parts),
            make_host=partial(ProcessHost, logs=logs),
            twilio_url=twilio.url,
        ) as system,
    ):
        assert isinstance(system.functions, ProcessHost)
        try:
            yield Deployed(system, system.functions, twilio, logs)
        finally:
            system.functions.end()


@contextlib.contextmanager
def reachable_aws(parts: RealParts) -> Iterator[RealAws]:
    """Real parts, and moto for the rest, where other processes find them too."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        rest = {"AWS_ENDPOINT_URL": f"http://{host}:{port}"}
        with mock.patch.dict(os.environ, {**rest, **parts.environment}):
            yield RealAws(connect())
    finally:
        server.stop()


@pytest.fixture
def system(deployed: Deployed) -> SteppedSystem:
    deployed.reset()
    return deployed.system


OF_THE_STEPPED = {
    "fan_out_update",
    "operator_list_subscribers",
    "provider_test",
    "subscribe_resend",
    "twilio_webhook_keyword",
    *(name for name in RUN if name.startswith("relay_")),
}
"""Of the tests of events/, those that move the clock, name the day, see a function's calls or have
it call its own API."""


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_starts_cold_and_goes_on_warm(
    system: SteppedSystem, deployed: Deployed, function: str
) -> None:
    process = deployed.host.processes[function]
    process.kill()
    started = process.starts
    for _ in ("cold", "warm"):
        for file in (file for file in EVENTS if function_of(file) == function):
            deployed.reset()
            if file.stem in OF_THE_STEPPED:
                system.invoke(function, json.loads(file.read_text()))
            else:
                RUN[file.stem](system)
    assert process.starts == started + 1
    assert not system.failures


@pytest.mark.parametrize("accepted", [False, True], ids=["refused", "accepted"])
@pytest.mark.parametrize("end", ["crash", "timeout"])
def test_a_sender_that_ends_in_mid_batch_texts_nobody_twice(
    system: SteppedSystem, deployed: Deployed, end: str, accepted: bool
) -> None:
    """Twilio never answers the third request; another process gets the same batch."""
    everybody = add_active(system, 6)
    incident = open_quietly(system)
    enqueue(system)
    third = everybody[sorted(everybody, key=lambda one: (shard_of(one), one))[2]]
    spoil(system, kind="time_out", to=third, accepted=accepted, times=1)
    sender = deployed.host.processes["sender"]
    with deployed.ending(sender, end):
        assert system.poll(queue(system, "announcements"))
    (failure,) = system.failures
    assert failure.endswith("ProcessDiedError" if end == "crash" else "TimedOutError")
    # Some texts are under way at once; which of them were taken before the end is the machine's.
    assert 2 <= len(system.accepted(None)) <= (6 if accepted else 5)
    started = sender.starts
    deliver_again(system, incident, *everybody)
    deliver_again(system, incident, *everybody)
    assert sender.starts == started + 1
    told = [one.to for one in system.accepted(None)]
    assert len(told) == len(set(told))
    assert (third in told) == accepted
    # Who was claimed and not sent is in doubt, until the clock looks; nobody else is left.
    in_doubt = [one for one, phone in everybody.items() if phone not in told]
    assert all(status(system, incident, one) in ("", "unknown") for one in in_doubt)
    assert len(in_doubt) <= 4


def test_a_function_without_its_settings_says_at_start_which(deployed: Deployed) -> None:
    known = deployed.host.processes["clock"].definition
    without = {name: value for name, value in known.environment.items() if name != "TABLE_NAME"}
    process = LambdaProcess(replace(known, environment=without), deployed.logs / "unset")
    with pytest.raises(InitFailedError, match="TABLE_NAME"):
        process({})


def test_no_log_of_a_process_holds_a_number(system: SteppedSystem, deployed: Deployed) -> None:
    system.subscribe()
    spoil(system, kind="refuse", code=21211)
    system.open_incident()
    logs = "".join(path.read_text() for path in deployed.logs.iterdir())
    assert "A carrier refused a text" in logs
    assert PHONE.removeprefix("+1") not in logs
