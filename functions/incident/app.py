"""Incidents and components as in Statuspage's management API, and from the AWS console."""

import time
from typing import Any

from aws_lambda_powertools.event_handler import Response

from statustext import web
from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.dynamodb import Table
from statustext.contracts import ComponentRequest, IncidentRequest
from statustext.domain.api_key import Scope
from statustext.domain.page import Page
from statustext.flows.lookups import require_page
from statustext.flows.operating import console, showing
from statustext.flows.publishing import components, idempotency, recalling
from statustext.flows.publishing import incidents as publishing
from statustext.invocation import is_request
from statustext.observability import observed
from statustext.settings import read_settings
from statustext.web import answer

settings = read_settings()
table = Table(aws.client("dynamodb"), settings.table_name)
app = web.private_api()
RATE = settings.twilio_mps
INCIDENTS, COMPONENTS = "/v1/pages/<page>/incidents", "/v1/pages/<page>/components"


@app.get(INCIDENTS)
def list_incidents(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    limit = web.bounded_int(web.query(app, "limit"), default=100, most=100)
    found = require_page(table, page)
    return answer(200, showing.incidents(found, limit, table, time.time(), RATE))


@app.post(INCIDENTS)
def open_incident(page: str) -> Response[str]:
    return _publish(page, None, 201)


@app.get(INCIDENTS + "/<incident>")
def show_incident(page: str, incident: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    return answer(200, _shown(require_page(table, page), incident))


@app.patch(INCIDENTS + "/<incident>")
def update_incident(page: str, incident: str) -> Response[str]:
    return _publish(page, incident, 200)


def _publish(page: str, incident: str | None, status: int) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    found = require_page(table, page)
    given = web.read_body(app, IncidentRequest).incident
    once = idempotency.by_key(web.idempotency_key(app), incident, given)
    actor, now = key.actor, time.time()
    if incident is None:
        done = publishing.open_incident(page, given, actor, table, now, system_entropy, once)
    else:
        done = publishing.update_incident(
            found, incident, given, actor, table, now, system_entropy, once
        )
    return answer(status, _shown(found, done.id))


@app.post(INCIDENTS + "/<incident>/updates/<seq>/recall")
def recall_update(page: str, incident: str, seq: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    found, actor = require_page(table, page), key.actor
    number = int(seq) if seq.isascii() and seq.isdecimal() and len(seq) < 6 else 0
    reason, now = recalling.RECALLED, time.time()
    recalling.recall(page, incident, number, reason, actor, table, now, system_entropy)
    return answer(200, _shown(found, incident))


def _shown(page: Page, incident: str) -> dict[str, Any]:
    return showing.incident(page, incident, table, time.time(), RATE)


@app.get(COMPONENTS)
def list_components(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    return answer(200, showing.components(page, table))


@app.post(COMPONENTS)
def create_component(page: str) -> Response[str]:
    web.require_key(app, table, Scope.WRITE, page)
    given = web.read_body(app, ComponentRequest).component
    made = components.create(page, given, table, time.time(), system_entropy)
    return answer(201, showing.component(page, made.id, table))


@app.get(COMPONENTS + "/<component>")
def show_component(page: str, component: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    return answer(200, showing.component(page, component, table))


@app.patch(COMPONENTS + "/<component>")
def change_component(page: str, component: str) -> Response[str]:
    web.require_key(app, table, Scope.WRITE, page)
    given = web.read_body(app, ComponentRequest).component
    changed = components.change(page, component, given, table, time.time(), system_entropy)
    return answer(200, showing.component(page, changed.id, table))


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    if not is_request(event):  # invoked by hand
        return console.act(event, table, time.time(), system_entropy, RATE)
    return web.resolve(app, event, context)
