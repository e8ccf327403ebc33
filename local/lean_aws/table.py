"""One DynamoDB table: partitions of rows in order of their sort key, and the stream of changes.

A row is kept as `marshal` bytes of its typed JSON: a quarter of the memory of the dictionaries, a
copy for every reader, and faster than any copying in Python.
"""

import base64
import marshal
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from local.lean_aws.attribute_values import Item

PAGE_BYTES = 1024 * 1024
"""What one Query or Scan reads at most."""

LARGEST_ITEM = 400 * 1024


class Change(NamedTuple):
    """A row before and after a write; None where it is not there. `by_ttl`: DynamoDB's own."""

    pk: str
    sk: str
    before: bytes | None
    after: bytes | None
    by_ttl: bool = False


class Recorded(NamedTuple):
    """A change in the stream, with its place there and its time."""

    number: int
    at: float
    change: Change


@dataclass
class Partition:
    """The rows of one partition key. Sort keys are put in order when somebody asks for it."""

    rows: dict[str, bytes] = field(default_factory=dict)
    _order: list[str] = field(default_factory=list)
    _in_order: bool = True

    def put(self, sk: str, row: bytes) -> None:
        if sk not in self.rows:
            self._in_order = self._in_order and (not self._order or self._order[-1] < sk)
            self._order.append(sk)
        self.rows[sk] = row

    def remove(self, sk: str) -> None:
        order = self.order
        del order[bisect_left(order, sk)]
        del self.rows[sk]

    @property
    def order(self) -> list[str]:
        """The sort keys, ascending."""
        if not self._in_order:
            self._order.sort()
            self._in_order = True
        return self._order


@dataclass
class LeanTable:
    """Rows by key, and what changed. `page_bytes` may be made smaller to see more pages."""

    name: str
    arn: str
    pk: str
    sk: str
    now: Callable[[], float]
    stream_view: str = ""
    ttl_attribute: str = ""
    page_bytes: int = PAGE_BYTES
    partitions: dict[str, Partition] = field(default_factory=dict)
    recorded: list[Recorded] = field(default_factory=list)
    stale: Callable[[str, str], bool] | None = None
    """Whether an eventually consistent read sees a row as it was before its last change."""
    committing: Callable[[Change], None] | None = None
    """Told of every change before it is made."""
    _before: dict[tuple[str, str], bytes | None] = field(default_factory=dict)
    _number: int = 0

    def get(self, pk: str, sk: str, *, consistent: bool = True) -> bytes | None:
        """A row, or None."""
        if not consistent and self.stale and (pk, sk) in self._before and self.stale(pk, sk):
            return self._before[pk, sk]
        partition = self.partitions.get(pk)
        return partition.rows.get(sk) if partition else None

    def commit(self, change: Change) -> None:
        """Make a change, and record it if it changes anything."""
        if self.committing:
            self.committing(change)
        if change.after is None:
            if change.before is None:
                return
            partition = self.partitions[change.pk]
            partition.remove(change.sk)
            if not partition.rows:
                del self.partitions[change.pk]
        else:
            partition = self.partitions.setdefault(change.pk, Partition())
            partition.put(change.sk, change.after)
        if self.stale:
            self._before[change.pk, change.sk] = change.before
        if self.stream_view and _is_change(change):
            self._number += 1
            self.recorded.append(Recorded(self._number, self.now(), change))

    def read_partition(
        self,
        pk: str,
        low: tuple[str, bool],
        high: tuple[str | None, bool],
        after: str | None,
        *,
        forward: bool,
        consistent: bool,
    ) -> Iterator[tuple[str, bytes]]:
        """Rows whose sort key lies between two bounds (each with whether it is meant too)."""
        partition = self.partitions.get(pk)
        if partition is None:
            return
        order = partition.order
        start = (bisect_left if low[1] else bisect_right)(order, low[0])
        bound, included = high
        end = len(order)
        if bound is not None:
            end = (bisect_right if included else bisect_left)(order, bound)
        if after is not None and forward:
            start = max(start, bisect_right(order, after))
        elif after is not None:
            end = min(end, bisect_left(order, after))
        for place in range(start, end) if forward else range(end - 1, start - 1, -1):
            row = self.get(pk, order[place], consistent=consistent)
            if row is not None:
                yield order[place], row

    def read_all(self, after: tuple[str, str] | None) -> Iterator[tuple[str, str, bytes]]:
        """Every row, one partition after the other."""
        keys = sorted(self.partitions)
        start = 0 if after is None else bisect_left(keys, after[0])
        for pk in keys[start:]:
            within = after[1] if after is not None and pk == after[0] else None
            rows = self.read_partition(
                pk, ("", True), (None, True), within, forward=True, consistent=True
            )
            for sk, row in rows:
                yield pk, sk, row

    @property
    def written(self) -> int:
        """How many changes the stream has had."""
        return self._number

    def forget(self) -> None:
        """Be as when the table was made."""
        self.partitions.clear()
        self.recorded.clear()
        self._before.clear()
        self._number = 0

    def take_stream(self) -> list[Recorded]:
        """The changes not taken yet, oldest first."""
        taken, self.recorded = self.recorded, []
        return taken

    def expired(self) -> list[tuple[str, str]]:
        """Keys of the rows whose time to live is over: DynamoDB deletes them some time later."""
        now = self.now()
        return [
            (pk, sk)
            for pk, sk, row in self.read_all(None)
            if float(unpacked(row).get(self.ttl_attribute, {}).get("N", now)) < now
        ]

    def expire(self, pk: str, sk: str) -> None:
        """Delete a row as DynamoDB's TTL does."""
        self.commit(Change(pk, sk, self.get(pk, sk), None, by_ttl=True))


def packed(item: Item) -> bytes:
    """An item as it is kept."""
    return marshal.dumps(item)


def unpacked(row: bytes) -> Item:
    """A copy of an item for whoever asked."""
    item: Item = marshal.loads(row)  # noqa: S302  # our own bytes
    return item


def _is_change(change: Change) -> bool:
    before, after = change.before, change.after
    if before is None or after is None or before == after:
        return before is not after and before != after
    return unpacked(before) != unpacked(after)


def _as_json(item: dict[str, Any]) -> dict[str, Any]:
    """An item with its bytes, which ours has at the top alone, as Lambda writes them."""
    return {
        name: {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value
        for name, value in item.items()
    }


def stream_record(recorded: Recorded, table: LeanTable) -> dict[str, Any]:
    """A change as Lambda hands it to a function.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
    """
    number, at, change = recorded
    told: dict[str, Any] = {
        "ApproximateCreationDateTime": at,
        "Keys": {table.pk: {"S": change.pk}, table.sk: {"S": change.sk}},
        "SequenceNumber": f"{number:021d}",
        "SizeBytes": len(change.after or change.before or b""),
        "StreamViewType": table.stream_view,
    }
    if change.after is not None and "NEW" in table.stream_view:
        told["NewImage"] = _as_json(unpacked(change.after))
    if change.before is not None and "OLD" in table.stream_view:
        told["OldImage"] = _as_json(unpacked(change.before))
    record: dict[str, Any] = {
        "eventID": f"{number:032x}",
        "eventName": "REMOVE"
        if change.after is None
        else "INSERT"
        if change.before is None
        else "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": table.arn.split(":")[3],
        "dynamodb": told,
        "eventSourceARN": f"{table.arn}/stream/1",
    }
    if change.by_ttl:
        record["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    return record
