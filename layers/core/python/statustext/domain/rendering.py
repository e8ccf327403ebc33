"""Filling a template and fitting the text to a segment budget.

Literals (where the STOP hint lives), URLs and codes are never cut; long values are, in the order
of `_CUTS`, at words where there are any, never inside a grapheme or a URL.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby
from unicodedata import category
from urllib.parse import urlsplit

from statustext.domain.graphemes import graphemes, is_extender
from statustext.domain.segments import (
    GSM7,
    clean,
    count,
    drop_symbols,
    is_symbol,
    replace_look_alikes,
)

MAX_SEGMENTS = 3
ELLIPSIS = "..."  # the single character would make the text UCS-2
INCIDENT_VARIABLES = (
    "title", "severity", "Severity", "status", "Status", "message", "service", "url", "page"
)  # fmt: skip
TIME_VARIABLES = ("starts", "ends", "duration")
# Cut in this order, each to this many graphemes at least. The page, the brand, is never lost, and
# the title, the subject, keeps something.
_CUTS = (("message", 0), ("title", 20), ("service", 12), ("page", 12), ("service", 0), ("title", 1))
MOST_MARKS = 8
"""On one character; scripts pile up half as many. More are no spelling, and could fill a text."""

VARIABLE = re.compile(r"\{\{([^{}\n]*)\}\}")
_Parts = tuple[tuple[str, str], ...]
_KNOWN = frozenset((*INCIDENT_VARIABLES, *TIME_VARIABLES, "code"))
_URL = re.compile(r"(?:https?://|www\.)\S+|(?:[\w-]+\.)+[a-z]{2,}/\S*", re.IGNORECASE)


def render(template: str, values: Mapping[str, str], budget: int = 1) -> str:
    """Fill a template and fit it to `budget` segments (1 to 3).

    Values are cleaned and their look-alikes replaced, and are never themselves expanded; a
    missing one is empty. Symbols are dropped from them when nothing else needs UCS-2, unless a
    value says nothing without them. When literals, URL, code and the shortest values exceed the
    budget, the text takes as many segments as those need, and no more. `severity` and `status` may
    be given as stored ("in_progress"); `{{Severity}}` and `{{Status}}` begin with a capital.
    Raises ValueError for a budget outside 1 to 3.
    """
    check_budget(budget)
    parts = _parse(template)
    values = _shown(parts, values)
    if _symbols_alone_need_ucs2(parts, values):
        values = _without_symbols(values)
    fitted = _fit(parts, values, budget)
    if _symbols_alone_need_ucs2(parts, fitted):  # what else needed it has been cut away
        fitted = _fit(parts, _without_symbols(values), budget)
    return _join(parts, fitted)


def uncut(template: str, values: Mapping[str, str]) -> str:
    """Fill a template without fitting it, to see what it would cost."""
    parts = _parse(template)
    return _join(parts, _shown(parts, values))


def wording(template: str) -> str:
    """A template as it is used: cleaned, and typographic characters replaced, its braces too."""
    return replace_look_alikes(clean(template)).strip()


def literals(template: str) -> str:
    """A template's own characters, as they are sent."""
    return "".join(text for text, _ in _parse(template))


def check_budget(budget: int) -> None:
    """Raise ValueError unless a segment budget is 1 to MAX_SEGMENTS."""
    if not 1 <= budget <= MAX_SEGMENTS:
        raise ValueError(f"The segment budget must be 1 to {MAX_SEGMENTS}, not {budget}.")


@lru_cache(maxsize=256)
def _parse(template: str) -> _Parts:
    """Pairs of a literal and the variable after it ("" after the last). An unknown variable in a
    template saved by an older program stays visible as text: a sender must not fail on it."""
    parts: list[tuple[str, str]] = []
    literal = ""
    pieces = VARIABLE.split(wording(template))
    for text, inside in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        name = inside.strip()
        literal += text
        if name in _KNOWN or not inside:
            parts.append((literal, name))
            literal = ""
        else:
            literal += f"{{{{{inside}}}}}"
    return tuple(parts)


def _join(parts: _Parts, values: Mapping[str, str]) -> str:
    return "".join([text + values.get(name, "") for text, name in parts]).strip()


