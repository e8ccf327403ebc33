"""Update and projection expressions, parsed once per text into functions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from local.lean_aws.attribute_values import (
    Item,
    Path,
    Value,
    added,
    at,
    change,
    with_added,
    with_deleted,
)
from local.lean_aws.expression_reader import (
    ExpressionError,
    Located,
    Names,
    Operand,
    Reader,
    Values,
)


@dataclass(frozen=True)
class Update:
    """An update: the item after it, and the names of the attributes it touches."""

    apply: Callable[[Item, Names, Values], Item]
    touched: Callable[[Names], set[str]]
    names: frozenset[str]
    values: frozenset[str]


@dataclass(frozen=True)
class Projection:
    """The part of an item that is asked for."""

    of: Callable[[Item, Names], Item]
    names: frozenset[str]
    values: frozenset[str] = frozenset()


Step = tuple[Located, Callable[[Item, Path, Names, Values], Value | None]]
"""Where, and what is there afterwards, from the item as it was before."""


@lru_cache(maxsize=10_000)
def update(text: str) -> Update:
    """An update expression. Raises ExpressionError."""
    reader = Reader(text)
    steps: list[Step] = []
    seen: set[str] = set()
    while reader.next:
        clause = reader.expect("SET", "REMOVE", "ADD", "DELETE")
        if clause in seen:
            raise ExpressionError(f"{clause} twice in {text!r}")
        seen.add(clause)
        steps += reader.listed(lambda: _STEPS[clause](reader))  # noqa: B023  # used at once
    if not steps:
        raise ExpressionError("an update expression must not be empty")

    def apply(item: Item, names: Names, values: Values) -> Item:
        paths = [locate(names) for locate, _ in steps]
        _refuse_overlaps(paths)
        made = [
            value(item, path, names, values) for path, (_, value) in zip(paths, steps, strict=True)
        ]
        after = dict(item)
        for path, value in zip(paths, made, strict=True):
            change(after, path, value)
        return after

    def touched(names: Names) -> set[str]:
        return {str(locate(names)[0]) for locate, _ in steps}

    return Update(apply, touched, frozenset(reader.names), frozenset(reader.values))


def _refuse_overlaps(paths: list[Path]) -> None:
    if len({path[0] for path in paths}) == len(paths):
        return
    ordered = sorted(tuple(map(str, path)) for path in paths)
    for one, other in itertools.pairwise(ordered):
        if other[: len(one)] == one:
            raise ExpressionError("Two document paths overlap with each other")


def _set(reader: Reader) -> Step:
    path = reader.path()
    reader.expect("=")
    made = _summand(reader)
    if reader.next in ("+", "-"):
        sign = 1 if reader.take() == "+" else -1
        left, right = made, _summand(reader)

        def sum_of(item: Item, names: Names, values: Values) -> Value:
            one, other = left(item, names, values), right(item, names, values)
            if one is None or other is None:
                raise ExpressionError("an attribute that does not exist is added to")
            return added(one, other, sign)

        made = sum_of

    def value(item: Item, _path: Path, names: Names, values: Values) -> Value:
        found = made(item, names, values)
        if found is None:
            raise ExpressionError(
                "The provided expression refers to an attribute that is not there"
            )
        return found

    return path, value


def _summand(reader: Reader) -> Operand:
    if reader.next == "if_not_exists":
        reader.take()
        return reader.in_brackets(lambda: _if_not_exists(reader))
    if reader.next == "list_append":
        reader.take()
        return reader.in_brackets(lambda: _list_append(reader))
    return reader.operand()


def _if_not_exists(reader: Reader) -> Operand:
    path = reader.path()
    reader.expect(",")
    otherwise = reader.operand()

    def value(item: Item, names: Names, values: Values) -> Value | None:
        found = at(item, path(names))
        return found if found is not None else otherwise(item, names, values)

    return value


def _list_append(reader: Reader) -> Operand:
    first = _summand(reader)
    reader.expect(",")
    second = _summand(reader)

    def value(item: Item, names: Names, values: Values) -> Value | None:
        one, other = first(item, names, values), second(item, names, values)
        if one is None or other is None or "L" not in one or "L" not in other:
            raise ExpressionError("list_append wants two lists")
        return {"L": [*one["L"], *other["L"]]}

    return value


def _remove(reader: Reader) -> Step:
    return reader.path(), lambda item, path, names, values: None


def _add(reader: Reader) -> Step:
    path, name = reader.path(), reader.value()
    return path, lambda item, path, names, values: with_added(at(item, path), values[name])


def _delete(reader: Reader) -> Step:
    path, name = reader.path(), reader.value()
    return path, lambda item, path, names, values: with_deleted(at(item, path), values[name])


_STEPS: Mapping[str, Callable[[Reader], Step]] = {
    "SET": _set,
    "REMOVE": _remove,
    "ADD": _add,
    "DELETE": _delete,
}


@lru_cache(maxsize=1_000)
def projection(text: str) -> Projection:
    """A projection of attributes, or of attributes within maps. Raises ExpressionError."""
    reader = Reader(text)
    paths: list[Located] = reader.listed(reader.path)
    reader.end()

    def of(item: Item, names: Names) -> Item:
        found: Item = {}
        for locate in paths:
            path = locate(names)
            value = at(item, path)
            if value is None:
                continue
            held = found
            for part in path[:-1]:
                held = held.setdefault(str(part), {"M": {}})["M"]
            held[str(path[-1])] = value
        return found

    if any(token == "[" for token in reader.tokens):
        raise ExpressionError("a projection into a list is not known here")
    return Projection(of, frozenset(reader.names))
