"""Tokens, paths and operands: what all of DynamoDB's expressions are made of.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.Attributes.html
"""

import pathlib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeVar

from local.lean_aws.attribute_values import Item, Path, Value, at, kind_of

Names = Mapping[str, str]
Values = Mapping[str, Value]
Operand = Callable[[Item, Names, Values], Value | None]
Located = Callable[[Names], Path]
Read = TypeVar("Read")

_TOKEN = re.compile(r"\s*(?:([A-Za-z_]\w*|#\w+|:\w+|\d+)|(<>|<=|>=|[=<>(),.\[\]+\-]))")


_RESERVED = pathlib.Path(__file__).with_name("reserved_words.txt")
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html

LONGEST = 4096
"""Bytes of an expression. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""


class ExpressionError(ValueError):
    """An expression that DynamoDB would refuse, or that is not known here."""


class Reader:
    """Tokens of one expression, taken from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = []
        self.names: set[str] = set()
        self.values: set[str] = set()
        if len(text.encode()) > LONGEST:
            raise ExpressionError("Expression size has exceeded the maximum allowed size")
        position, end = 0, len(text.rstrip())
        while position < end:
            match = _TOKEN.match(text, position)
            if match is None:
                raise ExpressionError(f"cannot read {text!r} from character {position}")
            self.tokens.append(match[1] or match[2])
            position = match.end()
        self.tokens.append("")
        self.place = 0

    @property
    def next(self) -> str:
        return self.tokens[self.place]

    @property
    def word(self) -> str:
        """The next token in upper case, as keywords have none."""
        return self.next.upper()

    def take(self) -> str:
        token = self.next
        self.place += 1
        return token

    def expect(self, *tokens: str) -> str:
        if self.word not in tokens:
            raise ExpressionError(
                f"expected {' or '.join(tokens)} at {self.next!r} in {self.text!r}"
            )
        return self.take().upper()

    def end(self) -> None:
        if self.next:
            raise ExpressionError(f"unexpected {self.next!r} in {self.text!r}")

    def path(self) -> Located:
        """A document path: `a`, `#a`, `a.b`, `a[0].#b`."""
        parts: list[str | int] = [self._name()]
        while self.next in (".", "["):
            if self.take() == ".":
                parts.append(self._name())
            else:
                parts.append(int(self.take()))
                self.expect("]")
        if not any(isinstance(part, str) and part.startswith("#") for part in parts):
            fixed = tuple(parts)
            return lambda names: fixed
        return lambda names: [
            names[part] if isinstance(part, str) and part.startswith("#") else part
            for part in parts
        ]

    def _name(self) -> str:
        name = self.take()
        if name.startswith("#"):
            self.names.add(name)
        elif not name[:1].isalpha() and not name.startswith("_"):
            raise ExpressionError(f"{name!r} is no attribute in {self.text!r}")
        elif name.upper() in _reserved():
            raise ExpressionError(f"Attribute name is a reserved keyword; reserved keyword: {name}")
        return name

    def value(self) -> str:
        name = self.take()
        if not name.startswith(":"):
            raise ExpressionError(f"{name!r} is no value in {self.text!r}")
        self.values.add(name)
        return name

    def operand(self) -> Operand:
        """A path, a value, or the size of a path."""
        if self.next.startswith(":"):
            name = self.value()
            return lambda item, names, values: values[name]
        if self.next == "size" and self.tokens[self.place + 1] == "(":
            self.take()
            path = self.in_brackets(self.path)
            return lambda item, names, values: _size(at(item, path(names)))
        path = self.path()
        return lambda item, names, values: at(item, path(names))

    def in_brackets(self, read: Callable[[], Read]) -> Read:
        self.expect("(")
        found = read()
        self.expect(")")
        return found

    def listed(self, read: Callable[[], Read]) -> list[Read]:
        """One or more, with commas between."""
        found = [read()]
        while self.next == ",":
            self.take()
            found.append(read())
        return found


@lru_cache(maxsize=1)
def _reserved() -> frozenset[str]:
    return frozenset(_RESERVED.read_text().split())


def _size(value: Value | None) -> Value | None:
    if value is None:
        return None
    kind = kind_of(value)
    if kind in ("N", "BOOL", "NULL"):
        return None
    inner = value[kind].encode() if kind == "S" else value[kind]
    return {"N": str(len(inner))}
