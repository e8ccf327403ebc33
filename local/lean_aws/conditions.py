"""Condition, filter and key condition expressions, parsed once per text into functions.

The grammar is AWS's, without what no caller here uses (`attribute_type`): an unknown word raises,
it is never passed over.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from local.lean_aws.attribute_values import Item, at, compared, equal, kind_of
from local.lean_aws.expression_reader import Located, Names, Operand, Reader, Values

Test = Callable[[Item, Names, Values], bool]

_ORDER: Mapping[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


@dataclass(frozen=True)
class Condition:
    """A condition, with the names and values it refers to."""

    test: Test
    names: frozenset[str]
    values: frozenset[str]


@dataclass(frozen=True)
class KeyCondition:
    """What a Query asks for: the partition key's value, and `sign` and `bounds` of the sort key.

    `value` and `bounds` are names of values; `sort` is None where every sort key is asked for.
    """

    partition: Located
    value: str
    sort: Located | None
    sign: str
    bounds: tuple[str, ...]
    names: frozenset[str]
    values: frozenset[str]


@lru_cache(maxsize=10_000)
def condition(text: str) -> Condition:
    """A condition expression or a filter. Raises ExpressionError."""
    reader = Reader(text)
    test = _either(reader)
    reader.end()
    return Condition(test, frozenset(reader.names), frozenset(reader.values))


def _either(reader: Reader) -> Test:
    tests = [_both(reader)]
    while reader.word == "OR":
        reader.take()
        tests.append(_both(reader))
    if len(tests) == 1:
        return tests[0]
    return lambda item, names, values: any(test(item, names, values) for test in tests)


def _both(reader: Reader) -> Test:
    tests = [_not(reader)]
    while reader.word == "AND":
        reader.take()
        tests.append(_not(reader))
    if len(tests) == 1:
        return tests[0]
    return lambda item, names, values: all(test(item, names, values) for test in tests)


def _not(reader: Reader) -> Test:
    if reader.word == "NOT":
        reader.take()
        test = _not(reader)
        return lambda item, names, values: not test(item, names, values)
    if reader.next == "(":
        return reader.in_brackets(lambda: _either(reader))
    function = _FUNCTIONS.get(reader.next)
    if function and reader.tokens[reader.place + 1] == "(":
        reader.take()
        return reader.in_brackets(lambda: function(reader))
    return _comparison(reader)


def _comparison(reader: Reader) -> Test:
    left = reader.operand()
    sign = reader.expect("=", "<>", "<", "<=", ">", ">=", "BETWEEN", "IN")
    match sign:
        case "BETWEEN":
            low = reader.operand()
            reader.expect("AND")
            return _all(
                _ordered(left, _ORDER[">="], low), _ordered(left, _ORDER["<="], reader.operand())
            )
        case "IN":
            choices = reader.in_brackets(lambda: reader.listed(reader.operand))
            return _any([_equal(left, choice) for choice in choices])
        case "=":
            return _equal(left, reader.operand())
        case "<>":
            same = _equal(left, reader.operand())
            return lambda item, names, values: not same(item, names, values)
    return _ordered(left, _ORDER[sign], reader.operand())


def _all(*tests: Test) -> Test:
    return lambda item, names, values: all(test(item, names, values) for test in tests)


def _any(tests: list[Test]) -> Test:
    return lambda item, names, values: any(test(item, names, values) for test in tests)


def _equal(left: Operand, right: Operand) -> Test:
    def test(item: Item, names: Names, values: Values) -> bool:
        one, other = left(item, names, values), right(item, names, values)
        return one is not None and other is not None and equal(one, other)

    return test


def _ordered(left: Operand, holds: Callable[[int], bool], right: Operand) -> Test:
    def test(item: Item, names: Names, values: Values) -> bool:
        one, other = left(item, names, values), right(item, names, values)
        if one is None or other is None:
            return False
        order = compared(one, other)
        return order is not None and holds(order)

    return test


def _exists(reader: Reader) -> Test:
    path = reader.path()
    return lambda item, names, values: at(item, path(names)) is not None


def _exists_not(reader: Reader) -> Test:
    path = reader.path()
    return lambda item, names, values: at(item, path(names)) is None


def _begins_with(reader: Reader) -> Test:
    path = reader.path()
    reader.expect(",")
    start = reader.value()

    def test(item: Item, names: Names, values: Values) -> bool:
        value = at(item, path(names))
        return value is not None and "S" in value and value["S"].startswith(values[start]["S"])

    return test


def _contains(reader: Reader) -> Test:
    path = reader.path()
    reader.expect(",")
    wanted = reader.operand()

    def test(item: Item, names: Names, values: Values) -> bool:
        value, part = at(item, path(names)), wanted(item, names, values)
        if value is None or part is None:
            return False
        kind, sought = kind_of(value), kind_of(part)
        if kind == "L":
            return any(equal(one, part) for one in value["L"])
        if kind == sought == "S":
            return part["S"] in value["S"]
        return kind == f"{sought}S" and any(equal({sought: one}, part) for one in value[kind])

    return test


_FUNCTIONS: Mapping[str, Callable[[Reader], Test]] = {
    "attribute_exists": _exists,
    "attribute_not_exists": _exists_not,
    "begins_with": _begins_with,
    "contains": _contains,
}


@lru_cache(maxsize=1_000)
def key_condition(text: str) -> KeyCondition:
    """`pk = :v`, alone or AND one comparison of the sort key. Raises ExpressionError."""
    reader = Reader(text)
    partition = reader.path()
    reader.expect("=")
    value = reader.value()
    sort, sign, bounds = None, "", []
    if reader.word == "AND":
        reader.take()
        if reader.next == "begins_with":
            sign = reader.take()
            reader.expect("(")
            sort = reader.path()
            reader.expect(",")
            bounds = [reader.value()]
            reader.expect(")")
        else:
            sort = reader.path()
            sign = reader.expect("=", "<", "<=", ">", ">=", "BETWEEN")
            bounds = [reader.value()]
            if sign == "BETWEEN":
                reader.expect("AND")
                bounds.append(reader.value())
    reader.end()
    names, values = frozenset(reader.names), frozenset(reader.values)
    return KeyCondition(partition, value, sort, sign, tuple(bounds), names, values)
