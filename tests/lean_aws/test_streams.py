"""What a reader of a lean table's stream is told, and what is forgotten."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import time_machine

from local.lean_aws import LeanAws, lean_aws
from local.lean_aws.streams import ITERATOR_LIFE, KEPT_FOR
from local.template import REGION


@dataclass
class Written:
    """A table with a stream, and who writes to it and reads of it."""

    aws: LeanAws
    dynamodb: Any
    streams: Any
    clock: Any
    arn: str

    def put(self, *names: str) -> None:
        for name in names:
            item = {"pk": {"S": name}, "sk": {"S": "-"}}
            self.dynamodb.put_item(TableName="letters", Item=item)

    def begin(self, kind: str = "TRIM_HORIZON", **more: str) -> str:
        description = self.streams.describe_stream(StreamArn=self.arn)["StreamDescription"]
        (shard,) = description["Shards"]
        answer = self.streams.get_shard_iterator(
            StreamArn=self.arn, ShardId=shard["ShardId"], ShardIteratorType=kind, **more
        )
        return str(answer["ShardIterator"])

    def read(self, iterator: str, most: int = 100) -> tuple[list[str], str]:
        answer = self.streams.get_records(ShardIterator=iterator, Limit=most)
        read = [one["dynamodb"]["NewImage"]["pk"]["S"] for one in answer["Records"]]
        return read, answer["NextShardIterator"]

    @property
    def kept(self) -> int:
        return len(self.aws.dynamodb.table("letters").recorded)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with time_machine.travel(1_800_000_000, tick=False) as clock, lean_aws(time.time) as aws:
        dynamodb = boto3.client("dynamodb", REGION)
        keys: Any = {"AttributeDefinitions": [], "KeySchema": []}
        for name, kind in (("pk", "HASH"), ("sk", "RANGE")):
            keys["AttributeDefinitions"].append({"AttributeName": name, "AttributeType": "S"})
            keys["KeySchema"].append({"AttributeName": name, "KeyType": kind})
        dynamodb.create_table(
            TableName="letters",
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            **keys,
        )
        arn = dynamodb.describe_table(TableName="letters")["Table"]["LatestStreamArn"]
        yield Written(aws, dynamodb, boto3.client("dynamodbstreams", REGION), clock, arn)


def test_each_reader_goes_on_where_it_stopped(written: Written) -> None:
    first, second = written.begin(), written.begin()
    written.put("a", "b", "c")
    read, first = written.read(first, most=2)
    assert read == ["a", "b"]
    assert written.read(second)[0] == ["a", "b", "c"]
    written.put("d")
    assert written.read(first)[0] == ["c", "d"]


def test_readers_begin_where_they_say(written: Written) -> None:
    written.put("a", "b")
    records = written.streams.get_records(ShardIterator=written.begin())["Records"]
    number = records[0]["dynamodb"]["SequenceNumber"]
    latest, after = (
        written.begin("LATEST"),
        written.begin("AFTER_SEQUENCE_NUMBER", SequenceNumber=number),
    )
    written.put("c")
    assert written.read(latest)[0] == ["c"]
    assert written.read(after)[0] == ["b", "c"]


def test_a_record_goes_when_all_have_read_it_and_some_seconds_later(written: Written) -> None:
    slow, quick = written.begin(), written.begin()
    written.put("a", "b")
    quick = written.read(quick)[1]
    written.clock.shift(KEPT_FOR)
    quick = written.read(quick)[1]
    assert written.kept == 2  # the slow one has read neither
    slow = written.read(slow, most=1)[1]
    assert written.kept == 1
    assert written.read(written.begin())[0] == ["b"]
    assert written.read(slow)[0] == ["b"]


def test_who_begins_after_another_has_read_finds_what_is_seconds_old(written: Written) -> None:
    written.put("a")
    written.read(written.begin())
    assert written.read(written.begin())[0] == ["a"]


def test_an_iterator_left_alone_expires_and_keeps_nothing(written: Written) -> None:
    left, other = written.begin(), written.begin()
    written.put("a")
    written.clock.shift(ITERATOR_LIFE - 1)
    other = written.read(other)[1]
    assert written.kept == 1
    written.clock.shift(1)
    written.read(other)
    assert written.kept == 0
    with pytest.raises(written.streams.exceptions.ExpiredIteratorException):
        written.read(left)
