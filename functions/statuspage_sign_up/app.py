"""/api/v2/subscribers.json: sign-up as clients of Statuspage's public API do it."""

import time
from collections.abc import Mapping
from typing import Any

from statustext import web
from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.sealed import sealing_table
from statustext.errors import RejectedError
from statustext.flows.lookups import require_page
from statustext.flows.showing_publicly.addresses import NO_ROUTE, Pages
from statustext.flows.signing_up import by_statuspage_api as flow
from statustext.flows.signing_up.by_statuspage_api import Visit
from statustext.observability import observed
from statustext.routing import Response
from statustext.settings import read_settings
from statustext.statuspage_contracts import (
    PublicCodeRequest,
    PublicSubscriber,
    PublicSubscriberRequest,
)
from statustext.web import answer

settings = read_settings()
table = sealing_table(settings)
secrets = aws.secrets(settings)
pages = Pages(table, time.time)
app = web.public_api()
SUBSCRIBERS = "/api/v2/subscribers"
ON_PAGE = f"/pages/<page>{SUBSCRIBERS}"
ACTS = ("resend_confirmation", "verify")
METHODS = {
    f"{SUBSCRIBERS}.json": "POST, PATCH, DELETE",
    f"{SUBSCRIBERS}/{{id}}": "GET, PATCH, DELETE",
    f"{SUBSCRIBERS}/{{id}}/{{act}}": "POST",
}


@app.post(SUBSCRIBERS)
@app.post(ON_PAGE)
def subscribe_or_tune(**_page: str) -> Response[str]:
    given, visit = _given(), _visit()
    if given.id:
        return answer(200, flow.tune(_known(given.id), given.components, visit))
    shown, is_new = flow.subscribe(given, visit)
    if is_new:
        return answer(201, shown)
    # Relative to this path, and so right behind any stage or base path.
    return answer(302, shown, {"Location": f"subscribers/{shown['subscriber']['id']}.json"})


@app.patch(SUBSCRIBERS)
@app.patch(ON_PAGE)
@app.patch(f"{SUBSCRIBERS}/<one>")
@app.patch(f"{ON_PAGE}/<one>")
def tune(one: str = "", **_page: str) -> Response[str]:
    given = _given()
    return answer(200, flow.tune(_known(one or given.id), given.components, _visit()))


@app.delete(SUBSCRIBERS)
@app.delete(ON_PAGE)
@app.delete(f"{SUBSCRIBERS}/<one>")
@app.delete(f"{ON_PAGE}/<one>")
def end(one: str = "", **_page: str) -> Response[str]:
    return answer(200, flow.end(_known(one or _given().id), _visit()))


@app.get(f"{SUBSCRIBERS}/<one>")
@app.get(f"{ON_PAGE}/<one>")
def show(one: str, **_page: str) -> Response[str]:
    return answer(200, flow.show(_known(one), _visit()))


@app.post(f"{SUBSCRIBERS}/<one>/resend_confirmation")
@app.post(f"{ON_PAGE}/<one>/resend_confirmation")
def resend_confirmation(one: str, **_page: str) -> Response[str]:
    flow.ask_again(_known(one), _visit())
    return answer(201, {})


@app.post(f"{SUBSCRIBERS}/<one>/verify")
@app.post(f"{ON_PAGE}/<one>/verify")
def verify(one: str, **_page: str) -> Response[str]:
    code = web.read_body(app, PublicCodeRequest).subscriber.code
    return answer(200, flow.enter_code(_known(one), code, _visit()))


@app.exception_handler(RejectedError)
def rejected(error: RejectedError) -> Response[str]:
    """What can be mended by who filled a form in comes as Statuspage's: a list of sentences."""
    if error.status != 422:
        return web.error_answer(error)
    faults: Mapping[str, str] = error.fields if len(error.fields) > 1 else {}
    told = [f"Correct {name}: {why.rstrip('.')}." for name, why in faults.items()]
    return answer(422, told or [error.message], error.headers)


@app.not_found
def not_found() -> Response[str]:
    """These paths take any method."""
    event = app.current_event
    path = str(event.resource).removeprefix("/pages/{page}")
    act = (event.path_parameters or {}).get("act", ACTS[0])
    if act.removesuffix(".json") not in ACTS:
        return web.error_answer(RejectedError(404, "not_found", NO_ROUTE))
    sentence = f"Use one of {METHODS[path]} here."
    error = RejectedError(405, "method_not_allowed", sentence, headers={"Allow": METHODS[path]})
    return web.error_answer(error)


def _given() -> PublicSubscriber:
    return web.read_body(app, PublicSubscriberRequest).subscriber


def _known(one: str | None) -> str:
    if not one:
        raise RejectedError(422, "invalid_request", "Send the subscriber's id.")
    return web.subscriber_id_in(one)


def _visit() -> Visit:
    found = require_page(table, pages.address(app.current_event.raw_event).page)
    return Visit(
        found,
        web.source_address(app),
        table,
        secrets,
        time.time(),
        system_entropy,
        settings.allow_fictional_numbers,
        web.header(app, "Accept-Language") or "",
    )


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return web.resolve(app, event, context)