def _shown(parts: _Parts, values: Mapping[str, str]) -> dict[str, str]:
    given = {"Severity": "severity", "Status": "status"}
    return {name: _value(name, values.get(given.get(name, name), "")) for _, name in parts if name}


def _value(name: str, value: str) -> str:
    value = clean(value).strip()
    if name == "url":
        return value  # another character would be another address
    if name != "message":
        value = " ".join(value.split())
    if name.lower() in ("severity", "status"):
        value = value.replace("_", " ").lower()
        if name.lower() == "severity" and value == "none":
            value = "no-impact"
        value = value.capitalize() if name[0].isupper() else value
    while value and is_extender(value[0]):  # it would change the template's own character
        value = value[1:]
    return replace_look_alikes(_with_few_marks(value))


def _with_few_marks(value: str) -> str:
    if len(value) <= MOST_MARKS or value.isascii():
        return value
    runs = groupby(value, lambda char: category(char) in ("Mn", "Me"))
    return "".join("".join(list(run)[: MOST_MARKS if is_mark else None]) for is_mark, run in runs)


def _symbols_alone_need_ucs2(parts: _Parts, values: Mapping[str, str]) -> bool:
    fixed = "".join(text for text, _ in parts) + values.get("url", "")
    strange = {char for value in values.values() for char in value} - GSM7
    return bool(strange) and GSM7.issuperset(fixed) and all(map(is_symbol, strange))


def _without_symbols(values: Mapping[str, str]) -> dict[str, str]:
    return {name: _without_its_symbols(value) for name, value in values.items()}


def _without_its_symbols(value: str) -> str:
    plain = drop_symbols(value)
    return plain if any(map(str.isalnum, plain)) else value


def _fit(parts: _Parts, values: Mapping[str, str], budget: int) -> Mapping[str, str]:
    fitted = _cut(parts, values, budget)
    least = count(_join(parts, fitted)).segments
    return fitted if least <= budget else _cut(parts, values, least)


def _cut(parts: _Parts, values: Mapping[str, str], budget: int) -> Mapping[str, str]:
    fitted = dict(values)
    for name, floor in _CUTS:
        if count(_join(parts, fitted)).segments <= budget:
            break
        if fitted.get(name):
            fitted[name] = _longest_cut(parts, fitted, name, values[name], floor, budget)
    return fitted


def _longest_cut(
    parts: _Parts, fitted: Mapping[str, str], name: str, value: str, floor: int, budget: int
) -> str:
    clusters = graphemes(value)
    if len(clusters) <= floor:
        return fitted[name]
    links = [found.span() for found in _URL.finditer(value)]

    def shortened(length: int) -> str:
        kept = _to_a_border("".join(clusters[:length]), value, links)
        if not kept:
            return _host(value) + ELLIPSIS if floor and links else ""
        glue = " " if any(end == len(kept) for _, end in links) else ""
        return kept + glue + ELLIPSIS

    # Fitting is monotone in the length: a longer prefix is cut no earlier, has no fewer units, and
    # can only change the encoding from GSM-7 to UCS-2.
    low, high = floor, len(clusters) - 1
    while low < high:
        middle = (low + high + 1) // 2
        text = _join(parts, {**fitted, name: shortened(middle)})
        if count(text).segments <= budget:
            low = middle
        else:
            high = middle - 1
    return min(shortened(low), fitted[name], key=len)


def _to_a_border(kept: str, value: str, links: list[tuple[int, int]]) -> str:
    """What is kept of a value, without the word or link that would be cut. A word is cut where
    there is no space in the half before it."""
    for start, end in links:
        if start < len(kept) < end:
            return kept[:start].rstrip()
    after = value[len(kept) : len(kept) + 1]
    if after and not after.isspace():
        space = max(kept.rfind(" "), kept.rfind("\n"))
        if space * 2 >= len(kept) > 1:
            kept = kept[:space]
    return kept.rstrip()


def _host(value: str) -> str:
    """Where a link leads, for a title that is nothing but one."""
    found = _URL.search(value)
    link = found.group() if found else ""
    return urlsplit(link if "://" in link else f"//{link}").netloc.removeprefix("www.")
