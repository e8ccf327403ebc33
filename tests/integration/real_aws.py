"""AWS as tests.stepped has it, on real parts as far as there are any."""

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from botocore.client import BaseClient
from botocore.config import Config

from local.emulator import Clients, connect
from local.lean_aws import LeanAws
from local.stream_source import stream_record
from statustext.adapters import aws
from tests.integration.real_parts import RealParts

REAL = frozenset({"dynamodb", "dynamodbstreams", "sqs"})
PATIENT = aws.CONFIG.merge(Config(connect_timeout=60, read_timeout=60))
"""Functions do not give up what a busy machine answers late: that would be another test."""


@dataclass
class RealAws:
    """The stream is read from where the first call finds it, and queues are emptied, through AWS's
    own API."""

    clients: Clients
    _iterators: dict[str, str] = field(default_factory=dict)

    def take_stream(self, table: str, stream_arn: str) -> list[dict[str, Any]]:
        """The records of every shard since the last time."""
        if not self._iterators:
            self._iterators = self._from_now_on(stream_arn)
        records: list[Mapping[str, Any]] = []
        for shard, iterator in list(self._iterators.items()):
            while True:
                answer = self.clients.streams.get_records(ShardIterator=iterator)
                iterator = answer["NextShardIterator"]
                if not answer["Records"]:
                    break
                records += answer["Records"]
            self._iterators[shard] = iterator
        return [dict(stream_record(record, stream_arn)) for record in records]

    def _from_now_on(self, stream_arn: str) -> dict[str, str]:
        """Iterators by shard. New shards open after hours, which no test lasts."""
        answer = self.clients.streams.describe_stream(StreamArn=stream_arn)
        shards = [shard["ShardId"] for shard in answer["StreamDescription"]["Shards"]]
        return {
            shard: self.clients.streams.get_shard_iterator(
                StreamArn=stream_arn, ShardId=shard, ShardIteratorType="LATEST"
            )["ShardIterator"]
            for shard in shards
        }

    def empty_queues(self) -> None:
        for url in self.clients.sqs.list_queues().get("QueueUrls", []):
            self.clients.sqs.purge_queue(QueueUrl=url)


@contextlib.contextmanager
def real_aws(parts: RealParts) -> Iterator[RealAws]:
    """Tables and queues on real parts, under every client of this process; the rest is lean.

    They stay for the next block, which empties them: after a table with a stream was deleted,
    DynamoDB Local is several times slower for good.
    """
    lean = LeanAws.empty(time.time)
    send = BaseClient._make_api_call  # type: ignore[attr-defined]  # botocore-stubs leave it out

    def make_api_call(client: BaseClient, operation: str, given: Mapping[str, Any]) -> Any:
        is_real = client.meta.service_model.service_name in REAL
        return send(client, operation, given) if is_real else lean.call(client, operation, given)

    with (
        mock.patch.dict(os.environ, parts.environment),
        mock.patch.object(BaseClient, "_make_api_call", make_api_call),
        mock.patch.object(aws, "CONFIG", PATIENT),
    ):
        yield RealAws(connect())
