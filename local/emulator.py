"""AWS on one machine: local/lean_aws, put under every client of this process."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.client import BaseClient
from botocore.config import Config
from botocore.session import get_session

from local.doorbell import LIVELY_WAIT, Bells
from local.lean_aws import LeanAws, beneath_clients, over_the_network
from local.template import REGION

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_events.client import EventBridgeClient
    from mypy_boto3_secretsmanager.client import SecretsManagerClient
    from mypy_boto3_sqs.client import SQSClient

ENDPOINT = "http://aws.invalid"
"""What clients are told: no machine of this name can be, so none is called by mistake."""

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
    kms: Any  # as of KMS
    events: EventBridgeClient


class Emulator:
    """An AWS in memory, for all clients of this process whose endpoint is ENDPOINT. Its state is
    the process's: only one runs at a time.

    A call is answered in the thread that makes it, one at a time, as a condition is looked at
    before the write.
    """

    _in_use = threading.Lock()

    def __init__(self, bells: Bells) -> None:
        """Starts empty. Raises RuntimeError while another one runs in this process."""
        if not self._in_use.acquire(blocking=False):
            raise RuntimeError("An emulator runs in this process already; stop it first.")
        self.aws = LeanAws.empty(time.time)
        self.aws.events.keep = lambda _event: False  # nobody here listens to the bus
        self._bells = bells
        self._one_at_a_time = threading.Lock()
        self._undo = contextlib.ExitStack()
        self._undo.callback(self._in_use.release)
        self._undo.enter_context(beneath_clients(self._call))

    def stop(self) -> None:
        """Leave the clients alone; what was stored is gone."""
        self._undo.close()

    def _call(self, client: BaseClient, operation: str, given: Mapping[str, Any]) -> Any:
        if client.meta.endpoint_url != ENDPOINT:
            return over_the_network(client, operation, given)
        answer = self._answer(client, operation, given)
        until = time.monotonic() + given.get("WaitTimeSeconds", 0)
        while operation == "ReceiveMessage" and not answer and time.monotonic() < until:
            self._bells.queues.wait(self._bells.queues.rings, LIVELY_WAIT)
            answer = self._answer(client, operation, given)
        if operation in _WRITES:
            is_table = client.meta.service_model.service_name == "dynamodb"
            (self._bells.tables if is_table else self._bells.queues).ring()
        return answer

    def _answer(self, client: BaseClient, operation: str, given: Mapping[str, Any]) -> Any:
        with self._one_at_a_time:
            return self.aws.call(client, operation, given)


def overrides(given: Mapping[str, str]) -> dict[str, str]:
    """The servers that `given` puts in the emulator's place, by variable.

    Streams come from where their tables are, unless it says otherwise.
    """
    chosen = {name: given[name] for name in OVERRIDES if given.get(name)}
    if "AWS_ENDPOINT_URL_DYNAMODB" in chosen:
        tables = chosen["AWS_ENDPOINT_URL_DYNAMODB"]
        chosen.setdefault("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", tables)
    return chosen


def aws_environment(given: Mapping[str, str]) -> dict[str, str]:
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
        "AWS_ENDPOINT_URL": ENDPOINT,
        **overrides(given),
    }


def connect() -> Clients:
    """Clients by the environment of this process, which `aws_environment` describes."""
    session: Any = get_session()  # boto3's own takes a tenth of a second more to import
    config = Config(max_pool_connections=50, connect_timeout=5, read_timeout=30)
    return Clients(
        dynamodb=session.create_client("dynamodb", config=config),
        streams=session.create_client("dynamodbstreams", config=config),
        sqs=session.create_client("sqs", config=config),
        secrets=session.create_client("secretsmanager", config=config),
        kms=session.create_client("kms", config=config),
        events=session.create_client("events", config=config),
    )
