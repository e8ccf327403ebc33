"""A pytest plugin: which tests tell a write without one of its condition's terms from the write as
it is, or the same suites with such a term left out.

`STATUSTEXT_TERMS` names a directory to note in, a file for each process of pytest: for each term,
the tests in which its condition without it would once have said something else of the row that was
there (other tests cannot tell), and how long each test took. `STATUSTEXT_DROP` names the term to
leave out. A term is whatever AND, OR or NOT joins, at any depth. It is known by the function that
makes the write, its own words, and those of what it is part of, without the numbers of incidents
and the names of a meter's counters.
"""

import contextlib
import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from local.lean_aws import conditions
from local.lean_aws import dynamodb as emulator
from local.lean_aws.requests import ConditionFailed, check
from local.lean_aws.table import unpacked
from statustext.adapters import dynamodb
from statustext.domain.quota import COUNTERS

OURS = "/statustext/"
NOTED, DROPPED = "STATUSTEXT_TERMS", "STATUSTEXT_DROP"

_real_init, _real_parameters = dynamodb.Write.__init__, dynamodb.Write.parameters
_sites: dict[tuple[str, str, str], str] = {}
"""The function that made the last write of a row under a condition."""
_told: dict[str, set[str]] = defaultdict(set)
"""Tests that tell, by term."""
_seconds: dict[str, float] = defaultdict(float)
_COUNTED = re.compile("|".join(COUNTERS))


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
        _, inside = _inside(condition)
        if inside:
            yield from terms_of(inside, within)
        elif condition and not within:
            yield condition
        return
    for part in parts:
        yield f"{part}, of {within}" if within else part
        _, inside = _inside(part)
        yield from terms_of(inside, part) if inside else ()


def left_of(condition: str, site: str, dropped: str, within: str = "") -> str:
    """An expression without the term of that name."""
    word, parts = joined(condition)
    if not word:
        before, inside = _inside(condition)
        if inside:
            return _again(before, left_of(inside, site, dropped, within))
        return "" if not within and name_of(site, condition) == dropped else condition
    kept = []
    for part in parts:
        if name_of(site, f"{part}, of {within}" if within else part) == dropped:
            continue
        before, inside = _inside(part)
        kept.append(_again(before, left_of(inside, site, dropped, part)) if inside else part)
    return word.join(filter(None, kept))


def _inside(part: str) -> tuple[str, str]:
    """What stands in the parentheses that are all of a part, and the NOT before them; "" for both
    where it is a plain term."""
    if joined(part)[0]:
        return "", part
    before = "NOT " if part.startswith("NOT (") else ""
    bare = part.removeprefix(before)
    if not (bare.startswith("(") and bare.endswith(")")):
        return "", ""
    return before, bare[1:-1]


def _again(before: str, inside: str) -> str:
    return f"{before}({inside})" if inside else ""


def name_of(site: str, term: str) -> str:
    """How a term is known."""
    return f"{site}: {_COUNTED.sub('counter', re.sub(r'(?<=[a-z])[0-9]+', '', term))}"


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
    if file == "adapters/sealed.py":  # the same write, with its addresses sealed
        return str(frame.f_locals["write"]._site)
    return f"{file} {frame.f_code.co_qualname}"


def _init(write: dynamodb.Write, *args: Any, **named: Any) -> None:
    _real_init(write, *args, **named)
    object.__setattr__(write, "_site", _site(sys._getframe(1)))


def _parameters(write: dynamodb.Write, table: str) -> dict[str, Any]:
    given, site = _real_parameters(write, table), getattr(write, "_site", "a test")
    if write.condition:
        _sites[write.condition, write.pk, write.sk] = site
    dropped = os.environ.get(DROPPED, "")
    return without(given, site, dropped) if dropped.startswith(f"{site}: ") else given


def names_of(write: dynamodb.Write) -> list[str]:
    """The names of the terms of a write that was made while sites were noted."""
    return [name_of(vars(write)["_site"], one) for one in terms_of(write.condition)]


@contextlib.contextmanager
def sites_noted() -> Iterator[None]:
    """Writes remember meanwhile which function made them."""
    dynamodb.Write.__init__ = _init  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        dynamodb.Write.__init__ = _real_init  # type: ignore[method-assign]


@lru_cache(maxsize=10_000)
def mutants(condition: str, site: str) -> list[tuple[str, conditions.Condition | None]]:
    """The names of a condition's terms, each with the condition that is left without it."""
    names = [name_of(site, one) for one in terms_of(condition)]
    left = [(name, left_of(condition, site, name)) for name in names]
    return [(name, conditions.condition(text) if text else None) for name, text in left]


def _check(
    condition: conditions.Condition | None, given: Mapping[str, Any], row: bytes | None
) -> Any:
    """As the emulator's own; notes which terms make a difference to what is said of this row."""
    text = given.get("ConditionExpression", "")
    item = {} if row is None else unpacked(row)
    expression = (
        given.get("ExpressionAttributeNames", {}),
        given.get("ExpressionAttributeValues", {}),
    )
    said = condition is None or condition.test(item, *expression)
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
    key = given.get("Key") or given["Item"]
    site = _sites.get((text, key["pk"]["S"], key["sk"]["S"]))
    for name, left in mutants(text, site) if site else ():
        tests = _told[name]  # met, even where it makes no difference
        if (left is None or left.test(item, *expression)) != said and test:
            tests.add(test)
    if not said:
        raise ConditionFailed(row)
    return check(condition, given, row)


def pytest_configure(config: pytest.Config) -> None:
    dynamodb.Write.__init__ = _init  # type: ignore[method-assign, assignment]
    dynamodb.Write.parameters = _parameters  # type: ignore[method-assign, assignment]
    if NOTED in os.environ:
        emulator.check = _check  # type: ignore[attr-defined]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _seconds[report.nodeid] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    if NOTED in os.environ:
        told = {term: sorted(tests) for term, tests in sorted(_told.items())}
        path = Path(os.environ[NOTED]) / f"{os.environ.get('PYTEST_XDIST_WORKER', 'only')}.json"
        path.write_text(json.dumps({"told": told, "seconds": _seconds}), "utf-8")
