"""DynamoDB's API over lean tables: parameters in, answers out, in typed JSON throughout.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from local.lean_aws import conditions, updates
from local.lean_aws.attribute_values import InvalidPathError, Item
from local.lean_aws.errors import AwsError, NotEmulatedError, invalid, only
from local.lean_aws.expression_reader import ExpressionError
from local.lean_aws.requests import (
    NOTHING,
    Answer,
    ConditionFailed,
    Parameters,
    check,
    condition_of,
    filter_of,
    kept,
    key_of,
    page_of,
    projected,
    projection_of,
    range_of,
    reason_of,
    refuse_unused,
)
from local.lean_aws.table import Change, LeanTable, unpacked

_EXPRESSION = ("ExpressionAttributeNames", "ExpressionAttributeValues")
_WRITE = (
    "TableName",
    "ConditionExpression",
    "ReturnValues",
    "ReturnValuesOnConditionCheckFailure",
    *_EXPRESSION,
)
_READ = (
    "TableName",
    "ConsistentRead",
    "ExclusiveStartKey",
    "FilterExpression",
    "Limit",
    "ProjectionExpression",
    "Select",
    *_EXPRESSION,
)
MOST_READ, MOST_WRITTEN, MOST_IN_TRANSACTION = 100, 25, 100
TOKEN_LIFE = 600
"""Seconds in which a transaction with the same token is not made again."""


class Prepared(NamedTuple):
    """A write whose condition holds, before it is made."""

    table: LeanTable
    change: Change
    after: Item | None


@dataclass
class DynamoDb:
    """All tables of an account and region. `now` is AWS's clock."""

    now: Callable[[], float]
    arn_prefix: str
    tables: dict[str, LeanTable] = field(default_factory=dict)
    _done: dict[str, float] = field(default_factory=dict)

    def call(self, operation: str, given: Parameters) -> Answer:
        """One operation. Raises AwsError, NotEmulatedError."""
        act = _OPERATIONS.get(operation)
        if act is None:
            raise NotEmulatedError(f"DynamoDB's {operation}")
        try:
            return act(self, given)
        except ExpressionError as error:
            raise invalid(str(error)) from None

    def forget(self) -> None:
        """Empty every table."""
        self._done.clear()
        for table in self.tables.values():
            table.forget()

    def table(self, name: str) -> LeanTable:
        """A table, by its name. Raises AwsError."""
        if name not in self.tables:
            raise AwsError("ResourceNotFoundException", "Requested resource not found")
        return self.tables[name]

    # Tables themselves.

    def create_table(self, given: Parameters) -> Answer:
        only(
            given,
            "TableName",
            "AttributeDefinitions",
            "BillingMode",
            "KeySchema",
            "StreamSpecification",
        )
        name = given["TableName"]
        if name in self.tables:
            raise AwsError("ResourceInUseException", f"Table already exists: {name}")
        keys = {one["KeyType"]: one["AttributeName"] for one in given["KeySchema"]}
        if any(one["AttributeType"] != "S" for one in given["AttributeDefinitions"]):
            raise NotEmulatedError("keys that are no strings")
        stream = given.get("StreamSpecification", {})
        view = stream["StreamViewType"] if stream.get("StreamEnabled") else ""
        arn = f"{self.arn_prefix}:table/{name}"
        self.tables[name] = LeanTable(name, arn, keys["HASH"], keys["RANGE"], self.now, view)
        return {"TableDescription": _description(self.tables[name])}

    def describe_table(self, given: Parameters) -> Answer:
        return {"Table": _description(self.table(given["TableName"]))}

    def update_time_to_live(self, given: Parameters) -> Answer:
        specification = given["TimeToLiveSpecification"]
        if specification["Enabled"]:
            self.table(given["TableName"]).ttl_attribute = specification["AttributeName"]
        return {"TimeToLiveSpecification": specification}

    # Reads.

    def get_item(self, given: Parameters) -> Answer:
        only(given, "Key", *_READ[:2], "ProjectionExpression", "ExpressionAttributeNames")
        table = self.table(given["TableName"])
        row = table.get(*key_of(table, given["Key"]), consistent=given.get("ConsistentRead", False))
        refuse_unused(given, projection_of(given))
        return {} if row is None else {"Item": projected(unpacked(row), given)}

    def batch_get_item(self, given: Parameters) -> Answer:
        only(given, "RequestItems")
        found: dict[str, list[Item]] = {}
        for name, asked in given["RequestItems"].items():
            only(
                asked, "Keys", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"
            )
            table = self.table(name)
            keys = [key_of(table, key) for key in asked["Keys"]]
            if len(set(keys)) < len(keys):
                raise invalid("Provided list of item keys contains duplicates")
            if not 1 <= len(keys) <= MOST_READ:
                raise invalid("Too many items requested for the BatchGetItem call")
            refuse_unused(asked, projection_of(asked))
            rows = (table.get(*k, consistent=asked.get("ConsistentRead", False)) for k in keys)
            found[name] = [projected(unpacked(row), asked) for row in rows if row is not None]
        return {"Responses": found, "UnprocessedKeys": {}}

    def query(self, given: Parameters) -> Answer:
        only(given, "KeyConditionExpression", "ScanIndexForward", *_READ)
        table = self.table(given["TableName"])
        condition = conditions.key_condition(given["KeyConditionExpression"])
        names = given.get("ExpressionAttributeNames", NOTHING)
        values = given.get("ExpressionAttributeValues", NOTHING)
        refuse_unused(given, condition, filter_of(given), projection_of(given))
        sort = condition.sort(names)[0] if condition.sort else table.sk
        if condition.partition(names)[0] != table.pk or sort != table.sk:
            raise invalid("Query condition missed key schema element")
        start = given.get("ExclusiveStartKey")
        bounds = [values[name]["S"] for name in condition.bounds]
        rows = table.read_partition(
            values[condition.value]["S"],
            *range_of(condition.sign, bounds),
            key_of(table, start)[1] if start else None,
            forward=given.get("ScanIndexForward", True),
            consistent=given.get("ConsistentRead", False),
        )
        pk = values[condition.value]["S"]
        return page_of(table, ((pk, sk, row) for sk, row in rows), given)

    def scan(self, given: Parameters) -> Answer:
        only(given, *_READ)
        table = self.table(given["TableName"])
        start = given.get("ExclusiveStartKey")
        refuse_unused(given, filter_of(given), projection_of(given))
        return page_of(table, table.read_all(key_of(table, start) if start else None), given)

    # Writes.

    def put_item(self, given: Parameters) -> Answer:
        only(given, "Item", *_WRITE)
        return self._write(self._prepared_put(given), given, {"NONE", "ALL_OLD"})

    def update_item(self, given: Parameters) -> Answer:
        only(given, "Key", "UpdateExpression", *_WRITE)
        return self._write(self._prepared_update(given), given, {"NONE", "ALL_OLD", "ALL_NEW"})

    def delete_item(self, given: Parameters) -> Answer:
        only(given, "Key", *_WRITE)
        return self._write(self._prepared_delete(given), given, {"NONE", "ALL_OLD"})

    def batch_write_item(self, given: Parameters) -> Answer:
        only(given, "RequestItems")
        writes = [
            self._prepared_put({"TableName": name, **request["PutRequest"]})
            if "PutRequest" in request
            else self._prepared_delete({"TableName": name, **request["DeleteRequest"]})
            for name, requests in given["RequestItems"].items()
            for request in requests
        ]
        if not 1 <= len(writes) <= MOST_WRITTEN:
            raise invalid("Too many items requested for the BatchWriteItem call")
        _refuse_repeats(writes, "Provided list of item keys contains duplicates")
        for table, change, _ in writes:
            table.commit(change)
        return {"UnprocessedItems": {}}

    def transact_write_items(self, given: Parameters) -> Answer:
        only(given, "TransactItems", "ClientRequestToken")
        token = given.get("ClientRequestToken", "")
        if self.now() < self._done.get(token, 0.0) + TOKEN_LIFE:
            return {}
        members = given["TransactItems"]
        if not 1 <= len(members) <= MOST_IN_TRANSACTION:
            raise invalid("Member must have length less than or equal to 100")
        writes: list[Prepared] = []
        reasons: list[Answer] = []
        for member in members:
            ((kind, parameters),) = member.items()
            try:
                writes.append(_MEMBERS[kind](self, parameters))
                reasons.append({"Code": "None"})
            except ConditionFailed as failed:
                reasons.append(reason_of(failed, parameters))
        _refuse_repeats(
            writes, "Transaction request cannot include multiple operations on one item"
        )
        if len(writes) < len(members):
            codes = ", ".join(reason["Code"] for reason in reasons)
            raise AwsError(
                "TransactionCanceledException",
                f"Transaction cancelled, please refer cancellation reasons: [{codes}]",
                CancellationReasons=reasons,
            )
        for table, change, _ in writes:
            table.commit(change)
        if token:
            self._remember(token)
        return {}

    def _remember(self, token: str) -> None:
        now = self.now()
        self._done.pop(token, None)
        self._done[token] = now
        while self._done[oldest := next(iter(self._done))] + TOKEN_LIFE <= now:
            del self._done[oldest]

    def _write(self, write: Prepared, given: Parameters, known: set[str]) -> Answer:
        table, change, after = write
        wanted = given.get("ReturnValues", "NONE")
        if wanted not in known:
            raise NotEmulatedError(f"ReturnValues {wanted}")
        table.commit(change)
        if wanted == "ALL_NEW":
            return {"Attributes": after}
        if wanted == "ALL_OLD" and change.before is not None:
            return {"Attributes": unpacked(change.before)}
        return {}

    def _prepared_put(self, given: Parameters) -> Prepared:
        table = self.table(given["TableName"])
        item = given["Item"]
        pk, sk = key_of(table, {name: item.get(name, {}) for name in (table.pk, table.sk)})
        before = table.get(pk, sk)
        condition = condition_of(given)
        refuse_unused(given, condition)
        check(condition, given, before)
        return Prepared(table, Change(pk, sk, before, kept(item)), item)

    def _prepared_update(self, given: Parameters) -> Prepared:
        table = self.table(given["TableName"])
        pk, sk = key_of(table, given["Key"])
        before = table.get(pk, sk)
        condition, update = condition_of(given), updates.update(given["UpdateExpression"])
        refuse_unused(given, condition, update)
        names = given.get("ExpressionAttributeNames", NOTHING)
        values = given.get("ExpressionAttributeValues", NOTHING)
        item = check(condition, given, before)
        if item is None:
            item = (
                {table.pk: {"S": pk}, table.sk: {"S": sk}} if before is None else unpacked(before)
            )
        if not {table.pk, table.sk}.isdisjoint(update.touched(names)):
            raise invalid("Cannot update attribute of the key")
        try:
            after = update.apply(item, names, values)
        except InvalidPathError:
            raise invalid(
                "The document path provided in the update expression is invalid for update"
            ) from None
        except (KeyError, TypeError):
            raise invalid(
                "An operand in the update expression has an incorrect data type"
            ) from None
        return Prepared(table, Change(pk, sk, before, kept(after)), after)

    def _prepared_delete(self, given: Parameters) -> Prepared:
        table, pk, sk, before = self._checked(given)
        return Prepared(table, Change(pk, sk, before, None), None)

    def _prepared_check(self, given: Parameters) -> Prepared:
        only(given, "Key", *_WRITE)
        table, pk, sk, before = self._checked(given)
        return Prepared(table, Change(pk, sk, before, before), None)

    def _checked(self, given: Parameters) -> tuple[LeanTable, str, str, bytes | None]:
        table = self.table(given["TableName"])
        pk, sk = key_of(table, given["Key"])
        before = table.get(pk, sk)
        condition = condition_of(given)
        refuse_unused(given, condition)
        check(condition, given, before)
        return table, pk, sk, before


