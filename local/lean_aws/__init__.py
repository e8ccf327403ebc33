"""A lean AWS in memory, put under the real clients: for the local run, tests and benchmarks.

It stands where botocore would serialise a request (`BaseClient._make_api_call`), so our adapters
run unchanged, and answers some hundred times as fast as moto. It knows the operations, parameters
and expressions that our code uses and raises at anything else. A test holds it equal to moto
(tests/lean_aws/test_equal_to_moto.py). It has no locks: calls must come one at a time.

    with lean_aws() as aws:
        boto3.client("sqs").create_queue(QueueName="letters")
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.client import BaseClient

from local.lean_aws.dynamodb import DynamoDb
from local.lean_aws.errors import AwsError, NotEmulatedError
from local.lean_aws.other_services import EventBridge, Kms, SecretsManager
from local.lean_aws.requests import ConditionFailed, condition_failed
from local.lean_aws.sqs import Sqs
from local.lean_aws.streams import DynamoDbStreams
from local.lean_aws.table import stream_record
from local.template import ACCOUNT_ID, REGION

_REAL_CALL: Any = getattr(BaseClient, "_make_api_call")  # noqa: B009  # not in its stubs

Call = Callable[[BaseClient, str, Mapping[str, Any]], Any]
"""A client, an operation's name and its parameters; the answer, as the client returns it."""


@dataclass(frozen=True, repr=False)
class LeanAws:
    """The services of one account and region."""

    dynamodb: DynamoDb
    streams: DynamoDbStreams
    sqs: Sqs
    secrets: SecretsManager
    kms: Kms
    events: EventBridge

    def __repr__(self) -> str:
        return f"<a lean AWS with {len(self.dynamodb.tables)} tables>"  # not with all their rows

    @classmethod
    def empty(cls, now: Callable[[], float]) -> "LeanAws":
        """With nothing in it. `now` is AWS's clock, in seconds since the epoch."""

        def arns(service: str) -> str:
            return f"arn:aws:{service}:{REGION}:{ACCOUNT_ID}"

        dynamodb = DynamoDb(now, arns("dynamodb"))
        return cls(
            dynamodb,
            DynamoDbStreams(now, dynamodb),
            Sqs(now, arns("sqs")),
            SecretsManager(arns("secretsmanager")),
            Kms(arns("kms")),
            EventBridge(arns("events")),
        )

    def take_stream(self, table: str, stream_arn: str) -> list[dict[str, Any]]:
        """The records of a table's stream since the last time, as Lambda hands them on."""
        lean = self.dynamodb.table(table)
        if stream_arn != f"{lean.arn}/stream/1":
            raise NotEmulatedError(f"the stream {stream_arn}")
        return [stream_record(one, lean) for one in lean.take_stream()]

    def empty_queues(self) -> None:
        """Forget every message of every queue."""
        self.sqs.forget()

    def forget(self) -> None:
        """Keep tables, queues and secrets, and nothing that was put into them but the secrets."""
        self.dynamodb.forget()
        self.sqs.forget()
        self.events.put.clear()

    def call(self, client: BaseClient, operation: str, given: Mapping[str, Any]) -> Any:
        """What a client gets for an operation. Raises as the client would, or NotEmulatedError."""
        service = client.meta.service_model.service_name
        try:
            match service:
                case "dynamodb":
                    return self.dynamodb.call(operation, given)
                case "dynamodbstreams":
                    return self.streams.call(operation, given)
                case "sqs":
                    return self.sqs.call(operation, given)
                case "kms":
                    return self.kms.call(operation, given)
                case "secretsmanager":
                    return self.secrets.call(operation, given)
                case "events":
                    return self.events.call(operation, given)
                case "pinpoint-sms-voice-v2" | "sesv2":  # answered where botocore would send it
                    return _REAL_CALL(client, operation, given)
        except ConditionFailed as failed:
            raise as_client_error(client, operation, condition_failed(failed, given)) from None
        except AwsError as error:
            raise as_client_error(client, operation, error) from None
        raise NotEmulatedError(service)


def as_client_error(client: BaseClient, operation: str, error: AwsError) -> Exception:
    """The exception of the client's own class for an error answer."""
    kind: Any = client.exceptions.from_code(error.code)
    made: Exception = kind(dict(error.answer), operation)
    return made


@contextlib.contextmanager
def lean_aws(now: Callable[[], float] = time.time) -> Iterator[LeanAws]:
    """All clients of this process speak to an empty lean AWS meanwhile."""
    aws = LeanAws.empty(now)

    with beneath_clients(aws.call):
        yield aws


@contextlib.contextmanager
def beneath_clients(call: Call) -> Iterator[None]:
    """All clients of this process get their answers from `call` meanwhile."""

    def make_api_call(client: BaseClient, operation: str, given: Mapping[str, Any]) -> Any:
        return call(client, operation, given)

    before = BaseClient._make_api_call  # type: ignore[attr-defined]  # not in its stubs
    BaseClient._make_api_call = make_api_call  # type: ignore[attr-defined]
    try:
        yield
    finally:
        BaseClient._make_api_call = before  # type: ignore[attr-defined]


def over_the_network(client: BaseClient, operation: str, given: Mapping[str, Any]) -> Any:
    """The answer of whatever server the client's endpoint names."""
    return _REAL_CALL(client, operation, given)
