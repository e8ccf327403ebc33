"""Words by which somebody asks for something. Read only what `opt_out` says is OTHER: an
opt-out, and whatever might be one, always comes first."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from statustext.domain.language import Language, language_named


class Keyword(StrEnum):
    """What is asked for."""

    STATUS = "status"  # which incidents are open now
    MUTE = "mute"  # no more of the incident told last
    UNMUTE = "unmute"  # of all that were muted
    PAUSE = "pause"  # nothing for a while
    RESUME = "resume"
    CRITICAL = "critical"  # critical incidents only
    ALL = "all"  # every impact, component and maintenance, muted ones too
    LIST = "list"  # what one gets, and these words
    LANGUAGE = "language"  # to be texted in the one that is named
    JOIN = "join"  # to be subscribed
    HOW_TO_STOP = "how_to_stop"  # nobody's word: for a text that only might ask to stop


@dataclass(frozen=True)
class Command:
    """A keyword; for PAUSE with its seconds, 0 where how long cannot be read; for LANGUAGE with
    the one that is asked for."""

    keyword: Keyword
    seconds: int = 0
    language: Language | None = None


HOUR, DAY = 3600, 24 * 3600
PAUSE = 8 * HOUR
LONGEST_PAUSE = 7 * DAY
UNITS = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("", "h", "hr", "hrs", "hour", "hours"), HOUR),
    **dict.fromkeys(("d", "day", "days"), DAY),
    **dict.fromkeys(("w", "week", "weeks"), 7 * DAY),
}
_PHRASES = {
    Keyword.STATUS: r"status( report)?",
    Keyword.MUTE: r"mute( (this|it))?( (incident|one))?",
    Keyword.UNMUTE: r"unmute( (this|it|all|everything))?( (incident|incidents|alerts|one))?",
    Keyword.PAUSE: r"pause( (all|alerts|texts|messages))?",
    Keyword.RESUME: r"(resume|unpause)( (all|alerts|texts|messages))?",
    Keyword.CRITICAL: r"(critical( (incidents|alerts))?( only)?|only critical)",
    Keyword.ALL: r"all( (incidents|alerts))?",
    Keyword.LIST: r"list",
    Keyword.JOIN: r"join",
}
_FILLERS = r"( (please|pls|plz|now|thanks|thank you|thx))*"


def read(text: str) -> Command | None:
    """The command that the whole text is, in any case, with any punctuation; None for another text.

    A text that begins with PAUSE is one, whatever follows, so that somebody who wrote how long
    otherwise than we read it is told how.
    """
    folded = unicodedata.normalize("NFKC", text[:200]).casefold()
    said = " ".join(re.findall(r"[^\W_]+", folded))
    for keyword, phrase in _PHRASES.items():
        if re.fullmatch(phrase + _FILLERS, said):
            return Command(keyword, PAUSE if keyword is Keyword.PAUSE else 0)
    if language := language_named(re.sub(_FILLERS + "$", "", said)):
        return Command(Keyword.LANGUAGE, language=language)
    if said.startswith("pause "):
        return Command(Keyword.PAUSE, _seconds(said))
    return None


def _seconds(said: str) -> int:
    phrase = _PHRASES[Keyword.PAUSE] + r"( for)? (?P<number>[0-9]{1,4}) ?(?P<unit>[a-z]*)"
    found = re.fullmatch(phrase + _FILLERS, said)
    if found is None or found["unit"] not in UNITS:
        return 0
    return min(int(found["number"]) * UNITS[found["unit"]], LONGEST_PAUSE)
