"""Event source filters: EventBridge's pattern language, as far as Lambda's FilterCriteria take it.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping
from typing import Any

from local.template import TemplateError

_ABSENT = object()
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def filters_of(properties: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The checked patterns of an event source mapping. Raises TemplateError for one not known."""
    declared = properties.get("FilterCriteria", {}).get("Filters", [])
    patterns = [json.loads(one["Pattern"]) for one in declared]
    for pattern in patterns:
        _check(pattern)
    return patterns


def passes(record: Mapping[str, Any], patterns: list[Mapping[str, Any]]) -> bool:
    """Whether a record matches any of the patterns, or there are none."""
    return not patterns or any(_matches(pattern, record) for pattern in patterns)


def _check(pattern: Any) -> None:
    if not isinstance(pattern, dict) or not pattern:
        raise TemplateError("A filter pattern must be an object with at least one field.")
    for name, rule in pattern.items():
        if name.startswith("$"):
            raise TemplateError(f"The local run does not know {name} in a filter pattern.")
        if isinstance(rule, dict):
            _check(rule)
        elif isinstance(rule, list) and rule:
            for one in rule:
                _matches_one(one, "")
        else:
            raise TemplateError(f"The filter pattern's {name} must be a list or an object.")


def _matches(pattern: Mapping[str, Any], value: Any) -> bool:
    for name, rule in pattern.items():
        found = value.get(name, _ABSENT) if isinstance(value, Mapping) else _ABSENT
        if isinstance(rule, Mapping):
            if not _matches(rule, found):
                return False
            continue
        candidates = found if isinstance(found, list) and found else [found]
        if not any(_matches_one(one, candidate) for one in rule for candidate in candidates):
            return False
    return True


def _matches_one(rule: Any, value: Any) -> bool:
    if not isinstance(rule, Mapping):
        # In Python True == 1, in JSON not.
        return value is not _ABSENT and type(value) is type(rule) and value == rule
    if len(rule) != 1:
        raise TemplateError("A filter rule must have exactly one operator.")
    (name, argument) = next(iter(rule.items()))
    match name:
        case "exists":
            return (value is not _ABSENT) is argument
        case "prefix" if isinstance(argument, str):
            return isinstance(value, str) and value.startswith(argument)
        case "suffix" if isinstance(argument, str):
            return isinstance(value, str) and value.endswith(argument)
        case "anything-but" if not isinstance(argument, Mapping):
            refused = argument if isinstance(argument, list) else [argument]
            return value is not _ABSENT and value not in refused
        case "numeric" if isinstance(argument, list) and set(argument[::2]) <= set(_COMPARISONS):
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            pairs = zip(argument[::2], argument[1::2], strict=True)
            return is_number and all(_COMPARISONS[sign](value, bound) for sign, bound in pairs)
    raise TemplateError(f"The local run does not know {json.dumps(rule)} in a filter pattern.")
