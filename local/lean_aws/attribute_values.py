"""DynamoDB's attribute values in their typed JSON: compared, added, found by a document path.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from typing import Any

Value = Mapping[str, Any]
Item = dict[str, Any]
Path = Sequence[str | int]

NUMBERS = Context(prec=38)
SETS = {"SS", "NS", "BS"}
ORDERED = {"S", "N", "B"}


class InvalidPathError(ValueError):
    """A document path leads through something that is not there or is no map or list."""


def number(text: str) -> int | Decimal:
    """The number of an N. The two types compare exactly."""
    try:
        return int(text)
    except ValueError:
        return Decimal(text)


def number_text(value: int | Decimal) -> str:
    """A number as DynamoDB answers it: no exponent, no zeros behind the fraction."""
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if value == value.to_integral_value() else f"{value.normalize():f}"


def added(one: Value, other: Value, sign: int = 1) -> Value:
    """The sum of two N, or with `sign` -1 their difference. Raises KeyError for other types."""
    left, right = number(one["N"]), sign * number(other["N"])
    if isinstance(left, int) and isinstance(right, int):
        return {"N": str(left + right)}
    return {"N": number_text(NUMBERS.add(Decimal(left), Decimal(right)))}


def kind_of(value: Value) -> str:
    """The type: S, N, M and so on."""
    (kind,) = value
    return kind


def equal(one: Value, other: Value) -> bool:
    """Whether two values are the same; numbers by size and sets in any order, at every depth."""
    if one == other:
        return True
    kind = kind_of(one)
    if kind != kind_of(other):
        return False
    left, right = one[kind], other[kind]
    match kind:
        case "N":
            return number(left) == number(right)
        case "M":
            return left.keys() == right.keys() and all(equal(left[k], right[k]) for k in left)
        case "L":
            return len(left) == len(right) and all(map(equal, left, right))
        case "NS":
            return set(map(number, left)) == set(map(number, right))
        case "SS" | "BS":
            return set(left) == set(right)
    return False


def compared(one: Value, other: Value) -> int | None:
    """Below, at or above 0 as `one` is less, equal or more; None for what has no order."""
    kind = kind_of(one)
    if kind != kind_of(other) or kind not in ORDERED:
        return None
    left, right = one[kind], other[kind]
    if kind == "N":
        left, right = number(left), number(right)
    return 1 if left > right else -1 if left < right else 0


def at(item: Mapping[str, Value], path: Path) -> Value | None:
    """The value a path leads to, or None."""
    value: Any = item.get(path[0])  # type: ignore[arg-type]  # the first part is always a name
    for part in path[1:]:
        if value is None:
            return None
        if isinstance(part, int):
            found = value.get("L", ())
            value = found[part] if part < len(found) else None
        else:
            value = value.get("M", {}).get(part)
    return value  # type: ignore[no-any-return]


def change(item: Item, path: Path, value: Value | None) -> None:
    """Put `value` at `path` of an item, or (None) remove what is there.

    The values that the item held are left as they were: others may hold them too. Raises
    InvalidPathError where a map or list on the way is missing.
    """
    if len(path) == 1:
        _put(item, path[0], value)
    else:
        name = str(path[0])
        item[name] = _changed_within(item.get(name), path[1:], value)


def _changed_within(held: Value | None, path: Path, value: Value | None) -> Value:
    kind = "L" if isinstance(path[0], int) else "M"
    if held is None or kind not in held:
        raise InvalidPathError
    inner: Any = held[kind].copy()
    if len(path) > 1:
        beyond = kind == "L" and path[0] >= len(inner)  # type: ignore[operator]
        below = None if beyond else (inner[path[0]] if kind == "L" else inner.get(path[0]))
        value = _changed_within(below, path[1:], value)
    _put(inner, path[0], value)
    return {kind: inner}


def _put(container: Any, part: str | int, value: Value | None) -> None:
    if isinstance(container, dict):
        if value is None:
            container.pop(part, None)
        else:
            container[part] = value
    elif value is None:
        del container[part : part + 1]  # type: ignore[operator]
    elif part < len(container):  # type: ignore[operator]
        container[part] = value
    else:
        container.append(value)  # an index beyond the end appends


def with_added(before: Value | None, given: Value) -> Value:
    """ADD: a number on a number, elements into a set. Raises TypeError for other types."""
    kind = kind_of(given)
    if kind not in {"N", *SETS} or (before is not None and kind_of(before) != kind):
        raise TypeError(kind)
    if before is None:
        return given
    if kind == "N":
        return added(before, given)
    known = set(map(number, before["NS"])) if kind == "NS" else set(before[kind])
    new = [one for one in given[kind] if (number(one) if kind == "NS" else one) not in known]
    return {kind: [*before[kind], *new]}


def with_deleted(before: Value | None, given: Value) -> Value | None:
    """DELETE: a set without some elements, None once it is empty. Raises TypeError."""
    kind = kind_of(given)
    if kind not in SETS or (before is not None and kind_of(before) != kind):
        raise TypeError(kind)
    if before is None:
        return None
    gone = set(map(number, given["NS"])) if kind == "NS" else set(given[kind])
    left = [one for one in before[kind] if (number(one) if kind == "NS" else one) not in gone]
    return {kind: left} if left else None
