"""Feeds functions from queues, as Lambda's event source mappings do.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local import readable_logs
from local.doorbell import Doorbell, Idle
from local.event_pattern import filters_of, passes
from local.function_host import FunctionError
from local.template import REGION, TemplateError

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

Invoke = Callable[[str, Mapping[str, Any]], Any]
DEFAULT_CONCURRENCY = 2
_KNOWN = frozenset(
    {
        "BatchSize",
        "Enabled",
        "EventSourceArn",
        "FilterCriteria",
        "FunctionName",
        "FunctionResponseTypes",
        "MaximumBatchingWindowInSeconds",
        "ScalingConfig",
        "Tags",
    }
)


def refuse_unknown(properties: Mapping[str, Any], known: frozenset[str]) -> None:
    """TemplateError for a property that the local run would ignore though it changes behaviour."""
    if unknown := sorted(set(properties) - known):
        raise TemplateError(
            f"The local run does not know {', '.join(unknown)} of an event source mapping."
        )


def reports_failures(properties: Mapping[str, Any]) -> bool:
    """Whether the function's answer says which records failed."""
    return "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])


def failed_items(answer: Any, identifiers: Sequence[str]) -> list[str] | None:
    """The identifiers that a function reports as failed; None if the whole batch counts as failed.

    By Lambda's rules: nothing, or an empty list, is a success; an entry that is empty, unnamed or
    of another batch fails everything.
    """
    if answer is None or answer == {}:
        return []
    if not isinstance(answer, Mapping) or "batchItemFailures" not in answer:
        return None
    entries = answer["batchItemFailures"]
    if entries is None:
        return []
    if not isinstance(entries, list):
        return None
    failed: list[str] = []
    for entry in entries:
        identifier = entry.get("itemIdentifier") if isinstance(entry, Mapping) else None
        if not isinstance(identifier, str) or identifier not in identifiers:
            return None
        failed.append(identifier)
    return failed


@dataclass(frozen=True)
class QueueSettings:
    """An event source mapping of a queue. `window` is in seconds."""

    queue_arn: str
    function_arn: str
    batch_size: int
    window: float
    concurrency: int
    reports_failures: bool
    filters: list[Mapping[str, Any]]

    @classmethod
    def of(cls, properties: Mapping[str, Any], function_arn: str) -> QueueSettings:
        """Reads the resolved properties. Raises TemplateError for one it does not know."""
        refuse_unknown(properties, _KNOWN)
        scaling = properties.get("ScalingConfig", {})
        concurrency = int(scaling.get("MaximumConcurrency", DEFAULT_CONCURRENCY))
        if concurrency < 2:
            raise TemplateError("MaximumConcurrency must be at least 2.")
        return cls(
            queue_arn=properties["EventSourceArn"],
            function_arn=function_arn,
            batch_size=int(properties.get("BatchSize", 10)),
            window=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
            concurrency=concurrency,
            reports_failures=reports_failures(properties),
            filters=filters_of(properties),
        )


class QueueSource:
    """Polls one queue and hands batches to a function until told to stop."""

    def __init__(
        self,
        settings: QueueSettings,
        sqs: SQSClient,
        invoke: Invoke,
        bell: Doorbell,
        idle: Idle,
    ) -> None:
        """`idle` says how long to wait for the bell after an empty answer."""
        self._settings = settings
        self._sqs = sqs
        self._invoke = invoke
        self._bell = bell
        self._idle = idle
        self._places = threading.Semaphore(settings.concurrency)
        self._url = sqs.get_queue_url(QueueName=settings.queue_arn.rpartition(":")[2])["QueueUrl"]

    def run(self) -> None:
        """Polls until the bell is closed, then returns when the batches at work are done."""
        while not self._bell.closed:
            if not self._places.acquire(timeout=0.1):
                continue
            rings = self._bell.rings
            batch: list[Mapping[str, Any]] = []
            try:
                batch = self._next_batch()
            except Exception as error:
                self._report(error)
            if batch:
                # Daemons, so that a function that hangs does not keep the process alive.
                threading.Thread(target=self._deliver, args=(batch,), daemon=True).start()
            else:
                self._places.release()
                self._bell.wait(rings, self._idle())
        for _ in range(self._settings.concurrency):
            self._places.acquire()

    def _next_batch(self) -> list[Mapping[str, Any]]:
        batch = self._receive(self._settings.batch_size)
        deadline = time.monotonic() + self._settings.window
        while batch and len(batch) < self._settings.batch_size and not self._bell.closed:
            rings = self._bell.rings
            more = self._receive(self._settings.batch_size - len(batch))
            batch += more
            if not more and time.monotonic() >= deadline:
                break
            if not more:
                self._bell.wait(rings, self._idle())
        return batch

    def _receive(self, wanted: int) -> list[Mapping[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=min(wanted, 10),
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
            WaitTimeSeconds=0,
        )
        return list(answer.get("Messages", []))

    def _deliver(self, messages: list[Mapping[str, Any]]) -> None:
        try:
            records = [queue_record(message, self._settings.queue_arn) for message in messages]
            wanted = [record for record in records if passes(_filterable(record), self._filters)]
            failed = self._failed(wanted) if wanted else []
            # What a filter leaves out is deleted unseen, as Lambda does.
            done = [one for one in records if failed is not None and one["messageId"] not in failed]
            self._delete(done)
        except Exception as error:
            self._report(error)
        finally:
            self._places.release()

    @property
    def _filters(self) -> list[Mapping[str, Any]]:
        return self._settings.filters

    def _failed(self, records: list[dict[str, Any]]) -> list[str] | None:
        try:
            answer = self._invoke(self._settings.function_arn, {"Records": records})
        except FunctionError:
            return None
        if not self._settings.reports_failures:
            return []
        return failed_items(answer, [record["messageId"] for record in records])

    def _delete(self, records: list[dict[str, Any]]) -> None:
        for start in range(0, len(records), 10):
            self._sqs.delete_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": record["receiptHandle"]}
                    for number, record in enumerate(records[start : start + 10])
                ],
            )

    def _report(self, error: Exception) -> None:
        if not self._bell.closed:
            name = self._settings.queue_arn.rpartition(":")[2]
            readable_logs.say("ERROR", name, f"polling failed: {type(error).__name__}: {error}")
            self._bell.pause(1)


def queue_record(message: Mapping[str, Any], queue_arn: str) -> dict[str, Any]:
    """A message as it stands in the event that Lambda makes."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {
            name: {
                "stringValue": value.get("StringValue"),
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": value["DataType"],
            }
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }


def _filterable(record: dict[str, Any]) -> dict[str, Any]:
    body: Any = record["body"]
    with contextlib.suppress(ValueError):
        body = json.loads(body)
    return {**record, "body": body}
