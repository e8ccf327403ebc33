"""What a form asks about: which incidents, and what else besides their beginnings and ends."""

from collections.abc import Sequence

from markupsafe import Markup

from statustext.domain.mode import Mode
from statustext.flows.showing_publicly.html.fields import Typed, tick
from statustext.flows.showing_publicly.html.view import View
from statustext.flows.showing_publicly.statuspage_v2 import Shape


def about(way: Mode, components: Sequence[Shape], wanted: Typed, view: View) -> Markup:
    """Which incidents."""
    name = f"about-{way.value}"
    preset = "critical_only" if wanted.get("preset") == "critical_only" else "all"
    choices = Markup().join(
        Markup('<option value="{}"{}>{}</option>').format(
            value, " selected" if value == preset else "", view.say(said)
        )
        for value, said in (("all", "All incidents"), ("critical_only", "Critical only"))
    )
    return Markup(
        '<label for="{}">{}</label><select id="{}" name="preferences[preset]">{}</select>{}'
    ).format(name, _said(way, view)[0], name, choices, _services(components, wanted, view))


def _said(way: Mode, view: View) -> tuple[str, str]:
    if way is Mode.SMS:
        return view.say("Text me about"), view.say("Also text me")
    return view.say("Tell me about"), view.say("Also tell me about")


def _services(components: Sequence[Shape], wanted: Typed, view: View) -> Markup:
    if len(components) < 2:
        return Markup()
    chosen = wanted.get("services")
    chosen = chosen if isinstance(chosen, list) else []
    ticks = Markup().join(
        tick(
            "preferences[services][]",
            one["id"],
            one["name"],
            Markup(" checked") if one["id"] in chosen else Markup(),
        )
        for one in components
    )
    return Markup(
        "<details{}><summary>{}</summary><fieldset><legend>{}</legend>{}</fieldset></details>"
    ).format(
        Markup(" open") if chosen else "",
        view.say("Only some services"),
        view.say("Services"),
        ticks,
    )


def also(way: Mode, wanted: Typed, view: View) -> Markup:
    """What else."""
    ticks = Markup().join(
        tick(
            f"preferences[{name}]",
            "true",
            view.say(said),
            Markup(" checked") if wanted.get(name) == "true" else Markup(),
        )
        for name, said in (
            ("updates", "Every update while an incident is open"),
            ("maintenance", "Scheduled maintenance"),
        )
    )
    return Markup("<fieldset><legend>{}</legend>{}</fieldset>").format(_said(way, view)[1], ticks)
