"""/v1/pages/{page}/team: contacts, routing policy, ladders, who is on call, escalations; and the
page behind a link to acknowledge one."""

import time
from typing import Any

from statustext import web
from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.sealed import sealing_table
from statustext.adapters.team_messages import list_messages
from statustext.adapters.team_messengers import mailbox_of
from statustext.domain.api_key import Scope
from statustext.flows.acting import Act
from statustext.flows.escalating import contacts, setting
from statustext.flows.escalating.acknowledging import acknowledge_escalation, require_linked
from statustext.flows.lookups import require_page
from statustext.observability import observed
from statustext.own_pages import acknowledgement_page
from statustext.routing import Response
from statustext.settings import read_settings
from statustext.team_contracts import ContactCode, ContactInput, TeamChange
from statustext.web import answer

settings = read_settings()
table = sealing_table(settings)
secrets = aws.secrets(settings)
codes = contacts.Codes(secrets, mailbox_of(settings))
app = web.private_api()
TEAM = "/v1/pages/<page>/team"
CONTACT = TEAM + "/contacts/<contact>"
LINK = "/team/<page>/escalations/<escalation>/<token>"


@app.get(TEAM)
def show_team(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    found = require_page(table, page, consistent=True)
    return answer(200, setting.show_team(found, table, time.time()))


@app.patch(TEAM)
def change_team(page: str) -> Response[str]:
    act = _act(page, Scope.ADMIN)
    given, before = web.read_body(app, TeamChange), require_page(table, page, consistent=True)
    setting.change_team(before, given, act)
    found = require_page(table, page, consistent=True)
    return answer(200, setting.show_team(found, table, act.now))


@app.post(TEAM + "/contacts")
def add_contact(page: str) -> Response[str]:
    act = _act(page, Scope.ADMIN)
    given, found = web.read_body(app, ContactInput), require_page(table, page)
    may_fictional = settings.allow_fictional_numbers
    added = contacts.add_contact(given, found, act, codes, allow_fictional=may_fictional)
    return answer(201, setting.shown_contact(added))


@app.post(CONTACT + "/verify")
def verify_contact(page: str, contact: str) -> Response[str]:
    act = _act(page, Scope.ADMIN)
    given = web.read_body(app, ContactCode)
    if given.code is None:
        found = require_page(table, page)
        return answer(202, setting.shown_contact(contacts.send_code(found, contact, act, codes)))
    verified = contacts.enter_code(page, contact, given.code, act, secrets)
    return answer(200, setting.shown_contact(verified))


@app.delete(CONTACT)
def remove_contact(page: str, contact: str) -> Response[str]:
    contacts.drop_contact(page, web.subscriber_id_in(contact), _act(page, Scope.ADMIN))
    return answer(200, {"id": contact, "removed": True})


@app.get(TEAM + "/escalations")
def list_escalations(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page, ("limit", "cursor"))
    limit = web.bounded_int(web.query(app, "limit"), default=20, most=50)
    cursor = web.query(app, "cursor") or ""
    found, after = setting.list_escalations(page, limit, cursor, table)
    return answer(200, {"escalations": found, "next_cursor": after or None})


@app.post(TEAM + "/escalations/<escalation>/acknowledge")
def acknowledge(page: str, escalation: str) -> Response[str]:
    act = _act(page, Scope.WRITE)
    found = acknowledge_escalation(page, web.subscriber_id_in(escalation), act)
    return answer(200, setting.shown_escalation(found, list_messages(table, page, found.id)))


@app.get(LINK)
def look_at(page: str, escalation: str, token: str) -> Response[str]:
    shown = require_page(table, page)
    linked = require_linked(shown.id, web.subscriber_id_in(escalation), token, table)
    return acknowledgement_page(app, linked, shown)


@app.post(LINK)
def acknowledge_by_link(page: str, escalation: str, token: str) -> Response[str]:
    shown = require_page(table, page)
    linked = require_linked(shown.id, web.subscriber_id_in(escalation), token, table)
    act = Act("whoever has the link", table, time.time(), system_entropy)
    return acknowledgement_page(app, acknowledge_escalation(page, linked.id, act), shown)


def _act(page: str, scope: Scope) -> Act:
    key = web.require_key(app, table, scope, page)
    return Act(key.actor, table, time.time(), system_entropy)


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return web.resolve(app, event, context)
