"""The one table: reads, conditional writes and transactions, in plain Python values.

Every other module here says which rows exist and what they hold; this one says how DynamoDB is
spoken to.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from statustext.adapters.dynamodb_types import Item, marshal, typed, unmarshal
from statustext.errors import ConditionFailedError, RacedError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from statustext.adapters.sealed import Seals

TRANSACTION_RACES = 4
RACE_PAUSE = 0.02
"""Seconds before the second try, twice as many before each further one."""

ADDRESSES = ("phone", "address")
"""The attributes that say where somebody is reached, in rows of whatever kind. They are sealed."""


class UnsealedError(RuntimeError):
    """A function that has no key was to store where somebody is reached."""


@dataclass(frozen=True)
class Write:
    """One write: an update expression on a key, a whole item, a deletion, or only a condition.

    `names` and `values` are the expression's `#x` and `:x`, given without those signs.
    """

    pk: str
    sk: str
    update: str = ""
    item: Mapping[str, Any] | None = None
    delete: bool = False
    condition: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def addresses(self) -> dict[str, str]:
        """The addresses that it stores, by attribute. In an expression, an address is the value
        that bears its attribute's name."""
        given = self.values if self.item is None else self.item
        return {name: given[name] for name in ADDRESSES if isinstance(given.get(name), str)}

    def parameters(self, table: str) -> dict[str, Any]:
        """The arguments of UpdateItem, PutItem, DeleteItem or ConditionCheck, whichever it is."""
        given: dict[str, Any] = {"TableName": table}
        if self.item is not None:
            given["Item"] = marshal({"pk": self.pk, "sk": self.sk, **self.item})
        else:
            given["Key"] = marshal({"pk": self.pk, "sk": self.sk})
        if self.update:
            given["UpdateExpression"] = self.update
        if self.condition:
            given["ConditionExpression"] = self.condition
        if self.names:
            given["ExpressionAttributeNames"] = {f"#{k}": v for k, v in self.names.items()}
        if self.values:
            given["ExpressionAttributeValues"] = {f":{k}": typed(v) for k, v in self.values.items()}
        return given

    def in_transaction(self, table: str) -> "TransactWriteItemTypeDef":
        """This write as a member of a transaction."""
        given: Any = self.parameters(table)
        if self.item is not None:
            return {"Put": given}
        if self.delete:
            return {"Delete": given}
        return {"Update": given} if self.update else {"ConditionCheck": given}


@dataclass(frozen=True)
class Filter:
    """Which rows of a Query come back. Names and values as in `Write`."""

    expression: str
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """Sort keys of the rows of one page that passed a filter, of how many, and the key behind which
    the next page begins ("" at the end)."""

    keys: Sequence[str]
    looked_at: int
    after: str


