"""Incidents, components and their groups as in Statuspage's management API, and incidents from the
AWS console."""

import time
from collections.abc import Callable
from typing import Any

from statustext import web
from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.dynamodb import Table
from statustext.adapters.sealed import sealing_table
from statustext.contracts import (
    ComponentRequest,
    GroupRequest,
    IncidentRequest,
    PostmortemRequest,
    PublicationRequest,
    UpdateRequest,
)
from statustext.domain.api_key import ApiKey, Scope
from statustext.domain.incident import Incident
from statustext.domain.page import Page
from statustext.flows.acting import Act
from statustext.flows.lookups import require_incident, require_page
from statustext.flows.operating import console, showing, statuspage
from statustext.flows.publishing import (
    components,
    groups,
    idempotency,
    postmortems,
    previewing,
    recalling,
    rewording,
)
from statustext.flows.publishing import incidents as publishing
from statustext.flows.publishing.incidents import Guards
from statustext.flows.publishing.previewing import Confirmation, Desk
from statustext.invocation import is_request
from statustext.observability import observed
from statustext.routing import Response
from statustext.settings import read_settings
from statustext.web import answer

settings = read_settings()
table = sealing_table(settings)
secrets = aws.secrets(settings)
app = web.private_api()
RATE = settings.twilio_mps
INCIDENTS, COMPONENTS = "/v1/pages/<page>/incidents", "/v1/pages/<page>/components"
POSTMORTEM = INCIDENTS + "/<incident>/postmortem"
GROUPS = "/v1/pages/<page>/component-groups"
CHANGE = ["PATCH", "PUT"]
MOST_COMPONENTS = 1100


@app.get(INCIDENTS)
def list_incidents(page: str) -> Response[str]:
    return _list(page, "all", "limit", "q")


@app.get(INCIDENTS + "/unresolved")
def list_unresolved(page: str) -> Response[str]:
    return _list(page, "unresolved", "per_page")


@app.get(INCIDENTS + "/scheduled")
def list_scheduled(page: str) -> Response[str]:
    return _list(page, "scheduled", "per_page")


@app.get(INCIDENTS + "/upcoming")
def list_upcoming(page: str) -> Response[str]:
    return _list(page, "upcoming", "per_page")


@app.get(INCIDENTS + "/active_maintenance")
def list_active_maintenance(page: str) -> Response[str]:
    return _list(page, "active_maintenance", "per_page")


def _list(page: str, which: str, size: str, *more: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page, ("page", size, *more))
    part, found = web.part_of_list(app, size, 100, 100), require_page(table, page)
    q = web.words_of_search(app)
    return answer(200, showing.incidents(found, which, q, part, table, time.time(), RATE))


@app.post(INCIDENTS)
def open_incident(page: str) -> Response[str]:
    return _publish(page, None, 201)


