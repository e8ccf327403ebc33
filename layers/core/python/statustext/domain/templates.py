"""The wording of every text: one template per event, language and page, and what may be saved as
one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from statustext.domain.language import Language
from statustext.domain.moments import lasting, moment
from statustext.domain.rendering import (
    INCIDENT_VARIABLES,
    MAX_SEGMENTS,
    TIME_VARIABLES,
    VARIABLE,
    check_budget,
    literals,
    render,
    uncut,
    wording,
)
from statustext.domain.segments import GSM7, Encoding, count
from statustext.domain.wordings import wordings_in

__all__ = [
    "LONGEST",
    "MAX_SEGMENTS",
    "SAMPLES",
    "Event",
    "TemplateCheck",
    "TemplateError",
    "check",
    "check_default",
    "default",
    "key_of",
    "read_key",
    "render",
    "samples_in",
    "variables",
    "wording_for",
]

MAX_TEMPLATE_CHARS = 1000


class Event(StrEnum):
    """What a text tells; each has one template per page."""

    CREATED = "created"
    UPDATED = "updated"
    RESOLVED = "resolved"
    MAINTENANCE_SCHEDULED = "maintenance_scheduled"
    MAINTENANCE_REMINDER = "maintenance_reminder"
    MAINTENANCE_RESCHEDULED = "maintenance_rescheduled"
    MAINTENANCE_STARTED = "maintenance_started"
    MAINTENANCE_UPDATED = "maintenance_updated"
    MAINTENANCE_COMPLETED = "maintenance_completed"
    SUMMARY = "summary"
    VERIFICATION = "verification"
    WELCOME = "welcome"
    HELP = "help"


_NOT_ANNOUNCEMENTS = frozenset({Event.VERIFICATION, Event.WELCOME, Event.HELP})

_TIMES: Mapping[Event, tuple[str, ...]] = {
    Event.MAINTENANCE_SCHEDULED: ("starts", "ends"),
    Event.MAINTENANCE_REMINDER: ("starts", "ends"),
    Event.MAINTENANCE_RESCHEDULED: ("starts", "ends"),
    Event.MAINTENANCE_STARTED: ("starts", "ends"),
    Event.MAINTENANCE_UPDATED: ("starts", "ends"),
    Event.RESOLVED: ("duration",),
    Event.MAINTENANCE_COMPLETED: ("duration",),
}
"""What an event's texts may say of time. In other events it is not known yet, or says nothing."""

_LEFT_OUT = frozenset({"url", *TIME_VARIABLES})
"""Variables without which a default has another wording."""

_SAMPLE_START = 1_800_104_400.0  # 16 January 2027, 08:00 in New York
_SAMPLE_ZONE = ZoneInfo("America/New_York")
_SAMPLE_DURATION = 85 * 60.0
SAMPLES: Mapping[str, str] = {
    "title": "Elevated API error rates",
    "severity": "major",
    "status": "monitoring",
    "message": "A fix is in place and error rates are falling. We keep watching.",
    "service": "API",
    "url": "https://status.example.com",
    "code": "123456",
    "starts": "Sat 16 Jan 08:00 EST",
    "ends": "10:00",
    "duration": "1 h 25 min",
}
LONGEST: Mapping[str, str] = {
    "title": "Title" * 24,  # 120
    "severity": "maintenance",
    "status": "investigating",
    "message": "Words" * 100,  # 500
    "service": "Names" * 12,  # 60
    "url": "https://status.example.com/incidents/" + "a" * 23,  # 60
    "code": "123456",
    "starts": "Wed 30 Sep 23:59 +1245",
    "ends": "Thu 31 Dec 23:59 +1245",
    "duration": "99 days 23 h",
}


class TemplateError(ValueError):
    """A template that may not be saved. `code` is for programs, `message` says what to do.

    Codes: empty, too_long, unbalanced_braces, unknown_variable, code_missing, stop_missing.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class TemplateCheck:
    """What a template costs. `encoding` and `preview` are with sample values, `segments` with the
    longest realistic values uncut, `fitted_segments` with them cut to the budget.
    `ucs2_characters` are the template's own characters that make every text UCS-2."""

    encoding: Encoding
    segments: int
    fitted_segments: int
    preview: str
    ucs2_characters: tuple[str, ...]


def key_of(event: Event, language: Language) -> str:
    """Under which name a page keeps its own template of an event in a language."""
    return event.value if language is Language.EN else f"{event.value}_{language.value}"


def read_key(key: str) -> tuple[Event, Language]:
    """The event and language of such a name. Raises ValueError for another."""
    for language in Language:
        if language is not Language.EN and key.endswith(f"_{language.value}"):
            return Event(key.removesuffix(f"_{language.value}")), language
    return Event(key), Language.EN


