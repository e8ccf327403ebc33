"""DynamoDB's typed JSON and plain Python values.

boto3 has this too, but importing boto3 brings s3transfer and a sixth of a cold start with it; a
property test holds the two equal (tests/unit/test_dynamodb_types.py).
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Item = dict[str, Any]


def typed(value: Any) -> dict[str, Any]:
    """One value as DynamoDB has it. Floats are kept to the microsecond. Raises TypeError."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case bytes():
            return {"B": value}
        case int() | Decimal():
            return {"N": str(value)}
        case float():
            return {"N": str(Decimal(str(round(value, 6))))}
        case Mapping():
            return {"M": {str(name): typed(one) for name, one in value.items()}}
        case list() | tuple():
            return {"L": [typed(one) for one in value]}
        case set() | frozenset() if value and all(isinstance(one, int) for one in value):
            return {"NS": [str(one) for one in sorted(value)]}
    raise TypeError(f"DynamoDB holds no {type(value).__name__}")


def plain(value: Mapping[str, Any]) -> Any:
    """The value of one typed JSON object; numbers as int where whole, else float."""
    ((kind, inner),) = value.items()
    if kind == "S":
        return inner
    if kind == "N":
        return _number(inner)
    match kind:
        case "BOOL" | "B":
            return inner
        case "M":
            return {name: plain(one) for name, one in inner.items()}
        case "L":
            return [plain(one) for one in inner]
        case "NS":
            return {_number(one) for one in inner}
        case "NULL":
            return None
    raise TypeError(f"a row holds an attribute of type {kind}")


def _number(text: str) -> int | float:
    if text.isdecimal():
        return int(text)  # many are, and a Decimal takes several times as long
    near = float(text)
    if not near.is_integer():
        return near  # a whole number would be whole as a float too
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else float(number)


def marshal(item: Mapping[str, Any]) -> Item:
    """An item's typed JSON; attributes that are None are left out."""
    return {name: typed(value) for name, value in item.items() if value is not None}


def unmarshal(item: Mapping[str, Any]) -> Item:
    """The plain values of a typed item, as in a stream record's NewImage."""
    return {name: plain(value) for name, value in item.items()}