@app.get(INCIDENTS + "/<incident>")
def show_incident(page: str, incident: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    return answer(200, _shown(require_page(table, page), incident))


@app.delete(INCIDENTS + "/<incident>")
def remove_incident(page: str, incident: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    shown = _shown(require_page(table, page), incident)
    rewording.remove(page, incident, _act(key))
    return answer(200, shown)


@app.route(INCIDENTS + "/<incident>", method=CHANGE)
def update_incident(page: str, incident: str) -> Response[str]:
    return _publish(page, incident, 200)


def _publish(page: str, incident: str | None, status: int) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    found = require_page(table, page)
    given = web.read_body(app, IncidentRequest).incident
    once = idempotency.by_key(web.idempotency_key(app), incident, given)
    act = _act(key)
    desk = Desk(table, settings.senders, secrets, act.now)
    guards = Guards(once, Confirmation(found, incident, given, desk))
    if incident is None:
        done = publishing.open_incident(found, given, act, guards)
    else:
        done = publishing.update_incident(found, incident, given, act, guards)
    return answer(status, _shown(found, done.id))


@app.post(INCIDENTS + "/preview")
def preview_incident(page: str) -> Response[str]:
    return _preview(page, None)


@app.post(INCIDENTS + "/<incident>/preview")
def preview_update(page: str, incident: str) -> Response[str]:
    return _preview(page, incident)


def _preview(page: str, incident: str | None) -> Response[str]:
    web.require_key(app, table, Scope.WRITE, page, of_any_kind=True)  # it writes nothing
    found, given = require_page(table, page), web.read_body(app, IncidentRequest).incident
    desk = Desk(table, settings.senders, secrets, time.time())
    return answer(200, previewing.preview(found, incident, given, desk, system_entropy))


@app.post(INCIDENTS + "/<incident>/updates/<seq>/recall")
def recall_update(page: str, incident: str, seq: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    found = require_page(table, page)
    number = int(seq) if seq.isascii() and seq.isdecimal() and len(seq) < 6 else 0
    recalling.recall(page, incident, number, recalling.RECALLED, _act(key))
    return answer(200, _shown(found, incident))


@app.route(INCIDENTS + "/<incident>/incident_updates/<update>", method=CHANGE)
def reword_update(page: str, incident: str, update: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    found, act = require_page(table, page), _act(key)
    given = web.read_body(app, UpdateRequest).incident_update
    done = rewording.reword(page, incident, update, given, act)
    return answer(200, showing.update(found, done, table, act.now))


@app.get(POSTMORTEM)
def show_postmortem(page: str, incident: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    return _postmortem(require_incident(table, require_page(table, page).id, incident))


@app.put(POSTMORTEM)
def write_postmortem(page: str, incident: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    given = web.read_body(app, PostmortemRequest).postmortem
    found = require_page(table, page)
    return _postmortem(postmortems.write_draft(found, incident, given, _act(key)))


@app.put(POSTMORTEM + "/publish")
def publish_postmortem(page: str, incident: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    given = web.read_body(app, PublicationRequest).postmortem
    found = require_page(table, page)
    return _postmortem(postmortems.publish(found, incident, given, _act(key)))


@app.put(POSTMORTEM + "/revert")
def revert_postmortem(page: str, incident: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    found = require_page(table, page)
    return _postmortem(postmortems.take_back(found, incident, _act(key)))


@app.delete(POSTMORTEM)
def remove_postmortem(page: str, incident: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    postmortems.take_back(require_page(table, page), incident, _act(key), with_draft=True)
    return web.nothing()


def _postmortem(of: Incident) -> Response[str]:
    return answer(200, statuspage.postmortem_shape(postmortems.require_postmortem(of)))


def _act(key: ApiKey) -> Act:
    return Act(key.actor, table, time.time(), system_entropy)


def _shown(page: Page, incident: str) -> dict[str, Any]:
    return showing.incident(page, incident, table, time.time(), RATE)


@app.get(COMPONENTS)
def list_components(page: str) -> Response[str]:
    return _listed(page, showing.components)


@app.post(COMPONENTS)
def create_component(page: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    given = web.read_body(app, ComponentRequest).component
    made = components.create(page, given, _act(key))
    return answer(201, showing.component(page, made.id, table))


@app.get(COMPONENTS + "/<component>")
def show_component(page: str, component: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    return answer(200, showing.component(page, component, table))


@app.delete(COMPONENTS + "/<component>")
def remove_component(page: str, component: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    components.remove(page, component, _act(key))
    return web.nothing()


@app.route(COMPONENTS + "/<component>", method=CHANGE)
def change_component(page: str, component: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    given = web.read_body(app, ComponentRequest).component
    changed = components.change(page, component, given, _act(key))
    return answer(200, showing.component(page, changed.id, table))


@app.get(GROUPS)
def list_groups(page: str) -> Response[str]:
    return _listed(page, showing.groups)


@app.post(GROUPS)
def create_group(page: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    given = web.read_body(app, GroupRequest)
    made = groups.create(page, given, _act(key))
    return answer(201, showing.group(page, made.id, table))


@app.get(GROUPS + "/<group>")
def show_group(page: str, group: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    return answer(200, showing.group(page, group, table))


@app.route(GROUPS + "/<group>", method=CHANGE)
def change_group(page: str, group: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    given = web.read_body(app, GroupRequest)
    groups.change(page, group, given, _act(key))
    return answer(200, showing.group(page, group, table))


@app.delete(GROUPS + "/<group>")
def remove_group(page: str, group: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    shown = showing.group(page, group, table)
    groups.remove(page, group, _act(key))
    return answer(200, shown)


def _listed(page: str, show: Callable[[str, Table], list[dict[str, Any]]]) -> Response[str]:
    web.require_key(app, table, Scope.READ, page, ("page", "per_page"))
    part = web.part_of_list(app, "per_page", MOST_COMPONENTS, MOST_COMPONENTS)
    return answer(200, show(page, table)[part])


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    if not is_request(event):  # invoked by hand
        return console.by_hand(event, table, time.time(), system_entropy, RATE)
    return web.resolve(app, event, context)
