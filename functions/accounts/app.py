"""Who was told what, and why somebody was not; what operators did, settings before it included.
For operators; only reads."""

import time
from typing import Any

from statustext import web
from statustext.adapters.sealed import sealing_table
from statustext.domain.api_key import Scope
from statustext.domain.delivery import DeliveryStatus
from statustext.flows.accounting import audit_trail, deliveries, report
from statustext.flows.accounting.compliance import compliance_pack
from statustext.flows.accounting.history import history
from statustext.flows.lookups import require_page
from statustext.flows.operating import versions
from statustext.observability import observed
from statustext.routing import Response
from statustext.settings import read_settings
from statustext.web import answer

settings = read_settings()
table = sealing_table(settings)
app = web.private_api()
PAGE = "/v1/pages/<page>"
NEVER_KEPT = {"Cache-Control": "no-store"}


@app.get(PAGE + "/incidents/<incident>/deliveries")
def list_deliveries(page: str, incident: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page, ("status", "cursor"))
    web.require_choice(app, "status", tuple(DeliveryStatus))
    wanted, cursor = web.query(app, "status"), web.query(app, "cursor") or ""
    status = DeliveryStatus(wanted) if wanted else None
    found, after = deliveries.list_deliveries(page, incident, status, cursor, table)
    shown = deliveries.shown(page, found, table, time.time())
    if "text/csv" in (web.header(app, "Accept") or ""):
        written = deliveries.as_csv(shown, is_first=not cursor)
        return Response(200, "text/csv; charset=utf-8", written, {"X-Next-Cursor": after})
    return answer(200, {"deliveries": shown, "next_cursor": after or None})


@app.get(PAGE + "/incidents/<incident>/report")
def show_report(page: str, incident: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    found = report.report(require_page(table, page), incident, table)
    if "text/csv" in (web.header(app, "Accept") or ""):
        return Response(200, "text/csv; charset=utf-8", report.as_csv(found), NEVER_KEPT)
    return answer(200, found)


@app.get(PAGE + "/subscribers/<subscriber>/history")
def show_history(page: str, subscriber: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    return answer(200, history(page, web.subscriber_id_in(subscriber), table, time.time()))


@app.get(PAGE + "/audit")
def list_audit(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page, ("limit", "cursor"))
    limit = web.bounded_int(web.query(app, "limit"), default=100, most=1000)
    found, after = audit_trail.list_audit(page, limit, web.query(app, "cursor") or "", table)
    return answer(200, {"audit": found, "next_cursor": after or None})


@app.get(PAGE + "/compliance_pack")
def show_compliance_pack(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    return answer(200, compliance_pack(require_page(table, page)))


@app.get(PAGE + "/versions")
def list_versions(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page, ("cursor",))
    found, after = versions.list_versions(page, web.query(app, "cursor") or "", table)
    return answer(200, {"versions": found, "next_cursor": after or None})


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return web.resolve(app, event, context)
