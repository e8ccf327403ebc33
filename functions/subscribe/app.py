"""POST /subscriptions: a visitor asks for texts, or for another code."""

import time
from typing import Any

from aws_lambda_powertools.event_handler import Response

from statustext import web
from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.dynamodb import Table
from statustext.contracts import ResendRequest, SignUp
from statustext.domain.page import DEFAULT_PAGE
from statustext.flows.lookups import require_page
from statustext.flows.signing_up.subscribing import resend, sign_up
from statustext.observability import observed
from statustext.settings import read_settings

settings = read_settings()
table = Table(aws.client("dynamodb"), settings.table_name)
secrets = aws.secrets(settings)
app = web.public_api()


@app.post("/subscriptions")
@app.post("/pages/<page>/subscriptions")
def subscribe(page: str = DEFAULT_PAGE) -> Response[str]:
    signed_up = sign_up(
        web.read_body(app, SignUp),
        require_page(table, page),
        web.source_address(app),
        table,
        secrets.master_key(),
        time.time(),
        system_entropy,
        allow_fictional=settings.allow_fictional_numbers,
    )
    return web.answer(202, {"id": signed_up.id, "secret": signed_up.secret})


@app.post("/subscriptions/<subscriber>/resend_confirmation")
@app.post("/pages/<page>/subscriptions/<subscriber>/resend_confirmation")
def resend_confirmation(subscriber: str, page: str = DEFAULT_PAGE) -> Response[str]:
    one = web.subscriber_id_in(subscriber)
    given = web.read_body(app, ResendRequest) if app.current_event.body else ResendRequest()
    resend(
        one,
        given.secret,
        require_page(table, page),
        web.source_address(app),
        table,
        secrets.master_key(),
        time.time(),
        system_entropy,
    )
    return web.answer(202, {"id": one})


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return web.resolve(app, event, context)
