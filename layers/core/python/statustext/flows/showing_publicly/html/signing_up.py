"""Signing up without JavaScript: the form, the page for the code, the page that says it is done.

The names of the fields are those of the API's bodies: a plain form is one more caller of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from statustext.domain.page import consent_version
from statustext.flows.showing_publicly.html.view import View
from statustext.flows.showing_publicly.statuspage_v2 import Shape


@dataclass(frozen=True)
class Offer:
    """What can be asked for: texts of a page by its name, to numbers of some countries, about its
    components (shapes with `id` and `name`)."""

    name: str
    countries: Sequence[str]
    components: Sequence[Shape]


@dataclass(frozen=True)
class Problem:
    """What is wrong, in one sentence, and at which field ("" for none of them)."""

    sentence: str
    field: str = ""


@dataclass(frozen=True)
class Pending:
    """A sign-up that waits for its code: its id and secret, the number as it was typed ("" where
    that is not known any more), and the `sender` that the code comes from."""

    id: str
    secret: str
    phone: str = ""
    sender: str = ""
    said: str = field(default="", kw_only=True)


def aside(offer: Offer, view: View) -> Markup:
    """The form beside the page's state. The script of the subscribe form takes its place."""
    return Markup(
        '<aside id="subscribe" aria-label="{}"><div data-statustext data-page="{}" '
        'data-lang="{}">{}</div></aside>'
    ).format(view.say("Subscribe"), view.page, view.language, form(offer, view))


def form(
    offer: Offer,
    view: View,
    typed: Mapping[str, Any] | None = None,
    problem: Problem | None = None,
    level: int = 2,
) -> Markup:
    """The form, with what was `typed` before it was found to have a `problem`."""
    typed = typed or {}
    wanted = typed.get("preferences")
    wanted = wanted if isinstance(wanted, Mapping) else {}
    consent = view.speech.consent(offer.name)
    return Markup(
        '<form class="plain card" method="post" action="{}"><h{}>{}</h{}>{}{}{}{}{}'
        '<input type="hidden" name="consent_version" value="{}">'
        '<input type="hidden" name="language" value="{}">{}'
        '<button type="submit">{}</button></form>'
    ).format(
        _address(view),
        level,
        view.say("Get a text when something breaks"),
        level,
        _told(problem),
        _phone(typed, problem, view),
        _country(offer, typed, view),
        _about(offer, wanted, view),
        _also(wanted, view),
        consent_version(consent),
        view.language,
        _tick("consent", "true", consent, _marked("consent", problem), required=True),
        view.say("Text me a code"),
    )


def _address(view: View, subscription: str = "", step: str = "") -> str:
    page = f"{view.site}pages/{quote(view.page)}/subscriptions"
    return (f"{page}/{quote(subscription)}/{step}" if step else page) + view.query


def _told(problem: Problem | None) -> Markup:
    if problem is None:
        return Markup()
    return Markup('<p class="problem" id="problem" role="alert">{}</p>').format(problem.sentence)


def _marked(name: str, problem: Problem | None) -> Markup:
    """Of the field at fault: that it is, why, and that it is where one goes on."""
    if problem is None or problem.field != name:
        return Markup()
    return Markup(' aria-invalid="true" aria-describedby="problem" autofocus')


def _phone(typed: Mapping[str, Any], problem: Problem | None, view: View) -> Markup:
    marked = _marked("phone", problem) or Markup(' aria-describedby="phone-hint"')
    return Markup(
        '<label for="phone">{}</label><input type="tel" id="phone" name="phone" autocomplete="tel" '
        'inputmode="tel" dir="ltr" required value="{}"{}><p class="hint" id="phone-hint">{}</p>'
    ).format(
        view.say("Mobile number"),
        typed.get("phone", ""),
        marked,
        view.say("With country code, as in +1 555 123 4567, or as you dial it at home."),
    )


def _country(offer: Offer, typed: Mapping[str, Any], view: View) -> Markup:
    if len(offer.countries) < 2:
        return Markup()
    chosen = str(typed.get("country", ""))
    options = Markup().join(
        Markup("<option{}>{}</option>").format(" selected" if code == chosen else "", code)
        for code in offer.countries
    )
    return Markup(
        '<label for="country">{}</label>'
        '<select id="country" name="country" autocomplete="country">{}</select>'
    ).format(view.say("Country"), options)


