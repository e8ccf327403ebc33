"""/api/sms/subscribers; a page's settings, sending and templates: what operators do by hand."""

import time
from typing import Any
from urllib.parse import unquote

from statustext import web
from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.sealed import sealing_table
from statustext.contracts import (
    OperatorSubscriber,
    PageChange,
    SendingChange,
    SubscriberImport,
    TemplateChange,
)
from statustext.domain.api_key import ApiKey, Scope
from statustext.domain.language import Language
from statustext.domain.mode import Mode
from statustext.domain.page import Page
from statustext.domain.templates import default
from statustext.flows.accounting.consent import proof_of_consent
from statustext.flows.acting import Act
from statustext.flows.lookups import require_page
from statustext.flows.operating import (
    console_operator,
    exporting,
    finding,
    importing,
    setting_up,
    showing,
    statuspage_pages,
    versions,
)
from statustext.flows.operating import subscribers as operating
from statustext.flows.operating.erasing import erase
from statustext.invocation import is_request
from statustext.observability import observed
from statustext.routing import Response
from statustext.settings import read_settings
from statustext.sign_up_contracts import ManageRequest
from statustext.web import answer

settings = read_settings()
table = sealing_table(settings)
secrets = aws.secrets(settings)
app = web.private_api()
SUBSCRIBERS, PAGE = "/api/sms/subscribers", "/v1/pages/<page>"


@app.get(SUBSCRIBERS)
def list_subscribers() -> Response[str]:
    one = web.query(app, "id")
    reads = ("id", "type", "limit", "cursor", "phone", "email", "last4")
    key = web.require_key(app, table, Scope.WRITE if one else Scope.READ, reads=reads)
    web.require_choice(app, "type", tuple(Mode))
    if one:
        return answer(200, showing.subscriber(key.page_id, web.subscriber_id_in(one), _act(key)))
    limit = web.bounded_int(web.query(app, "limit"), default=100, most=1000)
    cursor, now = web.query(app, "cursor") or "", time.time()
    if reached := web.query(app, "phone") or web.query(app, "email"):
        found, after = finding.by_number(key.page_id, reached, table, secrets.master_key(), now), ""
    elif digits := web.query(app, "last4"):
        found, after = finding.by_last_digits(key.page_id, digits, cursor, table, now)
    else:
        mode = web.query(app, "type") or ""
        found, after = operating.list_subscribers(key.page_id, table, now, limit, cursor, mode)
    if "text/plain" in (web.header(app, "Accept") or ""):
        text = "".join(f"{operating.line(one)}\n" for one in found)
        return Response(200, "text/plain; charset=utf-8", text, {"X-Next-Cursor": after})
    return answer(200, showing.subscribers(found, after, key.page_id, table))


@app.post(SUBSCRIBERS)
def add_subscriber() -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE)
    given = web.read_body(app, OperatorSubscriber)
    added, warnings = operating.add_subscriber(
        given,
        require_page(table, key.page_id),
        _act(key),
        secrets.master_key(),
        allow_fictional=settings.allow_fictional_numbers,
    )
    shown = showing.subscribers([added], "", key.page_id, table)["subscribers"][0]
    return answer(201, {**shown, "warnings": warnings})


@app.delete(SUBSCRIBERS)
def remove_subscriber() -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, reads=("id", "erase"))
    one = web.subscriber_id_in(web.query(app, "id") or "")
    web.require_choice(app, "erase", ("true", "false"))
    if web.query(app, "erase") == "true":
        erase(key.page_id, one, _act(key))
        return answer(200, {"id": one, "status": "erased"})
    operating.remove_subscriber(key.page_id, one, _act(key))
    return answer(200, {"id": one, "status": "unsubscribed"})


@app.get(SUBSCRIBERS + "/export")
def export_subscribers() -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN, reads=("cursor", "format"))
    web.require_choice(app, "format", ("csv", "jsonl"))
    cursor = web.query(app, "cursor") or ""
    rows, after = exporting.export(key.page_id, cursor, _act(key))
    headers = {"Cache-Control": "no-store", "X-Next-Cursor": after}
    if web.query(app, "format") == "jsonl":
        lines = exporting.as_json_lines(rows)
        return Response(200, "application/x-ndjson", lines, headers)
    written = exporting.as_csv(rows, is_first=not cursor)
    return Response(200, "text/csv; charset=utf-8", written, headers)


