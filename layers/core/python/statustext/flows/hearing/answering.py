"""What subscribers ask for by text: done at once, answered by a text in the codes' lane.

The answer is worded when it is sent, from what holds then; its row says only what was asked.
"""

from collections.abc import Sequence
from typing import Any

from statustext.adapters.components import list_components
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.fixed_windows import spend
from statustext.adapters.holds import put_hold
from statustext.adapters.incidents import get_incident, list_incidents
from statustext.adapters.wishes import (
    choose_all,
    choose_critical,
    choose_language,
    mute,
    pause,
    unmute,
)
from statustext.domain.incident import Impact, Incident, Status
from statustext.domain.keywords import Command, Keyword
from statustext.domain.moments import moment, wall_zone
from statustext.domain.page import Page
from statustext.domain.quiet_hours import OFF
from statustext.domain.rendering import render
from statustext.domain.subscriber import ALL_IMPACTS, Subscriber
from statustext.domain.wordings import Answer, Wishes, Wordings, wordings_in

ANSWERS = ((5, 3600), (20, 24 * 3600))
"""Answers of all kinds to one number, and in how many seconds: two machines that answer each other
come to an end."""

SEGMENTS = 2
WORST = (Impact.CRITICAL, Impact.MAJOR, Impact.MINOR, Impact.NONE, Impact.MAINTENANCE)
LOOKED_AT = 100
"""Newest incidents among which STATUS looks for the open ones."""

_FIXED = {
    Keyword.HOW_TO_STOP: Answer.HOW_TO_STOP,
    Keyword.UNMUTE: Answer.UNMUTED,
    Keyword.RESUME: Answer.RESUMED,
    Keyword.CRITICAL: Answer.CRITICAL,
    Keyword.ALL: Answer.ALL,
    Keyword.LANGUAGE: Answer.LANGUAGE,
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
        case Keyword.LANGUAGE if command.language:
            return [choose_language(page, one, command.language, now)], asked
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
    """The answer's text in the person's language, in at most two segments. `row` is that of the
    direct text."""
    keyword = Keyword(row["keyword"])
    words = wordings_in(page.language_of(subscriber.preferences.language))
    values = {"page": page.name, "url": page.url, "message": "", "title": ""}
    match keyword:
        case Keyword.STATUS:
            values["message"] = _open_incidents(page, table, words)
            answer = Answer.INCIDENTS if values["message"] else Answer.NO_INCIDENT
        case Keyword.MUTE:
            incident = get_incident(table, page.id, row.get("incident", "none"))
            answer = Answer.MUTED if incident else Answer.NOTHING_TO_MUTE
            values["title"] = incident.name if incident else ""
        case Keyword.PAUSE:
            until = row.get("until")
            answer = Answer.PAUSED if until else Answer.HOW_TO_PAUSE
            values["message"] = _moment(until, page, subscriber, words) if until else ""
        case Keyword.LIST | Keyword.JOIN:  # who is subscribed already
            answer = Answer.LIST
            values["message"] = _wishes(page, subscriber, table, words, now)
        case _:
            answer = _FIXED[keyword]
    return render(words.answers[answer], values, SEGMENTS)


def _open_incidents(page: Page, table: Table, words: Wordings) -> str:
    found = [
        one
        for one in list_incidents(table, page.id, LOOKED_AT)
        if not one.is_over and one.status is not Status.SCHEDULED
    ]
    in_order = sorted(found, key=lambda one: WORST.index(one.impact))
    return "; ".join(_incident(one, words) for one in in_order)


def _incident(one: Incident, words: Wordings) -> str:
    status = words.statuses[one.status.value]
    if one.impact is not Impact.NONE:
        status = f"{words.impacts[one.impact.value]}, {status}"
    return f"{one.name} ({status})"


def _moment(seconds: float, page: Page, subscriber: Subscriber, words: Wordings) -> str:
    """A moment by the clock on the person's wall, where there is one, else by the page's."""
    own = subscriber.preferences.timezone
    return moment(seconds, wall_zone(own, subscriber.phone, page.timezone), words.calendar)


def _wishes(page: Page, subscriber: Subscriber, table: Table, words: Wordings, now: float) -> str:
    preferences, say = subscriber.preferences, words.wishes
    names = {one.id: one.name for one in list_components(table, page.id)}
    chosen = [names[one] for one in preferences.services if one in names]
    impacts = [
        words.impacts[one.value] if one is not Impact.NONE else one.value
        for one in WORST
        if one in preferences.severity_filter
    ]
    every = len(impacts) == len(ALL_IMPACTS)
    hours = preferences.quiet_hours or page.quiet_hours or OFF
    kinds = [getattr(say, name) for name in _KINDS if getattr(preferences, name)]
    said: Sequence[str] = (
        say.every_impact if every else _listed(impacts, say),
        _listed(chosen, say) if preferences.services else say.every_component,
        _listed(kinds, say),
        say.quiet.format(hours=hours) if hours != OFF else say.no_quiet_hours,
    )
    if subscriber.paused_until > now:
        until = _moment(subscriber.paused_until, page, subscriber, words)
        said = (say.nothing_until.format(moment=until), *said)
    return "; ".join(said)


_KINDS = ("new_incidents", "updates", "resolutions", "maintenance")


def _listed(chosen: Sequence[str], say: Wishes) -> str:
    return ", ".join(chosen) or say.none
