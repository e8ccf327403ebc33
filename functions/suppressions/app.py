"""/api/v1/orgs/{page}/sms/suppressions: numbers that must not be texted, …/sms/reviews: replies
that may have said so, …/sms/codes: where codes are paused as nobody enters them, for operators."""

import time
from typing import Any
from urllib.parse import unquote

from statustext import web
from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.sealed import sealing_table
from statustext.contracts import SuppressionInput
from statustext.domain.api_key import ApiKey, Scope
from statustext.flows.acting import Act
from statustext.flows.operating import codes, reviewing, suppressions
from statustext.observability import observed
from statustext.routing import Response
from statustext.settings import read_settings
from statustext.web import answer

settings = read_settings()
table = sealing_table(settings)
secrets = aws.secrets(settings)
app = web.private_api()
SUPPRESSIONS = "/api/v1/orgs/<page>/sms/suppressions"
REVIEWS = "/api/v1/orgs/<page>/sms/reviews"
CODES = "/api/v1/orgs/<page>/sms/codes"


@app.get(SUPPRESSIONS)
def list_suppressions(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page, ("cursor",))
    cursor = web.query(app, "cursor") or ""
    found, after = suppressions.list_suppressions(page, cursor, table)
    return answer(200, {"suppressions": found, "next_cursor": after or None})


@app.post(SUPPRESSIONS)
def add_suppression(page: str) -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN, page)
    given = web.read_body(app, SuppressionInput)
    one = suppressions.suppressed_id(given.phone, page, secrets.master_key())
    made = suppressions.add_suppression(page, one, given.reason, _act(key))
    return answer(201, made)


@app.get(REVIEWS)
def list_reviews(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page, ("cursor",))
    found, after = reviewing.waiting_reviews(page, web.query(app, "cursor") or "", table)
    return answer(200, {"reviews": found, "next_cursor": after})


@app.post(REVIEWS + "/<review>/confirm")
def confirm_opt_out(page: str, review: str) -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN, page)
    return answer(200, reviewing.confirm(page, review, _act(key)))


@app.post(REVIEWS + "/<review>/undo")
def undo_opt_out(page: str, review: str) -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN, page)
    return answer(200, reviewing.undo(page, review, _act(key)))


@app.get(CODES)
def show_codes(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page, ("cursor",))
    return answer(200, codes.show_codes(page, web.query(app, "cursor") or "", table, time.time()))


@app.delete(CODES + "/paused/<scope>")
def resume_codes(page: str, scope: str) -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN, page, ("reason",))
    reason = (web.query(app, "reason") or "not given")[:200]
    return answer(200, codes.lift(page, unquote(scope), reason, _act(key)))


@app.get(SUPPRESSIONS + "/<phone>")
def show_suppression(page: str, phone: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    one = suppressions.suppressed_id(unquote(phone), page, secrets.master_key())
    return answer(200, suppressions.show_suppression(page, one, table))


@app.delete(SUPPRESSIONS + "/<phone>")
def lift_suppression(page: str, phone: str) -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN, page, ("reason",))
    reason = (web.query(app, "reason") or "not given")[:200]
    one = suppressions.suppressed_id(unquote(phone), page, secrets.master_key())
    suppressions.lift_suppression(page, one, reason, _act(key))
    return answer(200, {"subscriber": one, "suppressed": False})


def _act(key: ApiKey) -> Act:
    return Act(key.actor, table, time.time(), system_entropy)


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return web.resolve(app, event, context)