@app.post(SUBSCRIBERS + "/import")
def import_subscribers() -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN)
    given, page = web.read_body(app, SubscriberImport), require_page(table, key.page_id)
    may_fictional = settings.allow_fictional_numbers
    by = importing.Importer(page, _act(key), secrets.master_key(), may_fictional)
    return answer(200, importing.import_subscribers(given, by))


@app.patch(SUBSCRIBERS + "/<one>")
def edit_subscriber(one: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE)
    given = web.read_body(app, ManageRequest).preferences
    changed = operating.edit_subscriber(key.page_id, web.subscriber_id_in(one), given, _act(key))
    return answer(200, showing.subscribers([changed], "", key.page_id, table)["subscribers"][0])


@app.post(SUBSCRIBERS + "/<one>/release")
def release_subscriber(one: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE)
    one = web.subscriber_id_in(one)
    operating.release_subscriber(key.page_id, one, _act(key))
    return answer(200, {"id": one, "status": "active"})


@app.get(PAGE)
def show_page(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    return answer(200, showing.page(require_page(table, page)))


@app.get("/v1/pages")
def list_pages() -> Response[str]:
    key = web.require_key(app, table, Scope.READ)
    return answer(200, [showing.page(require_page(table, key.page_id))])


@app.route(PAGE, method=["PATCH", "PUT"])
def change_page(page: str) -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN, page)
    found = require_page(table, page, consistent=True)
    change = web.read_body(app, PageChange, as_shown=statuspage_pages.fields_of(found))
    changed = setting_up.change_page(found, change, settings.senders, _act(key))
    return answer(200, showing.page(changed))


@app.get(PAGE + "/sending")
def show_sending(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    found = require_page(table, page)
    return answer(200, showing.sending(found, settings.senders, table, time.time()))


@app.patch(PAGE + "/sending")
def pause_or_resume(page: str) -> Response[str]:
    key = web.require_key(app, table, Scope.WRITE, page)
    found, paused = require_page(table, page), web.read_body(app, SendingChange).paused
    changed = setting_up.set_paused(found, paused, _act(key))
    return answer(200, showing.sending(changed, settings.senders, table, time.time()))


@app.get(PAGE + "/consent/<phone>")
def prove_consent(page: str, phone: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    master, number = secrets.master_key(), unquote(phone)
    return answer(200, proof_of_consent(page, number, table, master, time.time()))


@app.get(PAGE + "/templates")
def list_templates(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page, reads=("language",))
    found = require_page(table, page)
    return answer(200, showing.templates(found, _language(found)))


@app.post(PAGE + "/templates/<event>/preview")
def preview_template(page: str, event: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page, reads=("language",))
    found, template = require_page(table, page), web.read_body(app, TemplateChange).template
    name, language = setting_up.require_event(event), _language(found)
    check = setting_up.check_template(found, name, language, template)
    return answer(200, showing.template(name, language, template, check))


@app.delete(PAGE + "/templates/<event>")
def reset_template(page: str, event: str) -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN, page, reads=("language",))
    found, name = require_page(table, page, consistent=True), setting_up.require_event(event)
    language = _language(found)
    check = setting_up.reset_template(found, name, language, _act(key))
    return answer(200, showing.template(name, language, default(name, language), check))


@app.post(PAGE + "/versions/<version>/undo")
def undo_version(page: str, version: str) -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN, page)
    found = require_page(table, page, consistent=True)
    versions.undo(found, version, settings.senders, _act(key))
    return answer(200, showing.page(require_page(table, page, consistent=True)))


@app.put(PAGE + "/templates/<event>")
def save_template(page: str, event: str) -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN, page, reads=("language",))
    found = require_page(table, page, consistent=True)
    template, name = web.read_body(app, TemplateChange).template, setting_up.require_event(event)
    language = _language(found)
    check = setting_up.save_template(found, name, language, template, _act(key))
    return answer(200, showing.template(name, language, template, check))


def _language(page: Page) -> Language:
    """The one that is asked for, else the page's."""
    one = web.query(app, "language")
    web.require_choice(app, "language", tuple(Language))
    return Language(one) if one else page.language


def _act(key: ApiKey) -> Act:
    return Act(key.actor, table, time.time(), system_entropy)


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    if not is_request(event):  # invoked by hand
        return console_operator.act(event, settings.senders, table, time.time(), system_entropy)
    return web.resolve(app, event, context)
