"""/api/v1/orgs/{page}/sms/send, /sends, /stats and /usage: an operator's own texts, every text as
a list and by day, and what is used of quotas."""

import time
from typing import Any

from statustext import web
from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.sealed import sealing_table
from statustext.contracts import SendInput
from statustext.domain.api_key import Scope
from statustext.flows.accounting import sends
from statustext.flows.accounting.stats import stats
from statustext.flows.accounting.usage import usage
from statustext.flows.lookups import require_page
from statustext.flows.operating import sending
from statustext.flows.operating.sending_to_many import order_for_audience, shown, take_back
from statustext.observability import observed
from statustext.routing import Response
from statustext.settings import read_settings
from statustext.web import answer

settings = read_settings()
table = sealing_table(settings)
secrets = aws.secrets(settings)
app = web.private_api()
SMS = "/api/v1/orgs/<page>/sms"
ACCEPTED, NOT_SENT = 202, 200


@app.post(SMS + "/send")
def send_text(page: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page, of_any_kind=True)
    found, given = require_page(table, page), web.read_body(app, SendInput)
    if given.audience is not None:
        once = web.idempotency_key(app)
        order = order_for_audience(given, found, once, key, table, time.time(), system_entropy)
        return answer(ACCEPTED, shown(order, given))
    is_ordered, send = sending.order_text(
        given,
        found,
        web.idempotency_key(app),
        key,
        table,
        secrets.master_key(),
        time.time(),
        system_entropy,
        allow_fictional=settings.allow_fictional_numbers,
    )
    text = sends.show_send(page, send, table, time.time())
    return answer(ACCEPTED if is_ordered else NOT_SENT, text)


@app.get(SMS + "/sends")
def list_sends(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page, (*sends.QUERY, "cursor"))
    web.require_choice(app, "status", sends.STATUSES)
    web.require_choice(app, "category", sends.CATEGORIES)
    require_page(table, page)
    given = {name: web.query(app, name) or "" for name in sends.QUERY}
    wanted = sends.read_filter(given, page, secrets.master_key)
    cursor = web.query(app, "cursor") or ""
    found, after = sends.list_sends(page, wanted, cursor, table, time.time())
    return answer(200, {"sends": found, "next_cursor": after or None})


@app.get(SMS + "/usage")
def show_usage(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    return answer(200, usage(require_page(table, page), table, time.time()))


@app.get(SMS + "/stats")
def show_stats(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page, ("from", "to"))
    first, last = web.query(app, "from") or "", web.query(app, "to") or ""
    return answer(200, stats(require_page(table, page), first, last, table, time.time()))


@app.get(SMS + "/sends/<send>")
def show_send(page: str, send: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    return answer(200, sends.show_send(page, send, table, time.time()))


@app.delete(SMS + "/sends/<send>")
def cancel_send(page: str, send: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    now = time.time()
    if "." not in send:  # an order to an audience
        number = take_back(page, send, key.actor, table, now, system_entropy)
        return answer(200, {"id": send, "cancelled": number})
    sending.cancel_text(page, send, key.actor, table, now, system_entropy)
    return answer(200, sends.show_send(page, send, table, now))


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return web.resolve(app, event, context)