_OPERATIONS: Mapping[str, Callable[[DynamoDb, Parameters], Answer]] = {
    "BatchGetItem": DynamoDb.batch_get_item,
    "BatchWriteItem": DynamoDb.batch_write_item,
    "CreateTable": DynamoDb.create_table,
    "DeleteItem": DynamoDb.delete_item,
    "DescribeTable": DynamoDb.describe_table,
    "GetItem": DynamoDb.get_item,
    "PutItem": DynamoDb.put_item,
    "Query": DynamoDb.query,
    "Scan": DynamoDb.scan,
    "TransactWriteItems": DynamoDb.transact_write_items,
    "UpdateItem": DynamoDb.update_item,
    "UpdateTimeToLive": DynamoDb.update_time_to_live,
}
_MEMBERS: Mapping[str, Callable[[DynamoDb, Parameters], Prepared]] = {
    "Put": DynamoDb._prepared_put,
    "Update": DynamoDb._prepared_update,
    "Delete": DynamoDb._prepared_delete,
    "ConditionCheck": DynamoDb._prepared_check,
}


def _description(table: LeanTable) -> Answer:
    described = {"TableName": table.name, "TableArn": table.arn, "TableStatus": "ACTIVE"}
    return described | ({"LatestStreamArn": f"{table.arn}/stream/1"} if table.stream_view else {})


def _refuse_repeats(writes: list[Prepared], message: str) -> None:
    keys = {(write.table.name, write.change.pk, write.change.sk) for write in writes}
    if len(keys) < len(writes):
        raise invalid(message)
