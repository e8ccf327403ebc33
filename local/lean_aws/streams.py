"""DynamoDB Streams: one shard for each table, read by several at their own pace.

AWS keeps a record for a day. Here it goes once every iterator has passed it, a little later, so
that memory does not grow with what was written.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
"""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.lean_aws.dynamodb import DynamoDb
from local.lean_aws.errors import AwsError, NotEmulatedError, only
from local.lean_aws.table import LeanTable, stream_record

Parameters = Mapping[str, Any]
Answer = dict[str, Any]

SHARD = "shardId-00000000000000000000-00000000"
ITERATOR_LIFE = 900
"""Seconds from when an iterator is handed out."""

KEPT_FOR = 10
"""Seconds that a record is kept at least: for a reader who begins after others have read."""

MOST_RECORDS = 1000


@dataclass(frozen=True)
class Place:
    """Where an iterator stands: behind the record of a number."""

    table: LeanTable
    after: int
    since: float


@dataclass
class DynamoDbStreams:
    """The streams of all tables. `now` is AWS's clock."""

    now: Callable[[], float]
    dynamodb: DynamoDb
    _places: dict[str, Place] = field(default_factory=dict)
    _names: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def call(self, operation: str, given: Parameters) -> Answer:
        """One operation. Raises AwsError, NotEmulatedError."""
        match operation:
            case "DescribeStream":
                return self._describe(given)
            case "GetShardIterator":
                return self._begin(given)
            case "GetRecords":
                return self._read(given)
        raise NotEmulatedError(f"DynamoDB Streams' {operation}")

    def _describe(self, given: Parameters) -> Answer:
        only(given, "StreamArn")
        table = self._table(given["StreamArn"])
        description = {
            "StreamArn": given["StreamArn"],
            "StreamStatus": "ENABLED",
            "StreamViewType": table.stream_view,
            "TableName": table.name,
            "Shards": [{"ShardId": SHARD}],
        }
        return {"StreamDescription": description}

    def _begin(self, given: Parameters) -> Answer:
        only(given, "StreamArn", "ShardId", "ShardIteratorType", "SequenceNumber")
        table = self._table(given["StreamArn"])
        match given["ShardIteratorType"]:
            case "TRIM_HORIZON":
                after = 0
            case "LATEST":
                after = table.written
            case "AFTER_SEQUENCE_NUMBER":
                after = int(given["SequenceNumber"])
            case other:
                raise NotEmulatedError(f"iterators of type {other}")
        return {"ShardIterator": self._hand_out(table, after)}

    def _read(self, given: Parameters) -> Answer:
        only(given, "ShardIterator", "Limit")
        place = self._places.pop(given["ShardIterator"], None)
        if place is None or place.since + ITERATOR_LIFE <= self.now():
            raise AwsError("ExpiredIteratorException", "The iterator has expired.")
        table, recorded = place.table, place.table.recorded
        first = recorded[0].number if recorded else 0
        start = max(0, place.after + 1 - first)
        read = recorded[start : start + given.get("Limit", MOST_RECORDS)]
        after = read[-1].number if read else place.after
        answer = {
            "Records": [_as_streams_tell(stream_record(one, table)) for one in read],
            "NextShardIterator": self._hand_out(table, after),
        }
        self._trim(table)
        return answer

    def _hand_out(self, table: LeanTable, after: int) -> str:
        name = str(next(self._names))
        self._places[name] = Place(table, after, self.now())
        return name

    def _trim(self, table: LeanTable) -> None:
        """Forget the iterators whose time is over, and the records that all others have passed."""
        now = self.now()
        for name, place in list(self._places.items()):
            if place.since + ITERATOR_LIFE <= now:
                del self._places[name]
        passed = min(place.after for place in self._places.values() if place.table is table)
        gone = 0
        for one in table.recorded:
            if one.number > passed or one.at + KEPT_FOR > now:
                break
            gone += 1
        del table.recorded[:gone]

    def _table(self, stream_arn: str) -> LeanTable:
        for table in self.dynamodb.tables.values():
            if table.stream_view and stream_arn == f"{table.arn}/stream/1":
                return table
        raise AwsError("ResourceNotFoundException", "Requested resource not found")


def _as_streams_tell(record: Mapping[str, Any]) -> Answer:
    """A record of Lambda's event as the API has it."""
    change = dict(record["dynamodb"])
    at = change["ApproximateCreationDateTime"]
    change["ApproximateCreationDateTime"] = dt.datetime.fromtimestamp(at, dt.UTC)
    return {**record, "dynamodb": change}