def default(event: Event, language: Language) -> str:
    """What a page without a template of its own says, where it fits."""
    return wordings_in(language).events[event.value][0]


def variables(event: Event) -> tuple[str, ...]:
    """The variables a template of this event may use."""
    if event not in _NOT_ANNOUNCEMENTS:
        return (*INCIDENT_VARIABLES, *_TIMES.get(event, ()))
    return ("code", "url", "page") if event is Event.VERIFICATION else ("url", "page")


def wording_for(
    event: Event, values: Mapping[str, str], budget: int, language: Language = Language.EN
) -> str:
    """The default's wording that says most within the budget with nothing cut; where none does,
    the shortest, whose values are then cut."""
    words = wordings_in(language)
    known = [
        template
        for template in words.events[event.value]
        if all(values.get(name) for name in _LEFT_OUT.intersection(VARIABLE.findall(template)))
    ]
    fitting = (one for one in known if count(uncut(one, values)).segments <= budget)
    return next(fitting, known[-1] if known else words.without_times[event.value])


def check(
    event: Event, template: str, *, page: str, budget: int = 1, language: Language = Language.EN
) -> TemplateCheck:
    """Check a template before it is saved for a page named `page`, for texts in a language.

    Raises TemplateError. Announcements must fit `budget` segments with the longest realistic
    values cut; verification, welcome and help, whose wording the law fills, MAX_SEGMENTS.
    """
    check_budget(budget)
    _check_wording(event, template)
    fitted = count(render(template, _longest_in(language, page), budget))
    allowed = MAX_SEGMENTS if event in _NOT_ANNOUNCEMENTS else budget
    if fitted.segments > allowed:
        raise TemplateError(
            "too_long",
            f"Shorten the template: even with its values cut it takes {fitted.segments} segments, "
            f"and {allowed} are allowed.",
        )
    preview = render(template, {**samples_in(language), "page": page}, budget)
    return _checked(template, _longest_in(language, page), fitted.segments, preview)


def check_default(event: Event, language: Language, *, page: str, budget: int) -> TemplateCheck:
    """The same of the default, which says less where there is less room."""
    longest, samples = _longest_in(language, page), {**samples_in(language), "page": page}
    fitted = render(wording_for(event, longest, budget, language), longest, budget)
    preview = render(wording_for(event, samples, budget, language), samples, budget)
    return _checked(default(event, language), longest, count(fitted).segments, preview)


def _checked(
    template: str, longest: Mapping[str, str], fitted_segments: int, preview: str
) -> TemplateCheck:
    return TemplateCheck(
        encoding=count(preview).encoding,
        segments=count(uncut(template, longest)).segments,
        fitted_segments=fitted_segments,
        preview=preview,
        ucs2_characters=tuple(sorted(set(literals(template)) - GSM7)),
    )


def samples_in(language: Language) -> Mapping[str, str]:
    """Sample values as a language says them."""
    words = wordings_in(language)
    return {
        **SAMPLES,
        "severity": words.impacts[SAMPLES["severity"]],
        "status": words.statuses[SAMPLES["status"]],
        "starts": moment(_SAMPLE_START, _SAMPLE_ZONE, words.calendar),
        "duration": lasting(_SAMPLE_DURATION, words.units),
    }


def _longest_in(language: Language, page: str) -> Mapping[str, str]:
    words = wordings_in(language)
    return {
        **LONGEST,
        "page": page,
        "severity": max(words.impacts.values(), key=len),
        "status": max(words.statuses.values(), key=len),
    }


def _check_wording(event: Event, template: str) -> None:
    used = wording(template)  # what people get, so what is checked
    if max(len(template), len(used)) > MAX_TEMPLATE_CHARS:
        raise TemplateError(
            "too_long", f"Shorten the template to at most {MAX_TEMPLATE_CHARS} characters."
        )
    if not used:
        raise TemplateError("empty", "Write the text of the template.")
    literal = VARIABLE.sub(" ", used)
    if "{" in literal or "}" in literal:
        raise TemplateError(
            "unbalanced_braces", "Write every variable as {{name}}, and no other braces."
        )
    allowed = variables(event)
    names = [name.strip() for name in VARIABLE.findall(used)]
    if unknown := [name for name in names if name not in allowed]:
        known = ", ".join(f"{{{{{name}}}}}" for name in allowed)
        raise TemplateError(
            "unknown_variable",
            f"There is no variable {{{{{unknown[0][:40]}}}}} in the {event} text. Use {known}.",
        )
    if event is Event.VERIFICATION and "code" not in names:
        raise TemplateError("code_missing", "Add {{code}}: without it nobody can verify.")
    if event in _NOT_ANNOUNCEMENTS and not re.search(r"\bstop\b", literal, re.IGNORECASE):
        raise TemplateError("stop_missing", "Say how to opt out: add “Reply STOP to opt out.”")
