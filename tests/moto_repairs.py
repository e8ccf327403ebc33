"""Where moto's DynamoDB differs from DynamoDB in what our tests would notice.

- A transaction copies its table, item by item and with all that its stream ever held: a second at a
  thousand rows, and each takes longer than the one before. Here the copy shares the items, and
  an update replaces an item instead of changing it.
- A transaction that fails puts the copy in the table's place. Who is reading the stream meanwhile
  goes on reading the discarded one: sees what was undone, misses what comes next. Here the table
  stays the same object and only its content goes back.
- An update that creates an item puts two records into the stream, the first with nothing but keys;
  and a write that changes nothing puts one, where DynamoDB puts none.
- Every read of a stream leaves an iterator behind for good; here the last thousand stay.
- A query looks at every row of the table; here at those of its partition.
"""

from __future__ import annotations

import collections
import copy
import functools
import inspect
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import StreamShard, Table
from moto.dynamodbstreams.models import ShardIterator


@functools.cache
def apply() -> None:
    """Repair moto in this process, once."""
    repairs: list[tuple[Any, str, Any]] = [
        (DynamoDBBackend, "update_item", _replacing),
        (DynamoDBBackend, "transact_write_items", _in_place),
        (StreamShard, "add", _only_changes),
        (Table, "query", _in_partition),
        (ShardIterator, "get", _forgetting),
    ]
    for owner, name, repaired in repairs:
        setattr(owner, name, repaired(getattr(owner, name)))
    Table.__deepcopy__ = _snapshot  # type: ignore[attr-defined]


def _snapshot(table: Any, _memo: Any) -> Any:
    twin = copy.copy(table)
    twin.items = collections.defaultdict(dict)
    for key, found in table.items.items():
        twin.items[key] = dict(found) if table.has_range_key else found
    if table.stream_shard is not None:
        twin.stream_shard = copy.copy(table.stream_shard)
        twin.stream_shard.items = list(table.stream_shard.items)
    return twin


def _replacing(update_item: Any) -> Any:
    @functools.wraps(update_item)
    def replaced(self: Any, table_name: str, key: dict[str, Any], *rest: Any, **named: Any) -> Any:
        table = self.get_table(table_name)
        hash_value, range_value = self.get_keys_value(table, key)
        item = table.get_item(hash_value, range_value)
        if item is not None and table.has_range_key:
            table.items[hash_value][range_value] = copy.deepcopy(item)
        elif item is not None:
            table.items[hash_value] = copy.deepcopy(item)
        records = table.stream_shard.items if table.stream_shard is not None else []
        before = len(records)
        try:
            return update_item(self, table_name, key, *rest, **named)
        finally:
            if item is None and len(records) == before + 2:
                number = records[before].record["dynamodb"]["SequenceNumber"]
                del records[before]
                records[before].record["dynamodb"]["SequenceNumber"] = number

    return replaced


def _in_place(transact_write_items: Any) -> Any:
    @functools.wraps(transact_write_items)
    def undone(self: Any, transact_items: list[dict[str, Any]]) -> None:
        names = {op.get("TableName") for item in transact_items for op in item.values()}
        tables = {name: self.tables[name] for name in names if name in self.tables}
        try:
            transact_write_items(self, transact_items)
        except BaseException:
            for name, table in tables.items():
                undone_to = self.tables[name]
                if undone_to is table:
                    continue
                table.items = undone_to.items
                if table.stream_shard is not None:
                    table.stream_shard.items = undone_to.stream_shard.items
                self.tables[name] = table
            raise

    return undone


def _in_partition(query: Any) -> Any:
    signature = inspect.signature(query)

    @functools.wraps(query)
    def narrowed(self: Any, *given: Any, **named: Any) -> Any:
        asked = signature.bind(self, *given, **named).arguments
        hash_key = asked["hash_key"]
        if asked.get("index_name") or not self.has_range_key or hash_key is None:
            return query(self, *given, **named)
        partition = copy.copy(self)
        partition.items = {hash_key: self.items.get(hash_key, {})}
        return query(partition, *given, **named)

    return narrowed


def _forgetting(get: Any) -> Any:
    @functools.wraps(get)
    def read(self: Any, *given: Any, **named: Any) -> Any:
        known = self.streams_backend.shard_iterators
        while len(known) > 1000:
            del known[next(iter(known))]
        return get(self, *given, **named)

    return read


def _only_changes(add: Any) -> Any:
    @functools.wraps(add)
    def changed(self: Any, old: Any, new: Any) -> None:
        if old is None or new is None or old.to_json() != new.to_json():
            add(self, old, new)

    return changed