def _about(offer: Offer, wanted: Mapping[str, Any], view: View) -> Markup:
    preset = "critical_only" if wanted.get("preset") == "critical_only" else "all"
    choices = Markup().join(
        Markup('<option value="{}"{}>{}</option>').format(
            value, " selected" if value == preset else "", view.say(said)
        )
        for value, said in (("all", "All incidents"), ("critical_only", "Critical only"))
    )
    return Markup(
        '<label for="about">{}</label><select id="about" name="preferences[preset]">{}</select>{}'
    ).format(view.say("Text me about"), choices, _services(offer, wanted, view))


def _services(offer: Offer, wanted: Mapping[str, Any], view: View) -> Markup:
    if len(offer.components) < 2:
        return Markup()
    chosen = wanted.get("services")
    chosen = chosen if isinstance(chosen, list) else []
    ticks = Markup().join(
        _tick(
            "preferences[services][]",
            one["id"],
            one["name"],
            Markup(" checked") if one["id"] in chosen else Markup(),
        )
        for one in offer.components
    )
    return Markup(
        "<details{}><summary>{}</summary><fieldset><legend>{}</legend>{}</fieldset></details>"
    ).format(
        Markup(" open") if chosen else "",
        view.say("Only some services"),
        view.say("Services"),
        ticks,
    )


def _also(wanted: Mapping[str, Any], view: View) -> Markup:
    ticks = Markup().join(
        _tick(
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
    return Markup("<fieldset><legend>{}</legend>{}</fieldset>").format(
        view.say("Also text me"), ticks
    )


def _tick(name: str, value: str, said: str, more: Markup, *, required: bool = False) -> Markup:
    return Markup(
        '<label class="tick"><input type="checkbox" name="{}" value="{}"{}{}>'
        "<span>{}</span></label>"
    ).format(name, value, Markup(" required") if required else "", more, said)


def enter_code(pending: Pending, view: View, problem: Problem | None = None) -> Markup:
    """The page for the code, and for another one."""
    secret = Markup('<input type="hidden" name="secret" value="{}">').format(pending.secret)
    return Markup(
        '<form class="plain card" method="post" action="{verify}"><h1>{title}</h1>{said}'
        "<p>{sent}</p>{problem}"
        '<label for="code">{code}</label><input type="text" id="code" name="code" '
        'autocomplete="one-time-code" inputmode="numeric" dir="ltr" required maxlength="40"'
        "{marked}>"
        '{secret}<button type="submit">{verify_it}</button></form>'
        '<form class="plain" method="post" action="{again}">{secret}<p class="hint">{start}</p>'
        '<button type="submit" class="second">{send_again}</button> '
        '<a class="second" href="{home}#subscribe">{other}</a></form>'
    ).format(
        verify=_address(view, pending.id, "verify"),
        again=_address(view, pending.id, "resend_confirmation"),
        title=view.say("Enter your code"),
        said=Markup('<p role="status"><strong>{}</strong></p>').format(pending.said)
        if pending.said
        else "",
        sent=view.say(
            "Type the 6-digit code we text to {phone}. It is good for 10 minutes.",
            phone=pending.phone or view.say("your phone"),
        ),
        problem=_told(problem),
        code=view.say("6-digit code"),
        marked=_marked("code", problem) or Markup(" autofocus"),
        secret=secret,
        verify_it=view.say("Verify"),
        send_again=view.say("Send again"),
        start=view.say(
            "No text? If you once replied STOP, text START to {sender} first.",
            sender=pending.sender or view.say("our number"),
        ),
        home=view.home,
        other=view.say("Use another number"),
    )


def done(name: str, phone: str, view: View) -> Markup:
    """The page that says that the subscription has begun."""
    return Markup(
        '<section class="plain card"><h1>{}</h1><p>{}</p><p><a href="{}">{}</a></p></section>'
    ).format(
        view.say("You’re subscribed"),
        view.say(
            "{page} will text {phone} from now on. Reply STOP to any text to end it.",
            page=name,
            phone=phone,
        ),
        view.home,
        view.say("Current status"),
    )
