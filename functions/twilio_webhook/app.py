"""POST /twilio/{page}/…: signed webhooks, replies and delivery receipts. Texts may come to
/api/v1/sms/webhooks/twilio/{page} too."""

import time
from typing import Any

from statustext import web
from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.pages import get_page
from statustext.adapters.sealed import sealing_table
from statustext.adapters.twilio_receipts import read_receipt
from statustext.domain.page import Page
from statustext.flows.hearing.receipts import take_receipt
from statustext.flows.hearing.replies import take_reply
from statustext.observability import observed
from statustext.routing import Response
from statustext.settings import read_settings
from statustext.twilio_edge import genuine_form

settings = read_settings()
table = sealing_table(settings)
secrets = aws.secrets(settings)
app = web.private_api()
ALIAS = "/api/v1/sms/webhooks/twilio/"
NOTHING_TO_SAY = Response(200, "text/xml", "<Response/>")


@app.post("/twilio/<page>/inbound")
def inbound(page: str) -> Response[str]:
    return _take(page, f"/twilio/{page}/inbound")


@app.post(ALIAS + "<page>")
def inbound_by_alias(page: str) -> Response[str]:
    return _take(page, ALIAS + page)


def _take(page: str, path: str) -> Response[str]:
    found, form = _checked(page, path, ("From", "MessageSid"))
    deployed, master = settings.senders, secrets.master_key()
    take_reply(form, found, deployed, table, master, time.time(), system_entropy)
    return NOTHING_TO_SAY


@app.post("/twilio/<page>/status/<attempt>")
def status(page: str, attempt: str) -> Response[str]:
    found, form = _checked(
        page, f"/twilio/{page}/status/{attempt}", ("MessageSid", "MessageStatus")
    )
    take_receipt(attempt, read_receipt(form), found.id, table, time.time())
    return NOTHING_TO_SAY


def _checked(page: str, path: str, needed: tuple[str, ...]) -> tuple[Page, dict[str, str]]:
    found = get_page(table, page) if len(page) <= 40 else None
    return genuine_form(app, found, path, secrets, time.time(), needed)


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return web.resolve(app, event, context)
