"""The real AWS clients up to where they would write to the network, and lean AWS behind it.

So a benchmark pays for all that a function pays for in a client (checks, signing, JSON, retries),
TLS apart, and nothing for AWS's own work: its seconds and its memory are kept apart.
"""

import contextlib
import json
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from benchmarks.units import read_units, write_units
from local.lean_aws import LeanAws
from local.lean_aws.errors import AwsError
from local.lean_aws.requests import ConditionFailed, condition_failed
from local.lean_aws.table import Change, unpacked

Answer = Mapping[str, Any]


class Call(NamedTuple):
    """One request that reached AWS, and the DynamoDB units that it is billed for."""

    operation: str
    given: Mapping[str, Any]
    read_units: float
    written_units: float


@dataclass
class Wire:
    """What stands in for botocore's `Endpoint._send`, and what was spent on AWS's side."""

    aws: LeanAws
    on_call: Callable[[Call], None]
    cpu_seconds: float = 0.0
    bytes_kept: int = 0
    own_peak: int = 0
    """The most bytes that were held on our side, since it was last set to 0; while traced."""
    _changes: list[Change] = field(default_factory=list)

    def watch(self, table: str) -> None:
        """Take note of what is written to a table."""
        self.aws.dynamodb.table(table).committing = self._changes.append

    @contextlib.contextmanager
    def apart(self) -> Iterator[None]:
        """What is done meanwhile is not ours."""
        before = self.own_bytes()
        began = time.process_time()
        try:
            yield
        finally:
            self.cpu_seconds += time.process_time() - began
            if tracemalloc.is_tracing():
                self.bytes_kept = tracemalloc.get_traced_memory()[0] - before
                tracemalloc.reset_peak()

    def own_bytes(self) -> int:
        """Traced bytes that are held on our side; takes note of the peak until now."""
        if not tracemalloc.is_tracing():
            return 0
        now, peak = tracemalloc.get_traced_memory()
        self.own_peak = max(self.own_peak, peak - self.bytes_kept)
        return now - self.bytes_kept

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """A client's request, answered."""
        with self.apart():
            status, body = self._body(request)
        if tracemalloc.is_tracing():
            self.bytes_kept -= len(body)  # held by who asked
        return AWSResponse(request.url, status, HTTPHeaders(), _Raw(body))

    def _body(self, request: AWSPreparedRequest) -> tuple[int, bytes]:
        status, answer, call = self._answer(request)
        self.on_call(call)
        return status, json.dumps(answer).encode()

    def _answer(self, request: AWSPreparedRequest) -> tuple[int, Answer, Call]:
        target = request.headers["X-Amz-Target"]
        name, _, operation = (target if isinstance(target, str) else target.decode()).partition(".")
        body: Any = request.body
        given = json.loads(body)
        self._changes.clear()
        try:
            answer = self._service(name).call(operation, given)
        except ConditionFailed as failed:
            size = [failed.row and unpacked(failed.row)]
            return *_refused(condition_failed(failed, given)), Call(
                operation, given, 0, write_units(size)
            )
        except AwsError as error:
            units = 2.0 * len(given.get("TransactItems", ()))
            return *_refused(error), Call(operation, given, 0, units)
        if name.startswith("DynamoDB"):
            return 200, answer, self._metered(operation, given, answer)
        return 200, answer, Call(operation, given, 0, 0)

    def _service(self, target: str) -> Any:
        return {
            "DynamoDB_20120810": self.aws.dynamodb,
            "AmazonSQS": self.aws.sqs,
            "secretsmanager": self.aws.secrets,
            "AWSEvents": self.aws.events,
        }[target]

    def _metered(self, operation: str, given: Mapping[str, Any], answer: Answer) -> Call:
        sizes = [
            max(((row and unpacked(row)) for row in (one.before, one.after)), key=_length)
            for one in self._changes
        ]
        factor = 2 if operation.startswith("Transact") else 1
        read = self._unfiltered(given, answer) if "FilterExpression" in given else answer
        return Call(
            operation, given, read_units(operation, given, read), factor * write_units(sizes)
        )

    def _unfiltered(self, given: Mapping[str, Any], answer: Answer) -> Answer:
        """All that a Query read, whole: what DynamoDB charges, whatever its filter passed over."""
        names = ("TableName", "KeyConditionExpression", "ConsistentRead", "ExclusiveStartKey")
        asked = {name: given[name] for name in names if name in given}
        values = given["ExpressionAttributeValues"]
        asked["ExpressionAttributeValues"] = {":pk": values[":pk"]}
        if not answer["ScannedCount"]:
            return {"Items": []}
        return self.aws.dynamodb.call("Query", {**asked, "Limit": answer["ScannedCount"]})


def _length(item: Mapping[str, Any] | bytes | None) -> int:
    return len(json.dumps(item)) if isinstance(item, dict) else 0


def _refused(error: AwsError) -> tuple[int, Answer]:
    more = {k: v for k, v in error.answer.items() if k not in ("Error", "ResponseMetadata")}
    return 400, {"__type": f"#{error.code}", "message": error.answer["Error"]["Message"], **more}


class _Raw:
    """A body, as urllib3 hands it out."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body
