"""Answers to plain forms: the sign-up's own pages, for browsers without JavaScript.

The flows and their guards are those of the JSON API. What they answer is drawn instead of told, and
so is what they refuse: at the field, with what was typed still in it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from botocore.exceptions import BotoCoreError, ClientError
from markupsafe import Markup

from statustext import button_pages, web
from statustext.adapters.components import list_components
from statustext.adapters.dynamodb import Table
from statustext.body_formats import read_form
from statustext.domain.masking import mask
from statustext.domain.mode import Mode
from statustext.domain.page import Page
from statustext.errors import ConditionFailedError, RacedError, RejectedError
from statustext.flows.languages import choose, speech_of
from statustext.flows.showing_publicly.addresses import path_within, read_path
from statustext.flows.showing_publicly.html import signing_up
from statustext.flows.showing_publicly.html.signing_up import Offer, Pending, Problem
from statustext.flows.showing_publicly.html.skeleton import Frame, assets, document
from statustext.flows.showing_publicly.html.view import View
from statustext.flows.signing_up.subscribing import SignedUp
from statustext.flows.signing_up.verifying import Verified

App = APIGatewayRestResolver

AT_FIELD = {
    "phone": "Enter your mobile number.",
    "consent": "Tick the box to agree to be texted.",
    "code": "Enter the 6 digits from the text.",
}
"""What a person reads where the API would name a field of its body."""

FIELD_OF_CODE = {
    "consent_required": "consent",
    "consent_outdated": "consent",
    "code_invalid": "code",
}


def after_sign_up(
    app: App, page: Page, sign_up: Callable[[], SignedUp], table: Table, sender: str
) -> Response[str]:
    """The page for the code, or the form again."""
    view, typed = _view(app, page), _typed(app)
    done = _attempt(app, sign_up)
    if isinstance(done, RejectedError):
        components = [{"id": one.id, "name": one.name} for one in list_components(table, page.id)]
        offer = Offer(page.name, page.countries, components)
        drawn = signing_up.form(offer, view, typed, _problem(done, view), level=1)
        return _shown(drawn, page, view, done)
    phone = str(typed.get("phone", ""))
    return _shown(
        signing_up.enter_code(Pending(done.id, done.secret, phone, sender), view), page, view
    )


def after_resend(
    app: App, page: Page, subscriber: str, resend: Callable[[], None], sender: str
) -> Response[str]:
    """The page for the code once more."""
    view = _view(app, page)
    refused = _attempt(app, resend)
    said = "" if refused else view.say("Another code is on its way.")
    problem = _problem(refused, view) if refused else None
    pending = Pending(subscriber, _secret(app), sender=sender, said=said)
    return _shown(signing_up.enter_code(pending, view, problem), page, view, refused)


def after_code(
    app: App, page: Page, subscriber: str, verify: Callable[[], Verified], sender: str
) -> Response[str]:
    """The page that says it is done, or the page for the code with what is wrong with it."""
    view = _view(app, page)
    done = _attempt(app, verify)
    if isinstance(done, RejectedError):
        pending = Pending(subscriber, _secret(app), sender=sender)
        drawn = signing_up.enter_code(pending, view, _problem(done, view))
        return _shown(drawn, page, view, done)
    if done.subscriber.mode is Mode.EMAIL:
        return button_pages.confirmed_page()
    phone = mask(done.subscriber.phone)
    return _shown(signing_up.done(page.name, phone, view), page, view)


def _attempt(app: App, call: Callable[[], Any]) -> Any:
    """What a call returns, or the RejectedError that it, or AWS, answers with."""
    try:
        return call()
    except RejectedError as error:
        return error
    except (ClientError, BotoCoreError, ConditionFailedError, RacedError) as error:
        return web.unavailable(app, error)


def _problem(error: RejectedError, view: View) -> Problem:
    names = [FIELD_OF_CODE.get(error.code, ""), *error.fields]
    at = next((one for one in names if one in AT_FIELD), "")
    is_shape = error.code == "invalid_request"
    return Problem(view.say(AT_FIELD[at]) if is_shape and at else view.say(error.message), at)


def _typed(app: App) -> Mapping[str, Any]:
    try:
        return read_form(app.current_event.decoded_body or "")
    except (ValueError, UnicodeError):
        return {}


def _secret(app: App) -> str:
    return str(_typed(app).get("secret", ""))


def _view(app: App, page: Page) -> View:
    named, _, site = read_path(path_within(app.current_event.raw_event))
    asked = web.query(app, "lang")
    language = choose(asked, web.header(app, "Accept-Language") or "")
    return View(
        speech=speech_of(language, page.words),
        zone=page.timezone,
        site=site,
        root=f"{site}pages/{named}/" if named else site,
        now=0.0,
        page=page.id,
        query=f"?lang={language}" if asked == language else "",
    )


def _shown(
    main: Markup, page: Page, view: View, refused: RejectedError | None = None
) -> Response[str]:
    title = f"{view.say('Subscribe')} · {page.name}"
    frame = Frame(page.name, "care", view, page.brand)
    text = document(title, main, Markup(), frame)
    headers = {
        "Cache-Control": "no-store",
        "Content-Language": view.language,
        "Content-Security-Policy": assets().policy(frame.style),
        **(refused.headers if refused else {}),
    }
    status = refused.status if refused else 200
    return Response(status, "text/html; charset=utf-8", text, headers)