class Table:
    """The table, through boto3's low-level client. Without `sealing` nothing that says where
    somebody is reached can be written, and what is sealed is read as bytes."""

    def __init__(
        self,
        client: "DynamoDBClient",
        name: str,
        pause: Callable[[float], None] = time.sleep,
        *,
        sealing: "Seals | None" = None,
    ) -> None:
        self._client = client
        self.name = name
        self._pause = pause
        self._sealing = sealing

    def get(self, pk: str, sk: str, *, consistent: bool = True) -> Item | None:
        """One row, or None."""
        answer = self._client.get_item(
            TableName=self.name, Key=marshal({"pk": pk, "sk": sk}), ConsistentRead=consistent
        )
        return self._row(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[tuple[str, str]]) -> list[Item]:
        """The rows of up to 100 keys, strongly consistent, in no order; absent ones are left out.

        Keys that DynamoDB leaves unprocessed are asked for again, a bounded number of times.
        """
        found: list[Item] = []
        wanted = [marshal({"pk": pk, "sk": sk}) for pk, sk in keys]
        for _ in range(10):
            if not wanted:
                return found
            answer = self._client.batch_get_item(
                RequestItems={self.name: {"Keys": wanted, "ConsistentRead": True}}
            )
            found += [self._row(item) for item in answer["Responses"].get(self.name, [])]
            unprocessed: Any = answer.get("UnprocessedKeys", {})
            wanted = unprocessed.get(self.name, {}).get("Keys", [])
        raise TimeoutError("DynamoDB left keys of a batch unread ten times")

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        upto: str = "",
        after: str = "",
        limit: int = 0,
        newest_first: bool = False,
        consistent: bool = True,
    ) -> tuple[list[Item], bool]:
        """One page of a partition in order of `sk`, and whether there is more.

        `prefix` narrows to keys that begin so, `upto` to keys that sort before it; `after` (an
        `sk`) begins behind that row.
        """
        condition, values = "pk = :pk", {":pk": pk}
        if prefix:
            condition, values = condition + " AND begins_with(sk, :sk)", {**values, ":sk": prefix}
        if upto:
            condition, values = condition + " AND sk < :upto", {**values, ":upto": upto}
        given: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": marshal(values),
            "ConsistentRead": consistent,
            "ScanIndexForward": not newest_first,
        }
        if after:
            given["ExclusiveStartKey"] = marshal({"pk": pk, "sk": after})
        if limit:
            given["Limit"] = limit
        answer = self._client.query(**given)
        return [self._row(item) for item in answer["Items"]], "LastEvaluatedKey" in answer

    def find(self, pk: str, given: Filter, *, after: str = "", limit: int = 0) -> Found:
        """The keys of a page of a partition that pass a filter, strongly consistent.

        DynamoDB reads `limit` rows, or 1 MB of them, and sends only what passes: the read units are
        those of all, the time that it takes here those of the few.
        """
        asked: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": "pk = :pk",
            "FilterExpression": given.expression,
            "ProjectionExpression": "sk",
            "ExpressionAttributeValues": marshal(
                {":pk": pk, **{f":{name}": value for name, value in given.values.items()}}
            ),
            "ConsistentRead": True,
        }
        if given.names:
            asked["ExpressionAttributeNames"] = {f"#{k}": v for k, v in given.names.items()}
        if after:
            asked["ExclusiveStartKey"] = marshal({"pk": pk, "sk": after})
        if limit:
            asked["Limit"] = limit
        answer = self._client.query(**asked)
        last = answer.get("LastEvaluatedKey", {}).get("sk", {}).get("S", "")
        keys = [str(item["sk"]["S"]) for item in answer["Items"]]
        return Found(keys, answer["ScannedCount"], last)

    def query_all(self, pk: str, *, prefix: str = "") -> Iterator[Item]:
        """Every row of a partition that is known to be small."""
        after, more = "", True
        while more:
            items, more = self.query(pk, prefix=prefix, after=after)
            yield from items
            after = items[-1]["sk"] if items else ""
            more = more and bool(items)

    def write(self, write: Write) -> Item:
        """One write; the row as it is afterwards (empty for a put).

        Raises ConditionFailedError where the condition does not hold, RacedError where transactions
        on the same row were in the way a few times over.
        """
        given = self._sealed(write).parameters(self.name)
        for race in range(TRANSACTION_RACES):
            try:
                if write.item is not None:
                    self._client.put_item(**given)
                    return {}
                answer = self._client.update_item(**given, ReturnValues="ALL_NEW")
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code == "ConditionalCheckFailedException":
                    raise ConditionFailedError(write.sk.partition("#")[0]) from None
                if code != "TransactionConflictException":
                    raise
                self._pause(RACE_PAUSE * 2**race)
                continue
            return self._row(answer.get("Attributes", {}))
        raise RacedError(write.sk.partition("#")[0])

    def write_if(self, write: Write) -> bool:
        """One write where its condition holds; whether it did. Raises RacedError."""
        try:
            self.write(write)
        except ConditionFailedError:
            return False
        return True

    def delete_if(self, write: Write) -> bool:
        """Remove one row, if it is there, where its condition holds; whether that held."""
        try:
            self._client.delete_item(**write.parameters(self.name))
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def delete_many(self, keys: Sequence[tuple[str, str]]) -> None:
        """Remove rows, 25 a request; what DynamoDB leaves undone is asked for again."""
        for start in range(0, len(keys), 25):
            left: Any = [
                {"DeleteRequest": {"Key": marshal({"pk": pk, "sk": sk})}}
                for pk, sk in keys[start : start + 25]
            ]
            for _ in range(10):
                answer = self._client.batch_write_item(RequestItems={self.name: left})
                left = answer.get("UnprocessedItems", {}).get(self.name, [])
                if not left:
                    break
            else:
                raise TimeoutError("DynamoDB left rows of a batch undeleted ten times")

    def transact(self, writes: Iterable[Write]) -> None:
        """All of the writes or none.

        Raises ConditionFailedError where a condition does not hold, RacedError where other writes
        to the same rows were in the way a few times over.
        """
        members = [self._sealed(write).in_transaction(self.name) for write in writes]
        for race in range(TRANSACTION_RACES):
            try:
                self._client.transact_write_items(TransactItems=members)
            except ClientError as error:
                reasons: Any = error.response.get("CancellationReasons", [])
                codes = {reason.get("Code") for reason in reasons} - {"None", None}
                if "ConditionalCheckFailed" in codes:
                    raise ConditionFailedError("transaction") from None
                if codes != {"TransactionConflict"}:
                    raise
                self._pause(RACE_PAUSE * 2**race)
            else:
                return
        raise RacedError("transaction")

    def both_or_each(self, *writes: Write) -> None:
        """All writes at once, so that no death comes between them; where the condition of one does
        not hold, those whose does."""
        try:
            self.transact(writes)
        except ConditionFailedError:
            for write in writes:
                self.write_if(write)

    def _row(self, item: Mapping[str, Any]) -> Item:
        row = unmarshal(item)
        return self._sealing.opened(row) if self._sealing else row

    def _sealed(self, write: Write) -> Write:
        if self._sealing:
            return self._sealing.sealed(write)
        if write.addresses:
            raise UnsealedError(f"no key to seal an address of {write.sk.partition('#')[0]} with")
        return write
