"""What subscribers ask for by text: done at once, answered by a text in the codes' lane.

The answer is worded when it is sent, from what holds then; its row says only what was asked.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from statustext.adapters.components import list_components
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.fixed_windows import spend
from statustext.adapters.holds import put_hold
from statustext.adapters.incidents import get_incident, list_incidents
from statustext.adapters.wishes import choose_all, choose_critical, mute, pause, unmute
from statustext.domain.incident import Impact, Incident, Status
from statustext.domain.keywords import Command, Keyword
from statustext.domain.moments import moment, wall_zone
from statustext.domain.page import Page
from statustext.domain.quiet_hours import OFF
from statustext.domain.rendering import render
from statustext.domain.subscriber import ALL_IMPACTS, Subscriber

ANSWERS = ((5, 3600), (20, 24 * 3600))
"""Answers of all kinds to one number, and in how many seconds: two machines that answer each other
come to an end."""

SEGMENTS = 2
WORST = (Impact.CRITICAL, Impact.MAJOR, Impact.MINOR, Impact.NONE, Impact.MAINTENANCE)
LOOKED_AT = 100
"""Newest incidents among which STATUS looks for the open ones."""

NO_INCIDENT = "[{{page}}] No open incidents. {{url}}"
INCIDENTS = "[{{page}}] Open now: {{message}}. {{url}}"
MUTED = "[{{page}}] Muted: {{title}}. You hear no more of it."
UNMUTED = "[{{page}}] No incident is muted any more: you hear again of all that you chose."
NOTHING_TO_MUTE = "[{{page}}] There is nothing to mute: you were told of no incident."
PAUSED = "[{{page}}] No alerts until {{message}}. Reply RESUME to get them before."
HOW_TO_PAUSE = "[{{page}}] Say how long, as in PAUSE 30 MIN, PAUSE 8H or PAUSE 2 DAYS (7 at most)."
RESUMED = "[{{page}}] Your alerts are on. Reply PAUSE 8H for a rest from them."
CRITICAL = (
    "[{{page}}] From now on you get critical incidents only, and no maintenance. Reply ALL for all."
)
ALL = (
    "[{{page}}] From now on you get incidents of every impact and component, and maintenance. "
    "Reply CRITICAL to get critical ones only."
)
LIST = (
    "[{{page}}] You get: {{message}}. Reply STATUS, MUTE, UNMUTE, PAUSE 8H, RESUME, CRITICAL, ALL, "
    "MANAGE, HELP or STOP."
)
HOW_TO_STOP = "[{{page}}] Your alerts go on. To end them, reply STOP; for a rest, PAUSE 8H."
_FIXED = {
    Keyword.HOW_TO_STOP: HOW_TO_STOP,
    Keyword.UNMUTE: UNMUTED,
    Keyword.RESUME: RESUMED,
    Keyword.CRITICAL: CRITICAL,
    Keyword.ALL: ALL,
}


def may_answer(page: str, subscriber: str, table: Table, now: float) -> bool:
    """Count an answer to this number; False where it had its share. What was asked is done all the
    same."""
    scopes = {window: f"{page}#answers in {window}#{subscriber}" for _, window in ANSWERS}
    return all(spend(table, scopes[window], most, window, now) for most, window in ANSWERS)


def carry_out(
    command: Command, subscriber: Subscriber, now: float
) -> tuple[list[Write], dict[str, Any]]:
    """The writes that do what an active subscriber asks, and what the answer's row remembers."""
    page, one = subscriber.page, subscriber.id
    asked: dict[str, Any] = {"keyword": command.keyword.value}
    muted = [incident for incident, thread in subscriber.threads.items() if thread.muted]
    match command.keyword:
        case Keyword.MUTE if incident := _told_last(subscriber):
            return [mute(page, one, incident)], {**asked, "incident": incident}
        case Keyword.UNMUTE if muted:
            return [unmute(page, one, muted)], asked
        case Keyword.PAUSE if command.seconds:
            until = now + command.seconds
            # Looked at then, and not only at the end of a longer pause that this one takes back.
            writes = [pause(page, one, until), put_hold(page, one, until)]
            return writes, {**asked, "until": until}
        case Keyword.RESUME:
            return [pause(page, one, 0), put_hold(page, one, now)], asked
        case Keyword.CRITICAL:
            return [choose_critical(page, one, now)], asked
        case Keyword.ALL:
            return [choose_all(page, one, muted, now)], asked
    return [], asked


