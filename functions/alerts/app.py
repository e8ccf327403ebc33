"""/v1/pages/{page}/alerts: what monitoring says, as it is posted or as AWS hands it over; and the
rules and drafts that operators make of it."""

import time
from typing import Any

from statustext import web
from statustext.adapters import aws
from statustext.adapters.alert_sources import signing_secrets
from statustext.adapters.clock import system_entropy
from statustext.adapters.drafts import get_rules
from statustext.adapters.sealed import sealing_table
from statustext.alert_contracts import DraftPublication, RulesInput, SourceInput, TrialInput
from statustext.alert_edge import heard_from_aws, posted, source_named
from statustext.domain.alerts.draft import DraftState
from statustext.domain.api_key import ApiKey, Scope
from statustext.flows.acting import Act
from statustext.flows.lookups import require_page
from statustext.flows.publishing.previewing import Desk
from statustext.flows.taking_alerts import deciding, receiving, ruling, showing, signing
from statustext.invocation import is_request
from statustext.observability import observed
from statustext.routing import Response
from statustext.settings import read_settings
from statustext.web import answer

settings = read_settings()
table = sealing_table(settings)
keys = aws.secrets(settings)
app = web.private_api()
ALERTS, RULES = "/v1/pages/<page>/alerts", "/v1/pages/<page>/alert_rules"
DRAFTS = "/v1/pages/<page>/drafts"
ACCEPTED = 202


@app.post(ALERTS + "/<source>")
def take_alerts(page: str, source: str) -> Response[str]:
    web.require_key(app, table, Scope.ALERTS, page)
    return _take(page, source)


@app.post(ALERTS + "/<source>/<key>")
def take_alerts_by_address(page: str, source: str, key: str) -> Response[str]:
    web.require_key(app, table, Scope.ALERTS, page, presented=key)
    return _take(page, source)


def _take(page: str, source: str) -> Response[str]:
    named, found = source_named(source), require_page(table, page)
    secrets = signing_secrets(table, page, named) if named in signing.SIGNING else ()
    told = receiving.receive(found, posted(app, named, secrets), _act(receiving.ACTOR))
    return answer(ACCEPTED, told)


@app.put(ALERTS + "/<source>")
def set_secrets(page: str, source: str) -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN, page)
    named, found = source_named(source), require_page(table, page)
    given = web.read_body(app, SourceInput)
    return answer(200, signing.set_secrets(found, named, given, _act_of(key)))


@app.get(ALERTS)
def list_alerts(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page, ("cursor", "id"))
    require_page(table, page)
    if identifier := web.query(app, "id"):
        return answer(200, showing.alert(page, identifier, table))
    return answer(200, showing.alerts(page, web.query(app, "cursor") or "", table))


@app.get(RULES)
def show_rules(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    return answer(200, showing.rules(get_rules(table, require_page(table, page).id)))


@app.put(RULES)
def set_rules(page: str) -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN, page)
    found, given = require_page(table, page), web.read_body(app, RulesInput)
    return answer(200, showing.rules(ruling.set_rules(found, given, _act_of(key))))


@app.post(RULES + "/try")
def try_rules(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    found, given = require_page(table, page), web.read_body(app, TrialInput)
    return answer(200, ruling.try_rules(found, given, table))


@app.get(DRAFTS)
def list_drafts(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page, ("state",))
    web.require_choice(app, "state", [one.value for one in DraftState])
    require_page(table, page)
    return answer(200, showing.drafts(page, web.query(app, "state"), table))


@app.get(DRAFTS + "/<draft>")
def show_draft(page: str, draft: str) -> Response[str]:
    key = web.require_key(app, table, Scope.READ, page)
    found, act = require_page(table, page), _act_of(key)
    known = deciding.require_draft(page, draft, act)
    shown = {**showing.draft(known), "opens_as": deciding.opens_as(found, known, act)}
    return answer(200, shown)


@app.post(DRAFTS + "/<draft>/publish")
def publish_draft(page: str, draft: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    found, act = require_page(table, page), _act_of(key)
    given = web.read_optional_body(app, DraftPublication)
    desk = Desk(table, settings.senders, keys, act.now)
    return answer(200, showing.draft(deciding.publish(found, draft, given, act, desk)))


@app.post(DRAFTS + "/<draft>/discard")
def discard_draft(page: str, draft: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    act = _act_of(key)
    return answer(200, showing.draft(deciding.discard(require_page(table, page), draft, act)))


def _act_of(key: ApiKey) -> Act:
    return _act(key.actor)


def _act(actor: str) -> Act:
    return Act(actor, table, time.time(), system_entropy)


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    if not is_request(event):  # EventBridge's or SNS's, or by hand
        return heard_from_aws(event, _act(receiving.ACTOR))
    return web.resolve(app, event, context)
