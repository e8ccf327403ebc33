"""Signing up without JavaScript: one form for each way to be told, of which one is chosen.

An unticked box of a form is not sent: `form_pages.py` takes it for a no. All else has the names of
the API's bodies, as a plain form is one more caller of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from statustext.domain.mode import Mode
from statustext.domain.page import consent_version
from statustext.flows.showing_publicly.html.fields import (
    AddressField,
    Problem,
    Typed,
    address_field,
    address_of,
    marked,
    tick,
    told,
)
from statustext.flows.showing_publicly.html.view import View
from statustext.flows.showing_publicly.html.wishes import about, also
from statustext.flows.showing_publicly.statuspage_v2 import Shape

CHATS = {Mode.SLACK: "Slack", Mode.TEAMS: "Teams", Mode.DISCORD: "Discord"}
CALLED = {**CHATS, Mode.WEBHOOK: "Webhook"}
"""Names, the same in every language."""


@dataclass(frozen=True)
class Offer:
    """What can be asked for of a page by its name: `modes` to be told by, texts to numbers of some
    countries, about its components (shapes with `id` and `name`)."""

    name: str
    countries: Sequence[str]
    components: Sequence[Shape]
    modes: Sequence[Mode] = (Mode.SMS,)

    @property
    def called(self) -> list[Mode]:
        """The modes that take an address on the web: one form has them all."""
        return [mode for mode in CALLED if mode in self.modes]

    @property
    def ways(self) -> list[Mode]:
        """The forms, by the first of their modes."""
        own = [mode for mode in (Mode.SMS, Mode.EMAIL) if mode in self.modes]
        return [*own, *self.called[:1]]


def aside(offer: Offer, view: View) -> Markup:
    """The form beside the page's state. The script of the subscribe form takes its place."""
    return Markup(
        '<aside id="subscribe" aria-label="{}"><div data-statustext data-page="{}" '
        'data-lang="{}">{}</div></aside>'
    ).format(view.say("Subscribe"), view.page, view.language, form(offer, view))


def form(
    offer: Offer,
    view: View,
    typed: Typed | None = None,
    problem: Problem | None = None,
    level: int = 2,
) -> Markup:
    """The form, with what was `typed` before it was found to have a `problem`."""
    chosen = _way_of(typed or {}, offer)
    forms = Markup().join(
        _form(way, offer, view, typed or {}, problem)
        if way is chosen
        else _form(way, offer, view, {}, None)
        for way in offer.ways
    )
    title = "Know when something breaks"
    if offer.ways == [Mode.SMS]:
        title = "Get a text when something breaks"
    return Markup('<section class="plain card"><h{}>{}</h{}>{}{}</section>').format(
        level, view.say(title), level, _choice(chosen, offer, view), forms
    )


def field_of(way: Mode) -> str:
    """The name of the field for its address."""
    return {Mode.SMS: "phone", Mode.EMAIL: "email"}.get(way, "endpoint")


def _way_of(typed: Typed, offer: Offer) -> Mode:
    """The form that was sent, told by its address."""
    return next((way for way in offer.ways if field_of(way) in typed), offer.ways[0])


def _choice(chosen: Mode, offer: Offer, view: View) -> Markup:
    """Which of several forms is shown: a style sheet does it, so that no script need run."""
    if len(offer.ways) < 2:
        return Markup()
    names = {
        Mode.SMS: view.say("Text message"),
        Mode.EMAIL: view.say("E-mail"),
    }
    radios = Markup().join(
        Markup(
            '<label class="tick"><input type="radio" name="way" value="{}" class="{}"{}>'
            "<span>{}</span></label>"
        ).format(
            way.value,
            _class_of(way),
            " checked" if way is chosen else "",
            names.get(way, ", ".join(CALLED[one] for one in offer.called)),
        )
        for way in offer.ways
    )
    return Markup('<fieldset class="ways"><legend>{}</legend>{}</fieldset>').format(
        view.say("Tell me by"), radios
    )


def _class_of(way: Mode) -> str:
    return "by-call" if way.is_called else f"by-{way.value}"


def _form(way: Mode, offer: Offer, view: View, typed: Typed, problem: Problem | None) -> Markup:
    wanted = typed.get("preferences")
    wanted = wanted if isinstance(wanted, Mapping) else {}
    consent = view.speech.consent(offer.name, way)
    button, follows = _what_follows(way, view)
    return Markup(
        '<form class="{}" method="post" action="{}">{}{}{}{}{}'
        '<input type="hidden" name="consent_version" value="{}">'
        '<input type="hidden" name="language" value="{}">{}'
        '<button type="submit">{}</button><p class="hint">{}</p></form>'
    ).format(
        _class_of(way),
        address_of(view),
        told(problem),
        _where(way, offer, view, typed, problem),
        about(way, offer.components, wanted, view),
        also(way, wanted if typed else {"updates": str(way.is_free).lower()}, view),
        told(problem, "consent"),
        consent_version(consent),
        view.language,
        tick("consent", "true", consent, marked("consent", problem), required=True),
        button,
        follows,
    )


def _what_follows(way: Mode, view: View) -> tuple[str, str]:
    """The button, and what happens after it."""
    if way is Mode.SMS:
        return view.say("Text me a code"), view.say(
            "We text you a code to enter here. Until then you get nothing else."
        )
    if way is Mode.EMAIL:
        return view.say("Mail me a link"), view.say(
            "We mail you a link to confirm. Until then you get nothing else."
        )
    return view.say("Post a code there"), view.say(
        "We post a code there, for you to enter here. Until then we post nothing else."
    )


def _where(way: Mode, offer: Offer, view: View, typed: Typed, problem: Problem | None) -> Markup:
    if way is Mode.SMS:
        number = AddressField(
            "phone",
            "tel",
            view.say("Mobile number"),
            Markup('autocomplete="tel" inputmode="tel"'),
            view.say("With country code, as in +1 555 123 4567, or as you dial it at home."),
        )
        return address_field(number, typed, problem) + _country(offer, typed, view)
    if way is Mode.EMAIL:
        label = view.say("E-mail address")
        mailbox = AddressField("email", "email", label, Markup('autocomplete="email"'))
        return address_field(mailbox, typed, problem)
    endpoint = AddressField(
        "endpoint",
        "url",
        view.say("Address of its webhook"),
        Markup('autocomplete="off"'),
        view.say("The https address of a channel’s incoming webhook, or of a program of yours."),
    )
    return _kind(offer, typed, view) + address_field(endpoint, typed, problem)


def _kind(offer: Offer, typed: Typed, view: View) -> Markup:
    chosen = str(typed.get("mode", ""))
    if len(offer.called) == 1:
        return Markup('<input type="hidden" name="mode" value="{}">').format(offer.called[0].value)
    options = Markup().join(
        Markup('<option value="{}"{}>{}</option>').format(
            mode.value, " selected" if mode.value == chosen else "", CALLED[mode]
        )
        for mode in offer.called
    )
    return Markup('<label for="mode">{}</label><select id="mode" name="mode">{}</select>').format(
        view.say("Where to"), options
    )


def _country(offer: Offer, typed: Typed, view: View) -> Markup:
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