def _told_last(subscriber: Subscriber) -> str:
    """The incident of the last text; of several in one, the one that it was sent for.

    A mark that is no text's (held, or of an update that was not for them) has its own time, and not
    that of the text before it: it counts only where no text is remembered.
    """
    found = [
        (bool(text := thread.claimed), thread.at, not (text and text.carried_by), incident)
        for incident, thread in subscriber.threads.items()
        if thread.told_as
    ]
    return max(found)[3] if found else ""


def wording(row: Item, page: Page, subscriber: Subscriber, table: Table, now: float) -> str:
    """The answer's text, in at most two segments. `row` is that of the direct text."""
    keyword = Keyword(row["keyword"])
    values = {"page": page.name, "url": page.url}
    match keyword:
        case Keyword.STATUS:
            template, values["message"] = _open_incidents(page, table)
        case Keyword.MUTE:
            incident = get_incident(table, page.id, row.get("incident", "none"))
            template, values["title"] = (
                (MUTED, incident.name) if incident else (NOTHING_TO_MUTE, "")
            )
        case Keyword.PAUSE:
            template, values["message"] = HOW_TO_PAUSE, ""
            if until := row.get("until"):
                template, values["message"] = PAUSED, _moment(until, page, subscriber)
        case Keyword.LIST:
            template, values["message"] = LIST, _wishes(page, subscriber, table, now)
        case _:
            template = _FIXED[keyword]
    return render(template, values, SEGMENTS)


def _open_incidents(page: Page, table: Table) -> tuple[str, str]:
    found = [
        one
        for one in list_incidents(table, page.id, LOOKED_AT)
        if not one.is_over and one.status is not Status.SCHEDULED
    ]
    shown = "; ".join(map(_incident, sorted(found, key=lambda one: WORST.index(one.impact))))
    return (INCIDENTS, shown) if found else (NO_INCIDENT, "")


def _incident(one: Incident) -> str:
    status = one.status.value.replace("_", " ")
    return f"{one.name} ({'' if one.impact is Impact.NONE else f'{one.impact.value}, '}{status})"


def _moment(seconds: float, page: Page, subscriber: Subscriber) -> str:
    """A moment by the clock on the person's wall, where there is one, else by the page's."""
    own = subscriber.preferences.timezone
    return moment(seconds, wall_zone(own, subscriber.phone, page.timezone))


def _wishes(page: Page, subscriber: Subscriber, table: Table, now: float) -> str:
    preferences = subscriber.preferences
    names = {one.id: one.name for one in list_components(table, page.id)}
    chosen = [names[one] for one in preferences.services if one in names]
    impacts = [one.value for one in WORST if one in preferences.severity_filter]
    every = len(impacts) == len(ALL_IMPACTS)
    hours = preferences.quiet_hours or page.quiet_hours or OFF
    said: Sequence[str] = (
        "every impact" if every else _listed(impacts),
        _listed(chosen) if preferences.services else "every component",
        _listed([word for name, word in _KINDS.items() if getattr(preferences, name)]),
        f"quiet {hours}" if hours != OFF else "no quiet hours",
    )
    if subscriber.paused_until > now:
        said = (f"nothing until {_moment(subscriber.paused_until, page, subscriber)}", *said)
    return "; ".join(said)


_KINDS: Mapping[str, str] = {
    "new_incidents": "new incidents",
    "updates": "updates",
    "resolutions": "resolutions",
    "maintenance": "maintenance",
}


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words) or "none"
