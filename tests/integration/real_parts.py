"""DynamoDB Local and ElasticMQ, in a process of their own."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from unittest import mock

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.handlers import BUILTIN_HANDLERS

from local.template import ACCOUNT_ID, REGION

INSTALLED = Path(__file__).parents[2] / ".cache/real-parts"
"""Where `make test-integration` puts them."""

PATIENCE = 60
"""Seconds until servers that do not answer are given up."""


@dataclass(frozen=True)
class RealParts:
    """Where they listen. ElasticMQ's time is when the file `clock` was last modified."""

    dynamodb_url: str
    sqs_url: str
    clock: Path

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that lead every client of AWS there."""
        return {
            "AWS_ENDPOINT_URL_DYNAMODB": self.dynamodb_url,
            "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": self.dynamodb_url,
            "AWS_ENDPOINT_URL_SQS": self.sqs_url,
        }


@contextlib.contextmanager
def running(installed: Path) -> Iterator[RealParts]:
    """Both, empty, until the block is left; they also end when this process does.

    Every client made in the block tells ElasticMQ the time.

    `installed` is the directory that install.py filled. Raises RuntimeError, with what the servers
    said, where they do not answer.
    """
    with tempfile.TemporaryDirectory() as scratch:
        dynamodb, sqs = _free_ports(2)
        clock, log = Path(scratch) / "clock", Path(scratch) / "log"
        with log.open("w") as output:
            server = _start(installed, clock, dynamodb, sqs, output)
        try:
            parts = RealParts(f"http://127.0.0.1:{dynamodb}", f"http://127.0.0.1:{sqs}", clock)
            _wait(parts, server, log)
            with _handlers(clock):
                yield parts
        finally:
            _stop(server)


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(one.getsockname()[1]) for one in sockets]


def _start(
    installed: Path, clock: Path, dynamodb: int, sqs: int, output: IO[str]
) -> subprocess.Popen[bytes]:
    properties = {
        "java.library.path": installed / "lib",
        "java.io.tmpdir": clock.parent,  # where DynamoDB Local leaves a copy of its library
        "statustext.clock": clock,
        "rest-sqs.sqs-limits": "strict",
        "rest-sqs.bind-hostname": "127.0.0.1",
        "rest-sqs.bind-port": sqs,
        "node-address.host": "127.0.0.1",
        "node-address.port": sqs,
        "rest-stats.enabled": "false",
        "aws.region": REGION,
        "aws.accountId": ACCOUNT_ID,
    }
    java = shutil.which("java")
    assert java, "install.py asks for it"
    return subprocess.Popen(
        [
            java,
            *("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),  # it lives for minutes
            "-XX:-UsePerfData",  # leaves nothing in /tmp
            *(f"-D{name}={value}" for name, value in properties.items()),
            *("-cp", f"{installed / 'classes'}:{installed / 'lib'}/*", "RealParts"),
            *("-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(dynamodb)),
        ],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C is for the tests, which then end it
    )


def _wait(parts: RealParts, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    for url in (parts.dynamodb_url, parts.sqs_url):
        while not _answers(url):
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"DynamoDB Local and ElasticMQ do not start: {log.read_text()}")
            time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 (our own http address)
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except OSError:
        return False
    return True


def _stop(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None
    server.stdin.close()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextlib.contextmanager
def _handlers(clock: Path) -> Iterator[None]:
    """What clients made meanwhile do before they send a request.

    ElasticMQ is told the time before anything is asked of it.

    No table gets a time to live: DynamoDB Local deletes within ten seconds what is past it by the
    machine's clock, so that the tests would be others once that has overtaken the tests' own.
    """

    def tell_time(**_: Any) -> None:
        milliseconds = round(time.time() * 1000)
        clock.touch()
        os.utime(clock, ns=(milliseconds * 1_000_000,) * 2)

    def ignore(**_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        return AWSResponse("", 200, HTTPHeaders(), None), {}

    handlers = [
        ("before-send.sqs", tell_time),
        ("before-call.dynamodb.UpdateTimeToLive", ignore),
    ]
    with mock.patch("botocore.handlers.BUILTIN_HANDLERS", [*BUILTIN_HANDLERS, *handlers]):
        yield
