"""DynamoDB's units, by the sizes of items.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

Item = Mapping[str, Any]

READ, WRITTEN = 4096, 1024
"""Bytes in a unit."""


def read_units(operation: str, given: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """What a read costs: one unit per 4 KB where it is consistent, half of one where it is not.

    Items are rounded up one by one, in a Query all together; who finds nothing pays for one unit.
    """
    if operation == "GetItem":
        found = [answer["Item"]] if "Item" in answer else []
        return _reads(size_of(found), given)
    if operation == "Query":
        return _reads(size_of(answer["Items"]), given)
    if operation == "BatchGetItem":
        total = 0.0
        for table, asked in given["RequestItems"].items():
            items = answer["Responses"][table]
            absent = len(asked["Keys"]) - len(items)
            total += sum(_reads(size_of([item]), asked) for item in items)
            total += absent * _reads(0, asked)
        return total
    return 0.0


def write_units(items: Iterable[Item | bytes | None]) -> float:
    """What writes cost, by the larger of each item before and after: one unit per KB."""
    return float(
        sum(
            max(1, math.ceil(size_of([one] if isinstance(one, dict) else []) / WRITTEN))
            for one in items
        )
    )


def _reads(size: int, given: Mapping[str, Any]) -> float:
    units = max(1, math.ceil(size / READ))
    return units if given.get("ConsistentRead") else units / 2


def size_of(items: Iterable[Item]) -> int:
    """Bytes of items: of names and of values."""
    return sum(_name(name) + _value(value) for item in items for name, value in item.items())


def _name(name: str) -> int:
    return len(name.encode())


def _value(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return _digits(content)
        case "L":
            return 3 + sum(1 + _value(one) for one in content)
        case "M":
            return 3 + sum(1 + _name(name) + _value(one) for name, one in content.items())
        case "SS":
            return sum(len(one.encode()) for one in content)
        case "NS":
            return sum(map(_digits, content))
    return 1  # BOOL and NULL; there are no binary values here


def _digits(number: str) -> int:
    return 1 + math.ceil(sum(one.isdigit() for one in number.strip("0.")) / 2)
