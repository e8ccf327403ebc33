"""Incidents and maintenances: as cards on the page, on a page of their own, as history."""

from collections.abc import Sequence

from markupsafe import Markup

from statustext.flows.showing_publicly.documents import is_over
from statustext.flows.showing_publicly.html.view import (
    IMPACTS,
    STATES,
    STATUSES,
    TONES,
    View,
    icon,
    paragraphs,
)
from statustext.flows.showing_publicly.statuspage_v2 import Shape


def card(one: Shape, view: View, level: int = 3) -> Markup:
    """An incident in full, its updates newest first."""
    return Markup(
        '<article class="card incident {}" id="{}" data-impact="{}">'
        '<h{}><a href="{}">{}</a></h{}>{}{}{}</article>'
    ).format(
        _tone(one),
        one["id"],
        one["impact"],
        level,
        address(one, view),
        one["name"],
        level,
        _facts(one, view),
        _affected(one, view),
        timeline(one, view),
    )


def address(one: Shape, view: View) -> str:
    """Where an incident's own page is."""
    return f"{view.root}incidents/{one['id']}{view.query}"


def _tone(one: Shape) -> str:
    return "over" if is_over(one) else TONES[one["impact"]]


def _facts(one: Shape, view: View) -> Markup:
    tone = TONES[one["impact"]]
    facts = [
        Markup('<span class="tag {}">{}{}</span>').format(
            tone, icon(tone), view.say(IMPACTS[one["impact"]])
        ),
        Markup('<span class="tag">{}</span>').format(view.say(STATUSES[one["status"]])),
    ]
    if "scheduled_for" in one:
        facts.append(
            Markup("<span>{} – {}</span>").format(
                view.time(one["scheduled_for"]), view.time(one["scheduled_until"])
            )
        )
    elif one["resolved_at"]:
        facts.append(Markup("<span>{}</span>").format(view.time(one["started_at"])))
        facts.append(
            Markup("<span>{}</span>").format(view.say("{span} long", span=_length(one, view)))
        )
    else:
        facts.append(
            Markup("<span>{} {}</span>").format(view.say("Since"), view.time(one["started_at"]))
        )
    return Markup('<p class="facts">{}</p>').format(Markup(" ").join(facts))


def _length(one: Shape, view: View) -> str:
    began = one["scheduled_for"] if "scheduled_for" in one else one["started_at"]
    lasted = view.moment(one["resolved_at"]) - view.moment(began)
    return view.span(lasted.total_seconds())


def _affected(one: Shape, view: View) -> Markup:
    if not one["components"]:
        return Markup()
    parts = [
        Markup('<li class="{}">{}{}<span class="unseen">: {}</span></li>').format(
            TONES[each["status"]], icon(TONES[each["status"]]), each["name"],
            view.say(STATES[each["status"]]),
        )
        for each in one["components"]
    ]  # fmt: skip
    return Markup('<ul class="affected" aria-label="{}">{}</ul>').format(
        view.say("Affected components"), Markup().join(parts)
    )


def timeline(one: Shape, view: View) -> Markup:
    """The updates, newest first."""
    return Markup('<ol class="timeline">{}</ol>').format(
        Markup().join(_update(update, view) for update in one["incident_updates"])
    )


def _update(update: Shape, view: View) -> Markup:
    changed = [
        view.say(
            "{component}: {state}",
            component=each["name"],
            state=view.say(STATES[each["new_status"]]),
        )
        for each in update["affected_components"] or ()
        if each["old_status"] != each["new_status"]
    ]
    return Markup('<li class="{}"><div class="when"><strong>{}</strong> {}</div>{}{}</li>').format(
        update["status"],
        view.say(STATUSES[update["status"]]),
        view.time(update["display_at"]),
        paragraphs(update["body"]) if update["body"] else "",
        Markup('<p class="dim">{}</p>').format(" · ".join(changed)) if changed else "",
    )


def brief(one: Shape, view: View, level: int = 4) -> Markup:
    """An incident as a line of the history."""
    last = one["incident_updates"][0]
    length = f" · {_length(one, view)}" if one["resolved_at"] else ""
    return Markup(
        '<article class="brief {}"><h{}><a href="{}">{}</a></h{}>{}'
        '<p class="dim">{} · {}{}</p></article>'
    ).format(
        TONES[one["impact"]],
        level,
        address(one, view),
        one["name"],
        level,
        paragraphs(last["body"]) if last["body"] else "",
        view.say(STATUSES[one["status"]]),
        view.time(last["display_at"]),
        length,
    )


def upcoming(found: Sequence[Shape], view: View) -> Markup:
    """Maintenances that are planned, the next one first."""
    if not found:
        return Markup()
    in_order = sorted(found, key=lambda one: str(one["scheduled_for"]))
    return Markup(
        '<section aria-labelledby="planned"><div class="head"><h2 id="planned">{}</h2></div>{}'
        "</section>"
    ).format(view.say("Scheduled maintenance"), Markup().join(card(one, view) for one in in_order))
