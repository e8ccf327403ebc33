"""Feeds a function from a table's stream, in order, as Lambda's event source mappings do.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local import readable_logs
from local.doorbell import Doorbell, Idle
from local.event_pattern import filters_of, passes
from local.event_sources import Invoke, failed_items, refuse_unknown, reports_failures
from local.failure_notice import failure_notice
from local.function_host import FunctionError
from local.template import REGION

Record = dict[str, Any]

SHARDS_EVERY = 10.0
"""Seconds between two looks at which shards there are: DynamoDB opens new ones every few hours."""

SendToQueue = Callable[[str, str], None]
"""Sends a text to the queue of an ARN."""

_KNOWN = frozenset(
    {
        "BatchSize",
        "BisectBatchOnFunctionError",
        "DestinationConfig",
        "Enabled",
        "EventSourceArn",
        "FilterCriteria",
        "FunctionName",
        "FunctionResponseTypes",
        "MaximumBatchingWindowInSeconds",
        "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts",
        "ParallelizationFactor",
        "StartingPosition",
        "Tags",
    }
)


@dataclass(frozen=True)
class StreamSettings:
    """An event source mapping of a stream. -1 means no limit; `max_age` and `window` are in
    seconds."""

    stream_arn: str
    function_arn: str
    batch_size: int
    starting_position: str
    bisects: bool
    max_retries: int
    max_age: float
    window: float
    failure_queue_arn: str
    reports_failures: bool
    filters: list[Mapping[str, Any]]

    @classmethod
    def of(cls, properties: Mapping[str, Any], function_arn: str) -> StreamSettings:
        """Reads the resolved properties. Raises TemplateError for one it does not know."""
        refuse_unknown(properties, _KNOWN)
        on_failure = properties.get("DestinationConfig", {}).get("OnFailure", {})
        return cls(
            stream_arn=properties["EventSourceArn"],
            function_arn=function_arn,
            batch_size=int(properties.get("BatchSize", 100)),
            starting_position=properties["StartingPosition"],
            bisects=str(properties.get("BisectBatchOnFunctionError", False)).lower() == "true",
            max_retries=int(properties.get("MaximumRetryAttempts", -1)),
            max_age=float(properties.get("MaximumRecordAgeInSeconds", -1)),
            window=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
            failure_queue_arn=on_failure.get("Destination", ""),
            reports_failures=reports_failures(properties),
            filters=filters_of(properties),
        )


class StreamSource:
    """Reads every shard of one stream and hands batches to a function until told to stop."""

    def __init__(
        self,
        settings: StreamSettings,
        streams: Any,
        invoke: Invoke,
        bell: Doorbell,
        idle: Idle,
        send_to_queue: SendToQueue,
        *,
        pause: float = 0.2,
    ) -> None:
        """`pause` is the wait in seconds before a first retry; it doubles with each, to 10 s."""
        self._settings = settings
        self._streams = streams
        self._invoke = invoke
        self._bell, self._idle = bell, idle
        self._send_to_queue = send_to_queue
        self._pause = pause
        self._done: dict[str, str] = {}
        self._gathered: dict[str, list[Record]] = {}
        self._gathered_until: dict[str, float] = {}
        self._iterators: dict[str, str | None] = {}
        self._shards: list[Mapping[str, Any]] = []
        self._shards_until = 0.0

    def run(self) -> None:
        """Polls until the bell is closed."""
        while not self._bell.closed:
            rings = self._bell.rings
            try:
                found = self._poll()
            except Exception as error:
                found = False
                # Iterators expire; the next poll begins anew behind what was handled.
                self._iterators.clear()
                if not self._bell.closed:
                    name = self._settings.stream_arn
                    text = f"polling failed: {type(error).__name__}: {error}"
                    readable_logs.say("ERROR", name, text)
                    self._bell.pause(1)
            if not found:
                self._bell.wait(rings, self._idle())

    def _poll(self) -> bool:
        """One batch of each shard, parents first; whether there was any."""
        if time.monotonic() >= self._shards_until:
            answer = self._streams.describe_stream(StreamArn=self._settings.stream_arn)
            self._shards = answer["StreamDescription"]["Shards"]
            self._shards_until = time.monotonic() + SHARDS_EVERY
        found = False
        waiting: set[str] = set()
        for shard in self._shards:
            identifier = shard["ShardId"]
            if shard.get("ParentShardId") in waiting:
                waiting.add(identifier)
                continue
            iterator = self._iterator(identifier)
            if iterator is None:
                continue
            answer = self._streams.get_records(
                ShardIterator=iterator, Limit=self._settings.batch_size
            )
            records = answer["Records"]
            events = [stream_record(record, self._settings.stream_arn) for record in records]
            self._gather(identifier, events)
            if events or identifier in self._gathered:
                waiting.add(identifier)
            if events and not self._bell.closed:
                found = True
                self._done[identifier] = events[-1]["dynamodb"]["SequenceNumber"]
            if not self._bell.closed:
                self._iterators[identifier] = answer.get("NextShardIterator")
        return found

    def _gather(self, shard: str, events: list[Record]) -> None:
        """Deliver what is wanted once the batch is full or the window over."""
        wanted = [event for event in events if passes(event, self._settings.filters)]
        if wanted and shard not in self._gathered:
            self._gathered_until[shard] = time.monotonic() + self._settings.window
        gathered = self._gathered.pop(shard, []) + wanted
        while len(gathered) >= self._settings.batch_size:
            self._deliver(gathered[: self._settings.batch_size], shard)
            gathered = gathered[self._settings.batch_size :]
        if gathered and time.monotonic() >= self._gathered_until[shard]:
            self._deliver(gathered, shard)
        elif gathered:
            self._gathered[shard] = gathered

    def _iterator(self, shard: str) -> str | None:
        """Where to read on; None at the end of a shard that was closed."""
        if shard not in self._iterators:
            position: dict[str, str] = {"ShardIteratorType": self._settings.starting_position}
            if shard in self._done:
                position["ShardIteratorType"] = "AFTER_SEQUENCE_NUMBER"
                position["SequenceNumber"] = self._done[shard]
            answer = self._streams.get_shard_iterator(
                StreamArn=self._settings.stream_arn, ShardId=shard, **position
            )
            self._iterators[shard] = answer["ShardIterator"]
        return self._iterators[shard]

    def _deliver(self, records: list[Record], shard: str) -> None:
        """Returns when every record was handled, or given up and put on record."""
        retries = 0
        while records and not self._bell.closed:
            first_failed = self._first_failed(records)
            if first_failed is None:
                return
            if first_failed > 0:
                records, retries = records[first_failed:], 0
            elif self._settings.bisects and len(records) > 1:
                middle = len(records) // 2
                self._deliver(records[:middle], shard)
                records, retries = records[middle:], 0
                continue
            if self._given_up(records, retries):
                self._put_on_record(records, shard, retries + 1)
                return
            retries += 1
            self._bell.pause(min(self._pause * 2 ** min(retries - 1, 10), 10))

    def _first_failed(self, records: list[Record]) -> int | None:
        """Where to go on, or None when all were handled."""
        try:
            answer = self._invoke(self._settings.function_arn, {"Records": records})
        except FunctionError:
            return 0
        if not self._settings.reports_failures:
            return None
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        failed = failed_items(answer, numbers)
        if failed is None:
            return 0
        return min((numbers.index(one) for one in failed), default=None)

    def _given_up(self, records: list[Record], retries: int) -> bool:
        if 0 <= self._settings.max_retries <= retries:
            return True
        written = float(records[0]["dynamodb"].get("ApproximateCreationDateTime", 0))
        age = dt.datetime.now(dt.UTC).timestamp() - written
        return 0 <= self._settings.max_age < age

    def _put_on_record(self, records: list[Record], shard: str, attempts: int) -> None:
        readable_logs.say("ERROR", self._settings.function_arn, "gave up a batch of the stream")
        if self._settings.failure_queue_arn:
            body = failure_notice(
                records, self._settings.stream_arn, self._settings.function_arn, shard, attempts
            )
            self._send_to_queue(self._settings.failure_queue_arn, json.dumps(body))


def stream_record(record: Mapping[str, Any], stream_arn: str) -> Record:
    """A record of the streams API as it stands in the event that Lambda makes."""
    change: Record = _as_json(dict(record["dynamodb"]))
    return {
        "eventID": record["eventID"],
        "eventName": record["eventName"],
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": change,
        "eventSourceARN": stream_arn,
    }


def _as_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _as_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set):
        return [_as_json(one) for one in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.timestamp() if isinstance(value, dt.datetime) else value
