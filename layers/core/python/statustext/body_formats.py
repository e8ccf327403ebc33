"""Request bodies as plain objects: JSON, and forms with Rails' brackets.

What two readers could take for two different things (a field named twice, a number no float holds)
is refused instead of guessed.
"""

import json
import math
import re
from typing import Any
from urllib.parse import parse_qsl

MAX_DEPTH = 20
"""Levels of arrays and objects in a body. DynamoDB stores 32."""

MAX_DIGITS = 4000
TOO_LARGE = "The body holds a number that is too large; send a smaller one."
TOO_DEEP = f"The body is nested too deeply; use at most {MAX_DEPTH} levels."
BAD_FORM = "The form cannot be read; name every field once, as in a=1 or a[b]=1 or a[]=1."
MAX_FIELDS = 200
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def read_json(text: str) -> Any:
    """The JSON value in `text`.

    Raises ValueError for what RFC 8259 does not define or allow, with the sentence for the caller.
    """
    if not text.strip():
        raise ValueError("The body is empty; send a JSON object.")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_without_repetition,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"The body is no JSON from {place} on; correct it there.") from None
    _check_depth(value)
    return value


def read_form(text: str) -> dict[str, Any]:
    """The fields of a form, nested as their names say. All values are text.

    `incident[name]=x` is an object, `services[]=x` an element of a list, and so is
    `services[0]=x` where the indices run from 0 without a gap. Raises ValueError with the sentence
    for the caller.
    """
    try:
        return _nested(text)
    except ValueError:
        raise ValueError(BAD_FORM) from None


def _nested(text: str) -> dict[str, Any]:
    pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    form: dict[str, Any] = {}
    for name, value in pairs:
        _put(form, _path(name), value)
    return {name: _with_lists(value) for name, value in form.items()}


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    given = dict(pairs)
    if len(given) < len(pairs):
        raise ValueError("The body names a field twice; name every field once.")
    return given


def _refuse_constant(name: str) -> None:
    raise ValueError(f"The body holds {name}, which JSON does not have; send a number or null.")


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(TOO_LARGE)
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(TOO_LARGE)
    return number


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                below += one.values()
            elif isinstance(one, list):
                below += one
        if not below:
            return
        level = below
    raise ValueError(TOO_DEEP)


def _path(name: str) -> list[str]:
    match = _NAME.fullmatch(name)
    path = [match[1], *match[2][1:-1].split("][")] if match and match[2] else [name]
    if match is None or len(path) > MAX_DEPTH or "" in path[:-1]:
        raise ValueError("a name that is none")
    return path


def _put(form: dict[str, Any], path: list[str], value: str) -> None:
    *parents, last = path
    if last == "":
        *parents, last = parents
    target = form
    for part in parents:
        target = target.setdefault(part, {})
        if not isinstance(target, dict):
            raise ValueError("a field that is also an object")
    if path[-1] == "":
        values = target.setdefault(last, [])
        if not isinstance(values, list):
            raise ValueError("a field that is also a list")
        values.append(value)
    elif last in target:
        raise ValueError("a field twice")
    else:
        target[last] = value


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    read = {name: _with_lists(one) for name, one in value.items()}
    indices = [str(index) for index in range(len(read))]
    return [read[index] for index in indices] if set(read) == set(indices) else read
