"""What the forms for browsers without JavaScript are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from statustext.flows.showing_publicly.html.view import View


@dataclass(frozen=True)
class Problem:
    """What is wrong, in one sentence, and at which field ("" for none of them)."""

    sentence: str
    field: str = ""


Typed = Mapping[str, Any]
"""What a form was filled in with, by the API's names."""


def address_of(view: View, subscription: str = "", step: str = "") -> str:
    """Where a form of this page is posted to."""
    page = f"{view.site}pages/{quote(view.page)}/subscriptions"
    return (f"{page}/{quote(subscription)}/{step}" if step else page) + view.query


def told(problem: Problem | None, name: str = "") -> Markup:
    """What is wrong, at the field of this name; "" for what is of no field."""
    if problem is None or problem.field != name:
        return Markup()
    return Markup('<p class="problem" id="problem" role="alert">{}</p>').format(problem.sentence)


def marked(name: str, problem: Problem | None) -> Markup:
    """Of the field at fault: that it is, why, and that it is where one goes on."""
    if problem is None or problem.field != name:
        return Markup()
    return Markup(' aria-invalid="true" aria-describedby="problem" autofocus')


@dataclass(frozen=True)
class AddressField:
    """Where an address is typed: its name in the API, the kind of input with its other attributes,
    what stands above and below it."""

    name: str
    kind: str
    label: str
    more: Markup
    hint: str = ""


def address_field(about: AddressField, typed: Typed, problem: Problem | None) -> Markup:
    """The field with its label and hint, and with what was typed."""
    name, hint = about.name, about.hint
    hinted = Markup('<p class="hint" id="{}-hint">{}</p>').format(name, hint) if hint else Markup()
    described = Markup(' aria-describedby="{}-hint"').format(name) if hint else Markup()
    return Markup(
        '<label for="{}">{}</label><input type="{}" id="{}" name="{}" {} dir="ltr" required '
        'value="{}"{}>{}{}'
    ).format(
        name,
        about.label,
        about.kind,
        name,
        name,
        about.more,
        typed.get(name, ""),
        marked(name, problem) or described,
        told(problem, name),
        hinted,
    )


def tick(name: str, value: str, said: str, more: Markup, *, required: bool = False) -> Markup:
    """A box with what is agreed to, or asked for, beside it."""
    return Markup(
        '<label class="tick"><input type="checkbox" name="{}" value="{}"{}{}>'
        "<span>{}</span></label>"
    ).format(name, value, Markup(" required") if required else "", more, said)
