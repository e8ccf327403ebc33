"""Components by group, with their state and the last 90 days."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from markupsafe import Markup

from statustext.domain.component import ComponentStatus
from statustext.domain.uptime import DAYS, Day, Window, days, intervals, percent, window
from statustext.flows.showing_publicly.documents import Snapshot
from statustext.flows.showing_publicly.html.view import STATES, TONES, View, icon
from statustext.flows.showing_publicly.statuspage_v2 import Shape

STEP, BAR, HEIGHT = 4, 3, 34
"""Units of the drawing: from one day to the next, a day's width, its height."""

DAYS_ON_A_PHONE = 30
"""page.css shows the last third of the bars on a narrow screen."""

Histories = Mapping[str, Sequence[Day]]


def histories(taken: Snapshot, view: View) -> Histories:
    """The last 90 days of every component, by id."""
    seen = window(view.now, view.zone)
    return {one["id"]: _history(one, taken, seen, view) for one in taken.leaves}


def _history(one: Shape, taken: Snapshot, seen: Window, view: View) -> list[Day]:
    since = datetime.fromisoformat(one["created_at"]).timestamp()
    if one["start_date"]:
        there = ZoneInfo(view.zone)
        since = datetime.fromisoformat(one["start_date"]).replace(tzinfo=there).timestamp()
    changes = [
        (at, ComponentStatus(states[one["id"]][0]), ComponentStatus(states[one["id"]][1]))
        for at, states in taken.changes
        if one["id"] in states
    ]
    if changes:
        since = min(since, changes[0][0])
    current = ComponentStatus(one["status"])
    return days(seen, since, list(intervals(changes, current, since, view.now)))


def section(taken: Snapshot, view: View) -> Markup:
    """All components, those of a group folded in where nothing is wrong with them."""
    shown = [one for one in taken.components if not _is_hidden(one)]
    past = histories(taken, view)
    rows = Markup()
    for one in shown:
        if one["group"]:
            inside = [each for each in shown if each["group_id"] == one["id"]]
            rows += _group(one, inside, past, view) if inside else Markup()
        elif one["group_id"] is None:
            rows += Markup("<li>{}</li>").format(_row(one, past[one["id"]], view))
    if not rows:
        return Markup()
    return Markup(
        '<section aria-labelledby="components"><div class="head"><h2 id="components">{}</h2>'
        '<p class="dim">{}</p></div><ul class="card rows">{}</ul></section>'
    ).format(view.say("Components"), view.say("Uptime of the last {days} days", days=DAYS), rows)


def _is_hidden(one: Shape) -> bool:
    return bool(one["only_show_if_degraded"] and one["status"] == "operational")


def _group(one: Shape, inside: Sequence[Shape], past: Histories, view: View) -> Markup:
    rows = Markup().join(
        Markup("<li>{}</li>").format(_row(each, past[each["id"]], view)) for each in inside
    )
    is_open = Markup(" open") if one["status"] != "operational" else Markup()
    return Markup(
        '<li><details class="group" id="g-{}"{}><summary><span class="name">{}</span>{}</summary>'
        "{}<ul>{}</ul></details></li>"
    ).format(one["id"], is_open, one["name"], state(one["status"], view), _about(one), rows)


def _row(one: Shape, history: Sequence[Day], view: View) -> Markup:
    share = percent(history)
    said = (
        ""
        if share is None
        else view.say("{percent}% uptime", percent=view.speech.decimal(f"{share:.4g}"))
    )
    return Markup(
        '<div class="row"><span class="name">{}</span>{}</div>{}'
        '<div class="past"><div class="bars">{}</div>{}<span class="dim share">{}</span></div>'
    ).format(
        one["name"],
        state(one["status"], view),
        _about(one),
        bars(one, history, said, view),
        _legend(view),
        said,
    )


def _legend(view: View) -> Markup:
    """Where the bars begin and end. Screen readers are told the days themselves, with their
    dates, by the drawing's label."""
    return Markup(
        '<span class="dim from" aria-hidden="true"><span class="wide">{}</span>'
        '<span class="narrow">{}</span></span><span class="dim today" aria-hidden="true">{}</span>'
    ).format(
        view.say("{days} days ago", days=DAYS),
        view.say("{days} days ago", days=DAYS_ON_A_PHONE),
        view.say("Today"),
    )


def _about(one: Shape) -> Markup:
    if not one["description"]:
        return Markup()
    return Markup('<p class="dim about">{}</p>').format(one["description"])


def state(status: str, view: View) -> Markup:
    """A component's state in words, with its sign."""
    tone = TONES[status]
    return Markup('<span class="state {}">{}{}</span>').format(
        tone, icon(tone), view.say(STATES[status])
    )


def bars(one: Shape, history: Sequence[Day], said: str, view: View) -> Markup:
    """A bar a day. Days of one colour in a row are one dashed line: a hundred components are still
    a small page."""
    lines, place = Markup(), 0
    for tone, run in groupby(_tone(day) for day in history):
        length = len(list(run))
        lines += Markup('<path class="{}" d="M{} {}h{}"/>').format(
            tone, place * STEP, HEIGHT // 2, length * STEP - 1
        )
        place += length
    return Markup(
        '<svg class="days" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" '
        'aria-label="{}" data-from="{}" data-bad="{}">{}</svg>'
    ).format(
        len(history) * STEP - 1,
        HEIGHT,
        _told(one, history, said, view),
        history[0].date,
        json.dumps(_bad(history), separators=(",", ":")),
        lines,
    )


def _tone(day: Day) -> str:
    return TONES[day.worst.value] if day.worst else "unknown"


def _bad(history: Sequence[Day]) -> dict[int, str | list[str | int]]:
    """What the script shows of days that were not all well, by their place: the states and how many
    minutes they lasted; "" where nothing is known."""
    found: dict[int, str | list[str | int]] = {}
    for place, day in enumerate(history):
        if day.worst is None:
            found[place] = ""
        elif day.seconds:
            found[place] = [
                part
                for each, seconds in day.seconds.items()
                for part in (each.value, max(round(seconds / 60), 1))
            ]
    return found


def _told(one: Shape, history: Sequence[Day], said: str, view: View) -> str:
    """The bars in words, for who does not see them."""
    bad = [day for day in history if day.seconds]
    words = [f"{one['name']}: {said}" if said else one["name"]]
    words += [
        f"{view.day(day.date)}: {view.say(STATES[day.worst.value])}, "
        f"{view.span(sum(day.seconds.values()))}"
        for day in bad[-5:]
        if day.worst
    ]
    return ". ".join(words)
