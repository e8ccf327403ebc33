"""GET, PATCH, DELETE /subscriptions/{id}: a subscriber's own subscription, by link token."""

import time
from typing import Any

from statustext import web
from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.components import list_components
from statustext.adapters.sealed import sealing_table
from statustext.domain.masking import shown_address
from statustext.domain.page import DEFAULT_PAGE
from statustext.domain.subscriber import Preferences, Subscriber
from statustext.flows.acting import Act
from statustext.flows.lookups import require_page
from statustext.flows.operating.erasing import erase
from statustext.flows.signing_up.managing import (
    change_preferences,
    open_subscription,
    unsubscribe,
    unsubscribe_by_link,
)
from statustext.flows.signing_up.preferences import show
from statustext.observability import observed
from statustext.routing import Response
from statustext.settings import read_settings
from statustext.sign_up_contracts import ManageRequest

settings = read_settings()
table = sealing_table(settings)
secrets = aws.secrets(settings)
app = web.public_api()


@app.get("/subscriptions/<subscriber>")
@app.get("/pages/<page>/subscriptions/<subscriber>")
def read(subscriber: str, page: str = DEFAULT_PAGE) -> Response[str]:
    one = _opened(page, subscriber)
    return _shown(one, one.preferences)


@app.patch("/subscriptions/<subscriber>")
@app.patch("/pages/<page>/subscriptions/<subscriber>")
def change(subscriber: str, page: str = DEFAULT_PAGE) -> Response[str]:
    one = _opened(page, subscriber)
    given = web.read_body(app, ManageRequest).preferences
    return _shown(one, change_preferences(one, given, table, time.time(), system_entropy))


@app.delete("/subscriptions/<subscriber>")
@app.delete("/pages/<page>/subscriptions/<subscriber>")
def end(subscriber: str, page: str = DEFAULT_PAGE) -> Response[str]:
    one = _opened(page, subscriber)
    web.require_known_query(app, "erase")
    web.require_choice(app, "erase", ("true", "false"))
    if web.query(app, "erase") == "true":
        act = Act("the subscriber", table, time.time(), system_entropy)
        erase(one.page, one.id, act)
        return web.answer(200, {"id": subscriber, "status": "erased"})
    unsubscribe(one, table, time.time(), system_entropy)
    return web.answer(200, {"id": subscriber, "status": "unsubscribed"})


@app.post("/subscriptions/<subscriber>/signing_secret")
@app.post("/pages/<page>/subscriptions/<subscriber>/signing_secret")
def rotate_secret(subscriber: str, page: str = DEFAULT_PAGE) -> Response[str]:
    from statustext.flows.signing_up.rotating import rotate_signing_secret  # seldom, and slow

    one = _opened(page, subscriber)
    made = rotate_signing_secret(one, table, secrets, time.time(), system_entropy)
    return web.answer(200, {"id": one.id, **made})


@app.get("/pages/<page>/subscriptions/<subscriber>/unsubscribe")
def ask_to_unsubscribe(subscriber: str, page: str) -> Response[str]:
    from statustext import form_pages  # not for those who call the API

    return form_pages.ask_to_leave(app, require_page(table, page), web.subscriber_id_in(subscriber))


@app.post("/pages/<page>/subscriptions/<subscriber>/unsubscribe")
def unsubscribe_by_mail(subscriber: str, page: str) -> Response[str]:
    one, token = web.subscriber_id_in(subscriber), web.query(app, "token") or ""
    found = require_page(table, page)
    unsubscribe_by_link(found.id, one, token, table, secrets, time.time(), system_entropy)
    from statustext import form_pages  # not for those who call the API

    return form_pages.after_leaving(app, found)


def _opened(page: str, subscriber: str) -> Subscriber:
    scheme, _, token = (web.header(app, "Authorization") or "").partition(" ")
    token = token.strip() if scheme.lower() == "bearer" else ""
    one = web.subscriber_id_in(subscriber)
    page_id = require_page(table, page).id
    return open_subscription(page_id, one, token, table, secrets, time.time())


def _shown(one: Subscriber, preferences: Preferences) -> Response[str]:
    wanted = show(preferences, list_components(table, one.page))
    shown = {"id": one.id, "status": one.state.value, "mode": one.mode.value}
    masked = shown_address(one.phone, one.address)
    return web.answer(200, {**shown, "phone": masked, "preferences": wanted})


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return web.resolve(app, event, context)
