"""What is texted in each language: one module each, loaded when somebody is texted in it.

Texts keep to GSM-7 where the language allows it, as one other character makes a text cost double:
Spanish, Portuguese and French choose words without á, ã, ç or ê, Polish leaves its marks out, as
texts in Polish usually do. STOP, HELP and the other words to reply stay what a carrier and we read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module

from statustext.domain.language import Language
from statustext.domain.moments import Calendar, Units


class Answer(StrEnum):
    """Answers to keywords, the link to one's own subscription, and the question whether a number is
    still theirs."""

    NO_INCIDENT = "no_incident"
    INCIDENTS = "incidents"
    MUTED = "muted"
    UNMUTED = "unmuted"
    NOTHING_TO_MUTE = "nothing_to_mute"
    PAUSED = "paused"
    HOW_TO_PAUSE = "how_to_pause"
    RESUMED = "resumed"
    CRITICAL = "critical"
    ALL = "all"
    LIST = "list"
    HOW_TO_STOP = "how_to_stop"
    LANGUAGE = "language"
    MANAGE = "manage"
    STILL_YOURS = "still_yours"


@dataclass(frozen=True)
class Wishes:
    """How LIST says what somebody gets. `quiet` has {hours}, `nothing_until` has {moment}."""

    every_impact: str
    every_component: str
    new_incidents: str
    updates: str
    resolutions: str
    maintenance: str
    quiet: str
    no_quiet_hours: str
    nothing_until: str
    none: str


@dataclass(frozen=True)
class Wordings:
    """One language. `events` are templates by event, fullest first; `without_times` those for a
    maintenance without a schedule. `impacts` and `statuses` are by their values, `more` has
    {number}."""

    events: Mapping[str, tuple[str, ...]]
    without_times: Mapping[str, str]
    impacts: Mapping[str, str]
    statuses: Mapping[str, str]
    more: str
    calendar: Calendar
    units: Units
    answers: Mapping[Answer, str]
    wishes: Wishes


@cache
def wordings_in(language: Language) -> Wordings:
    """The default texts and the words of a language."""
    module = import_module(f"{__name__}.{language.value}")
    found: Wordings = module.WORDINGS
    return found


def with_link(text: str, *shorter: str) -> tuple[str, ...]:
    """A text with the page's address, the same without it, and then what is `shorter`."""
    return (f"{text} {{{{url}}}}", text, *shorter)
