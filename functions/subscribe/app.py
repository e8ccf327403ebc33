"""POST /subscriptions: a visitor asks for texts, or for another code.

GET /challenge: what they solve before, where the page has a gate.
"""

import time
from typing import Any

from statustext import web
from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.sealed import sealing_table
from statustext.domain.page import DEFAULT_PAGE, Page
from statustext.domain.verification import WAITS, WHEN_CODES_GO
from statustext.flows.lookups import require_page
from statustext.flows.signing_up.bot_gate import challenge
from statustext.flows.signing_up.subscribing import SignedUp, resend, sign_up
from statustext.observability import observed
from statustext.routing import Response
from statustext.settings import read_settings
from statustext.sign_up_contracts import ResendRequest, SignUp

settings = read_settings()
table = sealing_table(settings)
secrets = aws.secrets(settings)
app = web.public_api()
sender = settings.number
CODES = {"seconds_between_codes": WAITS[0], "message": WHEN_CODES_GO}
"""The same for everybody, as an answer says nothing of the number."""


@app.post("/subscriptions")
@app.post("/pages/<page>/subscriptions")
def subscribe(page: str = DEFAULT_PAGE) -> Response[str]:
    found = require_page(table, page)
    if web.is_plain_form(app):
        from statustext import form_pages  # only for browsers without JavaScript

        def sign_up_by_form() -> SignedUp:
            return _sign_up(form_pages.sign_up_in(app), found)

        return form_pages.after_sign_up(app, found, sign_up_by_form, table, sender)
    signed_up = _sign_up(web.read_body(app, SignUp), found)
    return web.answer(202, {"id": signed_up.id, "secret": signed_up.secret, **CODES})


def _sign_up(given: SignUp, found: Page) -> SignedUp:
    return sign_up(
        given,
        found,
        web.source_address(app),
        table,
        secrets,
        time.time(),
        system_entropy,
        allow_fictional=settings.allow_fictional_numbers,
        call_this_machine=settings.call_this_machine,
        accepted=web.header(app, "Accept-Language") or "",
    )


@app.get("/challenge")
@app.get("/pages/<page>/challenge")
def show_challenge(page: str = DEFAULT_PAGE) -> Response[str]:
    found = require_page(table, page)
    return web.answer(200, challenge(found, secrets.master_key(), time.time(), system_entropy))


@app.post("/subscriptions/<subscriber>/resend_confirmation")
@app.post("/pages/<page>/subscriptions/<subscriber>/resend_confirmation")
def resend_confirmation(subscriber: str, page: str = DEFAULT_PAGE) -> Response[str]:
    found, one = require_page(table, page), web.subscriber_id_in(subscriber)
    if web.is_plain_form(app):
        from statustext import form_pages  # only for browsers without JavaScript

        return form_pages.after_resend(app, found, one, lambda: _resend(found, one), sender)
    _resend(found, one)
    return web.answer(202, {"id": one, **CODES})


def _resend(found: Page, subscriber: str) -> None:
    given = web.read_body(app, ResendRequest) if app.current_event.body else ResendRequest()
    now, address = time.time(), web.source_address(app)
    resend(subscriber, given.secret, found, address, table, secrets, now, system_entropy)


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return web.resolve(app, event, context)
