"""The wording of every text: one template per event and page, and what may be saved as one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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

__all__ = [
    "DEFAULTS",
    "LONGEST",
    "MAX_SEGMENTS",
    "SAMPLES",
    "Event",
    "TemplateCheck",
    "TemplateError",
    "check",
    "render",
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

# Welcome and help carry what CTIA's Messaging Principles §5.1.3 asks of a programme's texts: brand,
# frequency, rates, HELP or a contact, STOP.
# Fullest first: what does not fit the budget uncut leaves out the link, then the time it took.
WORDINGS: Mapping[Event, tuple[str, ...]] = {
    Event.CREATED: (
        "[{{page}}] {{Severity}} incident: {{title}} {{url}}",
        "[{{page}}] {{Severity}} incident: {{title}}",
    ),
    Event.UPDATED: (
        "[{{page}}] Update: {{title}} - {{Status}} {{url}}",
        "[{{page}}] Update: {{title}} - {{Status}}",
    ),
    Event.RESOLVED: (
        "[{{page}}] Resolved after {{duration}}: {{title}} {{url}}",
        "[{{page}}] Resolved after {{duration}}: {{title}}",
        "[{{page}}] Resolved: {{title}}",
    ),
    Event.MAINTENANCE_SCHEDULED: (
        "[{{page}}] Maintenance {{starts}} to {{ends}}: {{title}} {{url}}",
        "[{{page}}] Maintenance {{starts}} to {{ends}}: {{title}}",
    ),
    Event.MAINTENANCE_REMINDER: (
        "[{{page}}] Reminder: maintenance {{starts}} to {{ends}}: {{title}} {{url}}",
        "[{{page}}] Reminder: maintenance {{starts}} to {{ends}}: {{title}}",
    ),
    Event.MAINTENANCE_RESCHEDULED: (
        "[{{page}}] Maintenance moved, now {{starts}} to {{ends}}: {{title}} {{url}}",
        "[{{page}}] Maintenance moved, now {{starts}} to {{ends}}: {{title}}",
    ),
    Event.MAINTENANCE_STARTED: (
        "[{{page}}] Maintenance started, until {{ends}}: {{title}} {{url}}",
        "[{{page}}] Maintenance started, until {{ends}}: {{title}}",
    ),
    Event.MAINTENANCE_UPDATED: (
        "[{{page}}] Maintenance {{starts}} to {{ends}}, {{status}}: {{title}} {{url}}",
        "[{{page}}] Maintenance {{starts}} to {{ends}}, {{status}}: {{title}}",
    ),
    Event.MAINTENANCE_COMPLETED: (
        "[{{page}}] Maintenance completed: {{title}} {{url}}",
        "[{{page}}] Maintenance completed: {{title}}",
    ),
    Event.SUMMARY: ("[{{page}}] Status: {{message}}",),
    Event.VERIFICATION: (
        "[{{page}}] Your code is {{code}}. It expires in 10 minutes. "
        "If you did not ask for it, ignore this text. Reply STOP to opt out.",
    ),
    Event.WELCOME: (
        "[{{page}}] You get status alerts now. Msg frequency varies. "
        "Msg & data rates may apply. Reply HELP for help, STOP to opt out.",
    ),
    Event.HELP: (
        "[{{page}}] Help: {{url}} Msg frequency varies. "
        "Msg & data rates may apply. Reply STOP to opt out.",
    ),
}
DEFAULTS: Mapping[Event, str] = {event: wordings[0] for event, wordings in WORDINGS.items()}
"""What a page without a template of its own says, where it fits."""

WITHOUT_TIMES: Mapping[Event, str] = {
    Event.MAINTENANCE_SCHEDULED: "[{{page}}] Maintenance scheduled: {{title}}",
    Event.MAINTENANCE_REMINDER: "[{{page}}] Reminder of the maintenance: {{title}}",
    Event.MAINTENANCE_RESCHEDULED: "[{{page}}] Maintenance moved: {{title}}",
    Event.MAINTENANCE_STARTED: "[{{page}}] Maintenance started: {{title}}",
    Event.MAINTENANCE_UPDATED: "[{{page}}] Maintenance {{status}}: {{title}}",
}
"""For a maintenance that has no schedule."""

_LEFT_OUT = frozenset({"url", *TIME_VARIABLES})
"""Variables without which a default has another wording."""

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


def variables(event: Event) -> tuple[str, ...]:
    """The variables a template of this event may use."""
    if event not in _NOT_ANNOUNCEMENTS:
        return (*INCIDENT_VARIABLES, *_TIMES.get(event, ()))
    return ("code", "url", "page") if event is Event.VERIFICATION else ("url", "page")


def wording_for(event: Event, values: Mapping[str, str], budget: int) -> str:
    """The default's wording that says most within the budget with nothing cut; where none does,
    the shortest, whose values are then cut."""
    known = [
        template
        for template in WORDINGS[event]
        if all(values.get(name) for name in _LEFT_OUT.intersection(VARIABLE.findall(template)))
    ]
    fitting = (one for one in known if count(uncut(one, values)).segments <= budget)
    return next(fitting, known[-1] if known else WITHOUT_TIMES[event])


def check(event: Event, template: str, *, page: str, budget: int = 1) -> TemplateCheck:
    """Check a template before it is saved for a page named `page`.

    Raises TemplateError. Announcements must fit `budget` segments with the longest realistic
    values cut; verification, welcome and help, whose wording the law fills, MAX_SEGMENTS.
    """
    check_budget(budget)
    _check_wording(event, template)
    longest = {**LONGEST, "page": page}
    fitted = count(render(template, longest, budget))
    allowed = MAX_SEGMENTS if event in _NOT_ANNOUNCEMENTS else budget
    if fitted.segments > allowed:
        raise TemplateError(
            "too_long",
            f"Shorten the template: even with its values cut it takes {fitted.segments} segments, "
            f"and {allowed} are allowed.",
        )
    preview = render(template, {**SAMPLES, "page": page}, budget)
    return TemplateCheck(
        encoding=count(preview).encoding,
        segments=count(uncut(template, longest)).segments,
        fitted_segments=fitted.segments,
        preview=preview,
        ucs2_characters=tuple(sorted(set(literals(template)) - GSM7)),
    )


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
