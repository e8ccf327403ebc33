"""/api/v1/orgs/{page}/sms/provider: a page's own SMS provider, and whether it works. The one
function that writes pages' secrets."""

import time
from functools import partial
from typing import Any

from statustext import web
from statustext.adapters import aws
from statustext.adapters.clock import system_entropy
from statustext.adapters.guarded_http import GuardedHttp
from statustext.adapters.page_secrets import PageSecrets
from statustext.adapters.sealed import sealing_table
from statustext.adapters.secret_store import TwilioLogin
from statustext.adapters.twilio_account import TwilioAccount
from statustext.contracts import ProviderInput, ProviderTrial
from statustext.domain.api_key import Scope
from statustext.flows.acting import Act
from statustext.flows.lookups import require_page
from statustext.flows.operating import providing, trying_provider
from statustext.flows.operating.providing import Desk
from statustext.flows.operating.showing_provider import shown
from statustext.flows.signing_up.subscribing import usable_number
from statustext.observability import observed
from statustext.routing import Response
from statustext.settings import read_settings
from statustext.web import answer

settings = read_settings()
table = sealing_table(settings)
secrets = aws.secrets(settings)
app = web.private_api()
http = GuardedHttp(is_local_run=settings.call_this_machine)
PROVIDER = "/api/v1/orgs/<page>/sms/provider"


@app.get(PROVIDER)
def show(page: str) -> Response[str]:
    web.require_key(app, table, Scope.READ, page)
    found = require_page(table, page, consistent=True)
    secret = providing.secret_of(found, _desk())
    return answer(200, shown(found, secret, settings.senders, time.time()))


@app.put(PROVIDER)
def put(page: str) -> Response[str]:
    return _set(page, whole=True)


@app.patch(PROVIDER)
def change(page: str) -> Response[str]:
    return _set(page, whole=False)


def _set(page: str, *, whole: bool) -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN, page)
    given, act = web.read_body(app, ProviderInput), _act(key.actor)
    found = require_page(table, page, consistent=True)
    after, secret = providing.set_provider(found, given, _desk(), act, whole=whole)
    return answer(200, shown(after, secret, settings.senders, act.now))


@app.delete(PROVIDER)
def remove(page: str) -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN, page)
    found, act = require_page(table, page, consistent=True), _act(key.actor)
    after, secret = providing.remove_provider(found, _desk(), act)
    return answer(200, shown(after, secret, settings.senders, act.now))


@app.post(PROVIDER + "/test")
def test(page: str) -> Response[str]:
    key = web.require_key(app, table, Scope.ADMIN, page)
    given, found = web.read_body(app, ProviderTrial), require_page(table, page, consistent=True)
    may_fictional, text = settings.allow_fictional_numbers, None
    if given.to is not None:
        usable_number(given.to, given.country, found, allow_fictional=may_fictional, field="to")
    looked_at = trying_provider.checks(found, _desk(), http)
    if given.to is not None:
        by = trying_provider.Tester(key, _act(key.actor), secrets.master_key(), may_fictional)
        text = trying_provider.order_text(given, found, by)
    return answer(200, trying_provider.result(looked_at, text))


def _desk() -> Desk:
    def account_of(login: TwilioLogin) -> TwilioAccount:
        return TwilioAccount(login, settings.twilio_api_url)

    written = PageSecrets(settings.page_secrets_prefix, partial(aws.client, "secretsmanager"))
    return Desk(secrets, written, account_of, settings.senders)


def _act(actor: str) -> Act:
    return Act(actor, table, time.time(), system_entropy)


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return web.resolve(app, event, context)
