"""What a request to DynamoDB says: keys, expressions with their names and values, pages."""

from collections.abc import Iterator, Mapping
from typing import Any

from local.lean_aws import conditions, updates
from local.lean_aws.attribute_values import Item
from local.lean_aws.errors import AwsError, invalid
from local.lean_aws.table import LARGEST_ITEM, LeanTable, packed, unpacked

Parameters = Mapping[str, Any]
Answer = dict[str, Any]

NOTHING: Mapping[str, Any] = {}


class ConditionFailed(Exception):  # noqa: N818 - an answer, not a defect
    """A condition does not hold of the row, which is given as it is."""

    def __init__(self, row: bytes | None) -> None:
        super().__init__()
        self.row = row


def key_of(table: LeanTable, key: Mapping[str, Any]) -> tuple[str, str]:
    if len(key) != 2 or not all(key.get(name, {}).get("S") for name in (table.pk, table.sk)):
        raise invalid("The provided key element does not match the schema")
    return key[table.pk]["S"], key[table.sk]["S"]


def kept(item: Item) -> bytes:
    row = packed(item)
    if len(row) > LARGEST_ITEM:
        raise invalid("Item size has exceeded the maximum allowed size")
    return row


# Expressions of a request.


def condition_of(given: Parameters) -> conditions.Condition | None:
    text = given.get("ConditionExpression")
    return None if text is None else conditions.condition(text)


def filter_of(given: Parameters) -> conditions.Condition | None:
    text = given.get("FilterExpression")
    return None if text is None else conditions.condition(text)


def projection_of(given: Parameters) -> updates.Projection | None:
    text = given.get("ProjectionExpression")
    return None if text is None else updates.projection(text)


def refuse_unused(given: Parameters, *used: Any) -> None:
    """Every name and value given must be used in an expression, and every one used be given."""
    names: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    for one in used:
        if one is not None:
            names = names | one.names if names else one.names
            values = values | one.values if values else one.values
    for parameter, wanted in (
        ("ExpressionAttributeNames", names),
        ("ExpressionAttributeValues", values),
    ):
        if given.get(parameter, NOTHING).keys() != wanted:
            raise invalid(f"{parameter} and the expressions do not name the same: {sorted(wanted)}")
        if not wanted and parameter in given:
            raise invalid(f"{parameter} must not be empty")


def check(
    condition: conditions.Condition | None, given: Parameters, row: bytes | None
) -> Item | None:
    """The row's item, if it had to be looked into. Raises ConditionFailed."""
    if condition is None:
        return None
    item = {} if row is None else unpacked(row)
    names = given.get("ExpressionAttributeNames", NOTHING)
    if not condition.test(item, names, given.get("ExpressionAttributeValues", NOTHING)):
        raise ConditionFailed(row)
    return item or None


def reason_of(failed: ConditionFailed, given: Parameters) -> Answer:
    reason = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
    return {**reason, **_old_item(failed, given)}


def _old_item(failed: ConditionFailed, given: Parameters) -> Answer:
    wanted = given.get("ReturnValuesOnConditionCheckFailure", "NONE") == "ALL_OLD"
    return {"Item": unpacked(failed.row)} if wanted and failed.row is not None else {}


def condition_failed(failed: ConditionFailed, given: Parameters) -> AwsError:
    """What a single write answers whose condition does not hold."""
    return AwsError(
        "ConditionalCheckFailedException",
        "The conditional request failed",
        **_old_item(failed, given),
    )


def range_of(sign: str, bounds: list[str]) -> tuple[tuple[str, bool], tuple[str | None, bool]]:
    """The lower and the upper bound of sort keys, each with whether it is meant too."""
    match sign:
        case "":
            return ("", True), (None, True)
        case "begins_with":
            start = bounds[0]
            return (start, True), (start[:-1] + chr(ord(start[-1]) + 1), False)
        case "=":
            return (bounds[0], True), (bounds[0], True)
        case "BETWEEN":
            return (bounds[0], True), (bounds[1], True)
        case "<" | "<=":
            return ("", True), (bounds[0], sign == "<=")
    return (bounds[0], sign == ">="), (None, True)


def page_of(table: LeanTable, rows: Iterator[tuple[str, str, bytes]], given: Parameters) -> Answer:
    """One page of a Query or Scan: up to `Limit` rows, or what a page holds."""
    limit = given.get("Limit", 0)
    items: list[Item] = []
    read = count = size = 0
    filtered = filter_of(given)
    names = given.get("ExpressionAttributeNames", NOTHING)
    values = given.get("ExpressionAttributeValues", NOTHING)
    counts_only = given.get("Select") == "COUNT"
    answer: Answer = {}
    for pk, sk, row in rows:
        read, size = read + 1, size + len(row)
        item = unpacked(row)
        if filtered is None or filtered.test(item, names, values):
            count += 1
            if not counts_only:
                items.append(projected(item, given))
        if read == limit or size >= table.page_bytes:
            answer["LastEvaluatedKey"] = {table.pk: {"S": pk}, table.sk: {"S": sk}}
            break
    return (
        answer | ({} if counts_only else {"Items": items}) | {"Count": count, "ScannedCount": read}
    )


def projected(item: Item, given: Parameters) -> Item:
    wanted = projection_of(given)
    return wanted.of(item, given.get("ExpressionAttributeNames", NOTHING)) if wanted else item
