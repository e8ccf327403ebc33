"""A pytest plugin: which tests make which conditional writes, or the same without one of its terms.

`STATUSTEXT_TERMS` names a file to note in which terms the conditions of writes have, and the tests
that meet each; `STATUSTEXT_DROP` names the term to leave out. A term is whatever AND or OR joins,
at any depth. It is known by the function that makes the write, its own words, and those of what it
is part of, without the numbers of incidents.
"""

import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from statustext.adapters import dynamodb
from statustext.adapters.dynamodb_types import Item
from statustext.errors import ConditionFailedError

OURS = "/statustext/"
NOTED = os.environ.get("STATUSTEXT_TERMS", "")
DROPPED = os.environ.get("STATUSTEXT_DROP", "")

_real_init, _real_parameters = dynamodb.Write.__init__, dynamodb.Write.parameters
_real_write, _real_transact = dynamodb.Table.write, dynamodb.Table.transact
_met: dict[str, set[str]] = defaultdict(set)
_refused: dict[str, set[str]] = defaultdict(set)
"""Tests by term, and those in which its condition did not hold once, of which more can be told."""


def joined(condition: str) -> tuple[str, list[str]]:
    """What joins the parts of an expression outside of parentheses, OR before AND, and the parts:
    ("", [it]) for one that has none."""
    for word in (" OR ", " AND "):
        found, depth, start = [], 0, 0
        for here, sign in enumerate(condition):
            depth += (sign == "(") - (sign == ")")
            if depth == 0 and condition.startswith(word, here):
                found.append(condition[start:here])
                start = here + len(word)
        if found:
            return word, [*found, condition[start:]]
    return "", [condition]


def terms_of(condition: str, within: str = "") -> Iterator[str]:
    """All that may be left out of an expression, each with what it is part of, if not of the
    whole."""
    word, parts = joined(condition)
    if not word:
        inside = _inside(condition)
        if inside:
            yield from terms_of(inside, within)
        elif condition and not within:
            yield condition
        return
    for part in parts:
        yield f"{part}, of {within}" if within else part
        inside = _inside(part) or (part if joined(part)[0] else "")
        if inside:
            yield from terms_of(inside, part)


def left_of(condition: str, site: str, dropped: str, within: str = "") -> str:
    """An expression without the term of that name."""
    word, parts = joined(condition)
    if not word:
        inside = _inside(condition)
        if inside:
            return left_of(inside, site, dropped, within)
        return "" if not within and name_of(site, condition) == dropped else condition
    kept = []
    for part in parts:
        if name_of(site, f"{part}, of {within}" if within else part) == dropped:
            continue
        inside = _inside(part) or (part if joined(part)[0] else "")
        kept.append(f"({left_of(inside, site, dropped, part)})" if inside else part)
    return word.join(kept)


def _inside(part: str) -> str:
    """What stands in the parentheses that are all of a part; "" where it is a plain term."""
    if not (part.startswith("(") and part.endswith(")")):
        return ""
    depth = 0
    for here, sign in enumerate(part):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and here < len(part) - 1:
            return ""
    return part[1:-1]


def name_of(site: str, term: str) -> str:
    """How a term is known."""
    return f"{site}: {re.sub(r'(?<=[a-z])[0-9]+', '', term)}"


def without(given: Mapping[str, Any], site: str, dropped: str) -> dict[str, Any]:
    """A write's parameters without a term, and without the names and values only it needs."""
    left = left_of(given.get("ConditionExpression", ""), site, dropped)
    made = {key: value for key, value in given.items() if key != "ConditionExpression"}
    if left:
        made["ConditionExpression"] = left
    words = f"{left} {made.get('UpdateExpression', '')}"
    used = set(re.findall(r"[#:]\w+", words))
    for key in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        some = {name: value for name, value in made.pop(key, {}).items() if name in used}
        if some:
            made[key] = some
    return made


def _site(frame: FrameType | None) -> str:
    while frame and OURS not in frame.f_code.co_filename:
        frame = frame.f_back
    if frame is None:
        return "a test"
    file = frame.f_code.co_filename.rpartition(OURS)[2]
    return f"{file} {frame.f_code.co_qualname}"


def _init(write: dynamodb.Write, *args: Any, **named: Any) -> None:
    _real_init(write, *args, **named)
    object.__setattr__(write, "_site", _site(sys._getframe(1)))


def _parameters(write: dynamodb.Write, table: str) -> dict[str, Any]:
    given, site = _real_parameters(write, table), getattr(write, "_site", "a test")
    if NOTED:
        _note(_met, write)
    return without(given, site, DROPPED) if DROPPED.startswith(f"{site}: ") else given


def _note(where: dict[str, set[str]], write: dynamodb.Write) -> None:
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
    for one in terms_of(write.condition):
        where[name_of(getattr(write, "_site", "a test"), one)].add(test)


def _write(table: dynamodb.Table, write: dynamodb.Write) -> Item:
    try:
        return _real_write(table, write)
    except ConditionFailedError:
        _note(_refused, write)
        raise


def _transact(table: dynamodb.Table, writes: Iterable[dynamodb.Write]) -> None:
    members = list(writes)
    try:
        _real_transact(table, members)
    except ConditionFailedError:
        for one in members:
            _note(_refused, one)
        raise


def pytest_configure(config: pytest.Config) -> None:
    dynamodb.Write.__init__ = _init  # type: ignore[method-assign, assignment]
    dynamodb.Write.parameters = _parameters  # type: ignore[method-assign, assignment]

    dynamodb.Table.write = _write  # type: ignore[method-assign, assignment]
    dynamodb.Table.transact = _transact  # type: ignore[method-assign, assignment]


def pytest_sessionfinish(session: pytest.Session) -> None:
    if NOTED:
        found = {
            term: [*sorted(_refused[term]), *sorted(tests - _refused[term])]
            for term, tests in sorted(_met.items())
        }
        Path(NOTED).write_text(json.dumps(found), "utf-8")
