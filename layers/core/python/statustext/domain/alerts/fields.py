"""What readers take out of bodies that anybody may have written: every value may be of any type.

Each gives a value of the type it promises, bounded and printable, or its empty one.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from statustext.domain.team.routing import Level

MOST_LABELS = 60
LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_LABEL, LONGEST_LINK = 255, 2000, 200, 1000
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_MILLISECONDS_FROM = 100_000_000_000
"""A greater number of seconds would be a year beyond 5138."""

_LEVELS = {
    Level.CRITICAL: "critical crit page fatal emergency disaster p1 sev1 1",
    Level.ERROR: "error err high major alert severe p2 sev2 2",
    Level.WARNING: "warning warn medium minor average p3 sev3 3",
    Level.INFO: "info information informational low none notice p4 p5 sev4 sev5 4 5",
    Level.GOOD: "good ok success",
}
_LEVEL_OF = {word: level for level, words in _LEVELS.items() for word in words.split()}


def mapping(given: object, *path: str) -> Mapping[str, Any]:
    """The object at a path; an empty one where there is none."""
    for name in path:
        given = given.get(name) if isinstance(given, dict) else None
    return given if isinstance(given, dict) else {}


def items(given: object) -> list[Any]:
    """A list; an empty one for anything else."""
    return given if isinstance(given, list) else []


def text(given: object, longest: int = LONGEST_TITLE) -> str:
    """Text or a number, as one line or several, without what cannot be printed."""
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return ""
    try:
        written = str(given)[: 4 * longest]
    except ValueError:  # an integer of thousands of digits
        return ""
    cleaned = "".join(one if one.isprintable() or one == "\n" else " " for one in written)
    return cleaned.strip()[:longest].strip()


def first(*given: object, longest: int = LONGEST_TITLE) -> str:
    """The first of the values that holds text."""
    return next((found for one in given if (found := text(one, longest))), "")


def link(*given: object) -> str:
    """The first of the values that is a web address."""
    for one in given:
        found = text(one, LONGEST_LINK + 1)
        is_address = found.startswith(("https://", "http://")) and not set(found) & set(' "<>\n')
        if is_address and len(found) <= LONGEST_LINK:
            return found
    return ""


def labels(*given: object) -> dict[str, str]:
    """The names and values of some objects, the earlier before the later, at most MOST_LABELS."""
    found: dict[str, str] = {}
    for one in given:
        for name, value in one.items() if isinstance(one, dict) else ():
            said, told = text(name, LONGEST_LABEL), text(value, LONGEST_LABEL)
            if said and told and len(found) < MOST_LABELS:
                found.setdefault(said, told)
    return found


def tags(given: object) -> dict[str, str]:
    """Labels from Datadog's way of writing them, `env:prod,team:web`, or from a list of such."""
    listed: Iterable[Any] = given.split(",") if isinstance(given, str) else items(given)
    pairs = (text(one).partition(":") for one in listed)
    return labels({name.strip(): value.strip() for name, _, value in pairs})


def moment(*given: object) -> float | None:
    """The first of the values that is a moment between 1970 and 2100, in seconds since the epoch:
    ISO 8601 (UTC where it names no offset), or a number of seconds or milliseconds."""
    return next((found for one in given if (found := _moment(text(one, 40))) is not None), None)


def _moment(written: str) -> float | None:
    try:
        seconds = float(written)
        seconds = seconds / 1000 if seconds >= _MILLISECONDS_FROM else seconds
    except ValueError:
        try:
            read = datetime.fromisoformat(written)
            seconds = (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            return None
    return seconds if 0 < seconds < _LATEST else None  # Go's zero time is in the year 1


def level_of(*given: object, otherwise: Level = Level.ERROR) -> Level:
    """The first of the words that names a level, in any of the usual vocabularies."""
    words = (text(one, 40).casefold() for one in given)
    return next((_LEVEL_OF[word] for word in words if word in _LEVEL_OF), otherwise)


def fingerprint(*parts: object) -> str:
    """The parts as one name; a long one by its hash."""
    joined = "|".join(found for one in parts if (found := text(one, 2000)))
    return joined if len(joined) <= 120 else hashlib.sha256(joined.encode()).hexdigest()[:32]
