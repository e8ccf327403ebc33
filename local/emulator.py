"""AWS on one machine: moto, served over HTTP so that every client reaches it as it would AWS."""

from __future__ import annotations

import contextlib
import io
import json
import threading
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)

from local import moto_repairs
from local.doorbell import Bells
from local.http_server import HttpServer
from local.template import REGION

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_events.client import EventBridgeClient
    from mypy_boto3_secretsmanager.client import SecretsManagerClient
    from mypy_boto3_sqs.client import SQSClient

OVERRIDES: tuple[str, ...] = (
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_DYNAMODB_STREAMS",
    "AWS_ENDPOINT_URL_SQS",
)
"""Variables that put another server in the place of the emulator, for one service."""

_WRITES = frozenset(
    {
        "BatchWriteItem",
        "ChangeMessageVisibility",
        "ChangeMessageVisibilityBatch",
        "DeleteItem",
        "PutItem",
        "SendMessage",
        "SendMessageBatch",
        "TransactWriteItems",
        "UpdateItem",
    }
)


@dataclass(frozen=True)
class Clients:
    """boto3 clients of the services that the local run itself talks to."""

    dynamodb: DynamoDBClient
    streams: Any  # boto3's stubs of DynamoDB Streams are not among ours
    sqs: SQSClient
    secrets: SecretsManagerClient
    events: EventBridgeClient


class _OneAtATime:
    """The emulator's WSGI application, each service answering one request at a time.

    moto checks a condition and then writes without a lock between, and undoes a failed transaction
    by putting the whole table back: side by side, two claims of one delivery would both succeed and
    somebody else's write be undone.
    """

    def __init__(self, bells: Bells) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._bells = bells
        self._locks = {"dynamodb": threading.Lock(), "other": threading.Lock()}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
        service = "dynamodb" if target.startswith("DynamoDB") else "other"
        # A receive that waits must not make senders wait for it.
        waits = target == "AmazonSQS.ReceiveMessage" and _wait_seconds(environ) > 0
        with contextlib.nullcontext() if waits else self._locks[service]:
            answer = self._moto(environ, start_response)
        if target.rpartition(".")[2] in _WRITES:
            (self._bells.tables if service == "dynamodb" else self._bells.queues).ring()
        return answer  # type: ignore[no-any-return]


def _wait_seconds(environ: WSGIEnvironment) -> int:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return int(json.loads(body).get("WaitTimeSeconds", 0))


class _Handler(MotoRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Quiet."""


class Emulator:
    """moto on a free port. Its state is the process's: only one runs at a time."""

    _in_use = threading.Lock()

    def __init__(self, bells: Bells) -> None:
        """Starts empty. Raises RuntimeError while another one runs in this process."""
        if not self._in_use.acquire(blocking=False):
            raise RuntimeError("An emulator runs in this process already; stop it first.")
        moto_repairs.apply()
        self._server = HttpServer(_OneAtATime(bells), 0, _Handler)
        self._server.start()
        reset = urllib.request.Request(f"{self._server.url}/moto-api/reset", method="POST")  # noqa: S310
        urllib.request.urlopen(reset, timeout=10).close()  # noqa: S310 (our own http address)

    @property
    def url(self) -> str:
        return self._server.url

    def stop(self) -> None:
        """Free the port; what was stored is gone."""
        self._server.stop()
        self._in_use.release()


def overrides(given: Mapping[str, str]) -> dict[str, str]:
    """The servers that `given` puts in the emulator's place, by variable.

    Streams come from where their tables are, unless it says otherwise.
    """
    chosen = {name: given[name] for name in OVERRIDES if given.get(name)}
    if "AWS_ENDPOINT_URL_DYNAMODB" in chosen:
        tables = chosen["AWS_ENDPOINT_URL_DYNAMODB"]
        chosen.setdefault("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", tables)
    return chosen


def aws_environment(url: str, given: Mapping[str, str]) -> dict[str, str]:
    """The AWS_* variables of this process and every function in it.

    Credentials are made up, and no file of the developer's is read: nothing here can reach AWS.
    """
    return {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": url,
        **overrides(given),
    }


def connect() -> Clients:
    """Clients by the environment of this process, which `aws_environment` describes."""
    session = boto3.session.Session()
    config = Config(max_pool_connections=50, connect_timeout=5, read_timeout=30)
    return Clients(
        dynamodb=session.client("dynamodb", config=config),
        streams=session.client("dynamodbstreams", config=config),
        sqs=session.client("sqs", config=config),
        secrets=session.client("secretsmanager", config=config),
        events=session.client("events", config=config),
    )
