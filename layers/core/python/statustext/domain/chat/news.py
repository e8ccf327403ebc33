"""What a chat is told of an incident, and how its words are kept from meaning something there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from statustext.domain.graphemes import graphemes
from statustext.domain.incident import Impact, Incident


class Tone(StrEnum):
    """How a message is coloured."""

    OVER = "over"
    PLANNED = "planned"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


@dataclass(frozen=True)
class Words:
    """What is not an operator's, in the reader's language."""

    affected: str = "Affected"
    details: str = "Details"
    manage: str = "Manage or unsubscribe"


@dataclass(frozen=True)
class News:
    """One update. `state` is its status in the reader's language; `details_url` is of the incident,
    empty where the page has no address, `manage_url` of the subscription or of its end."""

    page: str
    title: str
    state: str
    body: str
    tone: Tone
    components: tuple[str, ...] = ()
    details_url: str = ""
    manage_url: str = ""
    words: Words = Words()


def tone_of(incident: Incident) -> Tone:
    """The colour of an incident as it stands."""
    if incident.is_over:
        return Tone.OVER
    if incident.is_maintenance:
        return Tone.PLANNED
    return {Impact.MAJOR: Tone.MAJOR, Impact.CRITICAL: Tone.CRITICAL}.get(
        incident.impact, Tone.MINOR
    )


def fitted(
    text: str,
    limit: int,
    escape: Callable[[str], str] = str,
    keep: re.Pattern[str] | None = None,
) -> str:
    """`text`, escaped but for what `keep` finds, in at most `limit` UTF-16 units (what chats
    count). What does not fit ends in an ellipsis, never within a character or an escape."""
    start = text[: limit + 1]  # a character takes one unit or more
    pieces = [(piece, units(piece)) for piece in _pieces(start, escape, keep)]
    if sum(length for _, length in pieces) <= limit:
        return "".join(piece for piece, _ in pieces)
    kept, left = [], limit - 1
    for piece, length in pieces:
        if length > left:
            break
        kept.append(piece)
        left -= length
    return "".join(kept).rstrip() + "…"


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _pieces(text: str, escape: Callable[[str], str], keep: re.Pattern[str] | None) -> list[str]:
    found: list[str] = []
    end = 0
    for kept in keep.finditer(text) if keep else ():
        found += [escape(one) for one in graphemes(text[end : kept.start()])]
        found.append(kept.group())
        end = kept.end()
    return found + [escape(one) for one in graphemes(text[end:])]
