"""Answers to plain forms: the sign-up's own pages, for browsers without JavaScript.

The flows and their guards are those of the JSON API. What they answer is drawn instead of told, and
so is what they refuse: at the field, with what was typed still in it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from statustext import web
from statustext.adapters.components import list_components
from statustext.adapters.dynamodb import Table
from statustext.body_formats import read_form
from statustext.domain.masking import shown_address
from statustext.domain.mode import Mode
from statustext.domain.page import Page
from statustext.errors import ConditionFailedError, RacedError, RejectedError
from statustext.flows.showing_publicly.html import confirming, signing_up
from statustext.flows.showing_publicly.html.confirming import Pending
from statustext.flows.showing_publicly.html.fields import Problem, Typed
from statustext.flows.showing_publicly.html.signing_up import Offer
from statustext.flows.showing_publicly.html.view import View
from statustext.flows.signing_up.subscribing import SignedUp
from statustext.flows.signing_up.verifying import Verified
from statustext.own_pages import App, own_page, view_of
from statustext.routing import Response
from statustext.sign_up_contracts import SignUp

AT_FIELD = {
    "phone": "Enter your mobile number.",
    "email": "Enter an e-mail address, as in you@example.com.",
    "endpoint": "Enter an address that begins with https://.",
    "consent": "Tick the box to agree to be texted.",
    "code": "Enter the 6 digits from the text.",
}
"""What a person reads where the API would name a field of its body."""

AGREE_TO_WHAT_IS_FREE = "Tick the box to agree."

FIELD_OF_CODE = {
    "consent_required": "consent",
    "consent_outdated": "consent",
    "code_invalid": "code",
}


def sign_up_in(app: App) -> SignUp:
    """The form as the API's body: a box that was not ticked is not sent, and says no. Raises
    RejectedError as `web.read_body` does."""
    given = web.read_fields(app)
    wanted = given.get("preferences") if isinstance(given, dict) else None
    if isinstance(wanted, dict):
        given["preferences"] = {"updates": "false", "maintenance": "false", **wanted}
    return web.checked(given, SignUp)


def after_sign_up(
    app: App, page: Page, sign_up: Callable[[], SignedUp], table: Table, sender: str
) -> Response[str]:
    """The page for the code or about the mail, or the form again."""
    view, typed = view_of(app, page), _typed(app)
    done = _attempt(app, sign_up)
    if isinstance(done, RejectedError):
        components = [{"id": one.id, "name": one.name} for one in list_components(table, page.id)]
        offer = Offer(page.name, page.countries, components, page.modes)
        problem = _problem(done, view, is_free="phone" not in typed)
        drawn = signing_up.form(offer, view, typed, problem, level=1)
        return own_page(drawn, page, view, done)
    sent = sign_up_in(app)
    address = sent.phone or sent.email or sent.endpoint or ""
    pending = Pending(done.id, done.secret, address, sender, sent.way)
    return own_page(confirming.pending_page(pending, view), page, view)


def after_resend(
    app: App, page: Page, subscriber: str, resend: Callable[[], None], sender: str
) -> Response[str]:
    """The page for the code, or about the mail, once more."""
    view, pending = view_of(app, page), _pending(app, subscriber, sender)
    refused = _attempt(app, resend)
    if not refused:
        said = view.say("Another code is on its way.")
        if pending.mode is Mode.EMAIL:
            said = view.say("Another link is on its way.")
        pending = replace(pending, said=said)
    problem = _problem(refused, view) if refused else None
    return own_page(confirming.pending_page(pending, view, problem), page, view, refused)


def after_code(
    app: App, page: Page, subscriber: str, verify: Callable[[], Verified], sender: str
) -> Response[str]:
    """The page that says it is done, or the page before it with what is wrong."""
    view = view_of(app, page)
    done = _attempt(app, verify)
    if isinstance(done, RejectedError):
        pending, problem = _pending(app, subscriber, sender), _problem(done, view)
        if "secret" not in _typed(app):  # by the link of a mail
            return own_page(confirming.link_over(view), page, view, done)
        return own_page(confirming.pending_page(pending, view, problem), page, view, done)
    began = done.subscriber
    manage = f"{page.url}#statustext={quote(done.manage_token)}" if page.url else ""
    shown = shown_address(began.phone, began.address)
    return own_page(confirming.done(page.name, began.mode, shown, manage, view), page, view)


def ask_to_confirm(app: App, page: Page, subscriber: str) -> Response[str]:
    """The page that a confirming link opens."""
    view, code = view_of(app, page), web.query(app, "code") or ""
    return own_page(confirming.confirm(page.name, subscriber, code, view), page, view)


def ask_to_leave(app: App, page: Page, subscriber: str) -> Response[str]:
    """The page that a link to unsubscribe opens."""
    view, token = view_of(app, page), quote(web.query(app, "token") or "")
    return own_page(confirming.leave(page.name, subscriber, token, view), page, view)


def after_leaving(app: App, page: Page) -> Response[str]:
    """That it has ended."""
    view = view_of(app, page)
    return own_page(confirming.left(page.name, view), page, view)


def _attempt(app: App, call: Callable[[], Any]) -> Any:
    """What a call returns, or the RejectedError that it, or AWS, answers with."""
    try:
        return call()
    except RejectedError as error:
        return error
    except (ClientError, BotoCoreError, ConditionFailedError, RacedError) as error:
        return web.unavailable(app, error)


def _problem(error: RejectedError, view: View, *, is_free: bool = False) -> Problem:
    if error.code == "challenge_required":  # which a script solves
        return Problem(view.say("This form needs JavaScript. Turn it on, then sign up again."), "")
    names = [FIELD_OF_CODE.get(error.code, ""), *error.fields]
    at = next((one for one in names if one in AT_FIELD), "")
    if error.code != "invalid_request" or not at:
        return Problem(view.say(error.message), at)
    if at == "consent" and is_free:
        return Problem(view.say(AGREE_TO_WHAT_IS_FREE), at)
    return Problem(view.say(AT_FIELD[at]), at)


def _pending(app: App, subscriber: str, sender: str) -> Pending:
    """The sign-up as the form before carried it on."""
    way = web.query(app, "way")
    mode = Mode(way) if way in list(Mode) else Mode.SMS
    secret = str(_typed(app).get("secret", ""))
    return Pending(subscriber, secret, sender=sender, mode=mode)


def _typed(app: App) -> Typed:
    try:
        return read_form(app.current_event.decoded_body or "")
    except (ValueError, UnicodeError):
        return {}
