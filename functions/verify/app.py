"""POST /subscriptions/{id}/verify: the code from the phone begins the subscription."""

import time
from typing import Any

from statustext import web
from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.components import list_components
from statustext.adapters.sealed import sealing_table
from statustext.domain.page import DEFAULT_PAGE
from statustext.flows.lookups import require_page
from statustext.flows.signing_up.preferences import show
from statustext.flows.signing_up.verifying import Verified, verify
from statustext.observability import observed
from statustext.routing import Response
from statustext.settings import read_settings
from statustext.sign_up_contracts import VerifyRequest

settings = read_settings()
table = sealing_table(settings)
secrets = aws.secrets(settings)
app = web.public_api()
sender = settings.number


@app.post("/subscriptions/<subscriber>/verify")
@app.post("/pages/<page>/subscriptions/<subscriber>/verify")
def verify_code(subscriber: str, page: str = DEFAULT_PAGE) -> Response[str]:
    found, one = require_page(table, page), web.subscriber_id_in(subscriber)
    if web.is_plain_form(app):
        from statustext import form_pages  # only for browsers without JavaScript

        return form_pages.after_code(app, found, one, lambda: _verify(found.id, one), sender)
    verified = _verify(found.id, one)
    began = verified.subscriber
    shown = {
        "id": began.id,
        "status": began.state.value,
        "manage_token": verified.manage_token,
        "preferences": show(began.preferences, list_components(table, found.id)),
    }
    return web.answer(200, shown)


@app.get("/pages/<page>/subscriptions/<subscriber>/confirm")
def ask_to_confirm(subscriber: str, page: str) -> Response[str]:
    from statustext import form_pages  # not for those who call the API

    one = web.subscriber_id_in(subscriber)
    return form_pages.ask_to_confirm(app, require_page(table, page), one)


def _verify(page_id: str, subscriber: str) -> Verified:
    return verify(
        page_id,
        subscriber,
        web.read_body(app, VerifyRequest),
        web.source_address(app),
        table,
        secrets,
        time.time(),
        system_entropy,
    )


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return web.resolve(app, event, context)
