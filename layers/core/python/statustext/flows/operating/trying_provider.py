"""Whether a page's own provider would do: Twilio and our own webhook are asked; told in words.

The one text goes as any operator's does, by the same sender, limits and opt-outs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from statustext.adapters.guarded_http import GuardedHttp, Verdict
from statustext.adapters.page_secrets import AccountKeys
from statustext.adapters.secret_store import TwilioLogin
from statustext.adapters.twilio_account import Hook, TwilioAccount, TwilioSilentError
from statustext.adapters.twilio_signature import signature_of
from statustext.contracts import ProviderTrial, SendInput
from statustext.domain.api_key import ApiKey
from statustext.domain.page import Page, Sender
from statustext.errors import RejectedError
from statustext.flows.accounting import sends
from statustext.flows.acting import Act
from statustext.flows.operating import sending
from statustext.flows.operating.providing import Desk, masked, secret_of
from statustext.flows.operating.showing_provider import webhook_url

NO_ATTEMPT = "test"
"""In place of an attempt's name: a receipt that is nobody's, and changes nothing."""

Check = dict[str, Any]


@dataclass(frozen=True)
class Tester:
    """Who asks for a text: by which key, and with what their order is judged."""

    key: ApiKey
    act: Act
    master: str = field(repr=False)
    may_fictional: bool


def require_own(page: Page) -> Sender:
    """The sender of the page's own account. Raises RejectedError 409."""
    if page.provider is None or not page.provider.account_sid:
        sentence = "This page has no Twilio account of its own; set one first."
        raise RejectedError(409, "no_provider", sentence)
    return page.provider


def checks(page: Page, desk: Desk, http: GuardedHttp) -> list[Check]:
    """What was looked at, in order; what follows from a failed one is left out.

    Raises RejectedError 409 for a page without a provider of its own.
    """
    sender = require_own(page)
    keys = secret_of(page, desk).accounts[sender.account_sid]
    found: list[Check] = []
    try:
        found += _of_twilio(page, sender, keys, desk)
    except TwilioSilentError:
        found.append(_no("credentials", "Twilio does not answer now; try again in a minute."))
    found.append(_own_webhook(page, sender, keys, http))
    return found


def _of_twilio(page: Page, sender: Sender, keys: AccountKeys, desk: Desk) -> Iterator[Check]:
    sid = sender.account_sid
    account = desk.account_of(TwilioLogin(sid, sid, keys.auth_token))
    standing = account.standing()
    if not standing:
        yield _no("credentials", f"Twilio refuses the token of account {masked(sid)}; set it anew.")
        return
    if standing != "active":
        yield _no("credentials", f"Account {masked(sid)} is {standing} at Twilio: it cannot text.")
        return
    yield _yes("credentials", f"Twilio accepts the token of account {masked(sid)}.")
    if keys.api_key_sid:
        by_key = TwilioLogin(sid, keys.api_key_sid, keys.api_key_secret)
        yield _api_key(desk.account_of(by_key), masked(keys.api_key_sid))
    hook = account.hook_of(sender.id)
    if hook is None:
        yield _no("sender", f"Account {masked(sid)} has no {sender.id} any more; set another.")
        return
    yield _yes("sender", f"{sender.id} is a sender of this account.")
    yield _incoming(page, sender, hook)


def _api_key(account: TwilioAccount, name: str) -> Check:
    if account.may_read_messages():
        return _yes("api_key", f"Twilio accepts API key {name}.")
    return _no("api_key", f"Twilio refuses API key {name}; set one that may use messages.")


def _incoming(page: Page, sender: Sender, hook: Hook) -> Check:
    expected, (address, _, override) = webhook_url(page), hook.url.partition("#")
    paste = f"In Twilio's console, at {sender.id}, paste as “A message comes in” (POST): {expected}"
    ours = [f"{one}/twilio/{page.id}/inbound" for one in page.addresses_at(0)]
    if not address:
        return _no("webhook", f"Texts to {sender.id} go nowhere, a STOP among them. {paste}")
    if address not in ours:
        return _no("webhook", f"Texts to {sender.id} go elsewhere: {address}. {paste}")
    if hook.method != "POST":
        return _no("webhook", f"Texts to {sender.id} come by {hook.method}. {paste}")
    if f"#{override}" != f"#{expected.partition('#')[2]}":
        return _no("webhook", f"Texts to {sender.id} are not tried again if they fail. {paste}")
    return _yes("webhook", f"Texts to {sender.id} come to this page.")


def _own_webhook(page: Page, sender: Sender, keys: AccountKeys, http: GuardedHttp) -> Check:
    """Call our own webhook as Twilio would, signed with the page's token."""
    url = f"{page.public_url}/twilio/{page.id}/status/{NO_ATTEMPT}"
    form = {"AccountSid": sender.account_sid, "MessageSid": "SM", "MessageStatus": "sent"}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": signature_of(url, form, keys.auth_token),
    }
    answer = http.post(url, urlencode(form).encode(), headers)
    if answer.verdict is Verdict.ACCEPTED:
        return _yes("signature", f"{page.public_url} answers, and accepts this token's signature.")
    if answer.status == 403:
        return _no(
            "signature",
            f"{page.public_url} answers, and refuses this token's signature: is it the address that"
            " Twilio calls? Set the page's public_url.",
        )
    told = f"HTTP {answer.status}" if answer.status else answer.reason
    return _no("signature", f"{page.public_url} cannot be reached ({told}); correct public_url.")


def order_text(given: ProviderTrial, page: Page, by: Tester) -> dict[str, Any]:
    """Order a text to a number of the operator's; it as it stands. Raises RejectedError."""
    body = f"[{page.name}] This is a test: texts from {require_own(page).id} arrive."
    asked = SendInput(to=given.to, country=given.country, body=body, category="transactional")
    act, may_fictional = by.act, by.may_fictional
    _, send = sending.order_text(
        asked,
        page,
        None,
        by.key,
        act.table,
        by.master,
        act.now,
        act.entropy,
        allow_fictional=may_fictional,
    )
    return sends.show_send(page.id, send, act.table, act.now)


def _yes(check: str, says: str) -> Check:
    return {"check": check, "ok": True, "says": says}


def _no(check: str, says: str) -> Check:
    return {"check": check, "ok": False, "says": says}


def result(found: list[Check], text: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the operator reads; `text` is the one that was ordered."""
    return {"works": all(one["ok"] for one in found), "checks": found, "text": text}
