"""The page at `/`: how it is now, what is being done, and how the last weeks were."""

from collections.abc import Sequence
from datetime import date, timedelta

from markupsafe import Markup

from statustext.flows.showing_publicly.documents import DOCUMENTS, UNDER_WAY, Snapshot, is_over
from statustext.flows.showing_publicly.html import components, incidents
from statustext.flows.showing_publicly.html.view import TONES, View, icon
from statustext.flows.showing_publicly.statuspage_v2 import Shape

SHOWN_DAYS = 14
"""Days of history below the components; the rest is a press away."""


def overview(taken: Snapshot, view: View) -> Markup:
    """What is between the header and the footer."""
    summary = DOCUMENTS["summary"](taken)
    planned = summary["scheduled_maintenances"]
    going_on = [*summary["incidents"], *(one for one in planned if one["status"] in UNDER_WAY)]
    return Markup().join(
        [
            banner(summary["status"], summary["incidents"], view),
            _going_on(going_on, view),
            components.section(taken, view),
            incidents.upcoming([one for one in planned if one["status"] == "scheduled"], view),
            _past(taken, view),
        ]
    )


def banner(status: Shape, open_incidents: Sequence[Shape], view: View) -> Markup:
    """The state of everything in one line. Where no component is touched, an open incident is told
    all the same: nobody reads "operational" over one."""
    tone, said = TONES[status["indicator"]], view.say(status["description"])
    if tone == "ok" and open_incidents:
        worst = max(open_incidents, key=lambda one: _RANK.index(one["impact"]))
        tone, said = TONES[worst["impact"]], view.say("Incident under way")
        tone = "care" if tone == "ok" else tone
    return Markup(
        '<div class="banner {}" data-indicator="{}" id="status">{}<h1>{}</h1></div>'
    ).format(tone, status["indicator"], icon(tone), said)


_RANK = ("none", "maintenance", "minor", "major", "critical")


def _going_on(found: Sequence[Shape], view: View) -> Markup:
    if not found:
        return Markup()
    return Markup(
        '<section aria-labelledby="now"><h2 id="now" class="unseen">{}</h2>{}</section>'
    ).format(view.say("Open incidents"), Markup().join(incidents.card(one, view) for one in found))


def _past(taken: Snapshot, view: View) -> Markup:
    days = by_day(taken, view)
    today = view.moment_of_now().date()
    listed = Markup()
    quiet: list[date] = []
    for back in range(SHOWN_DAYS):
        day = today - timedelta(days=back)
        if day not in days:
            quiet.append(day)
            continue
        listed += _quiet(quiet, view) + _day(day, days[day], view)
        quiet = []
    listed += _quiet(quiet, view)
    return Markup(
        '<section aria-labelledby="past"><div class="head"><h2 id="past">{}</h2></div>{}'
        '<p><a href="{}history{}">{}</a></p></section>'
    ).format(
        view.say("Past incidents"), listed, view.root, view.query, view.say("Incident history")
    )


def by_day(taken: Snapshot, view: View, *, with_open: bool = False) -> dict[date, list[Shape]]:
    """What is over, and what is under way where that is wanted too, by the day on which it began
    at the place of the page."""
    found: dict[date, list[Shape]] = {}
    for one in (*taken.incidents, *taken.maintenances):
        if is_over(one) or (with_open and one["status"] != "scheduled"):
            began = one["scheduled_for"] if "scheduled_for" in one else one["started_at"]
            found.setdefault(view.moment(began).date(), []).append(one)
    return found


def _day(day: date, found: Sequence[Shape], view: View, level: int = 3) -> Markup:
    return Markup('<div class="day"><h{}>{}</h{}>{}</div>').format(
        level,
        view.day(day),
        level,
        Markup().join(incidents.brief(one, view, level + 1) for one in found),
    )


def _quiet(days: Sequence[date], view: View) -> Markup:
    if not days:
        return Markup()
    heading = view.day(days[0])
    if len(days) > 1:
        heading = f"{view.day(days[-1])} – {heading}"
    return Markup('<div class="day"><h3>{}</h3><p class="dim">{}</p></div>').format(
        heading, view.say("No incidents.")
    )


def history(taken: Snapshot, view: View) -> Markup:
    """Everything that has begun, newest first."""
    days = by_day(taken, view, with_open=True)
    listed = Markup().join(
        _day(day, days[day], view, level=2) for day in sorted(days, reverse=True)
    )
    return Markup('<h1 class="title">{}</h1>{}').format(
        view.say("Incident history"),
        listed or Markup('<p class="dim">{}</p>').format(view.say("No incidents.")),
    )


def one_incident(one: Shape, view: View) -> Markup:
    """An incident's own page."""
    return Markup('<p><a href="{}">{}</a></p>{}').format(
        view.home, view.say("Current status"), incidents.card(one, view, level=1)
    )


def lost(view: View) -> tuple[str, Markup]:
    """The title of the page of an address behind which nothing is, and what it says."""
    title = view.say("This page does not exist.")
    return title, Markup('<h1 class="title">{}</h1><p><a href="{}">{}</a></p>').format(
        title, view.home, view.say("Current status")
    )
