"""Twilio's part: the account, and where each sender's incoming texts go."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3

from statustext_cli.api import request
from statustext_cli.checkup.aws import Twilio
from statustext_cli.checkup.finding import Finding, Findings, look, ok, wrong

API, MESSAGING = "https://api.twilio.com", "https://messaging.twilio.com"
ACCOUNTS = "/2010-04-01/Accounts"
CONSOLE = "https://console.twilio.com"
MOST_NUMBERS = 50

Ask = Callable[[str, Mapping[str, str]], tuple[int, Any]]
"""A GET by path and query: the status, and the JSON or None."""


def asking(username: str, password: str, elsewhere: str = "") -> Ask:
    """How to ask Twilio, or a server `elsewhere` that speaks its API. 0 stands for no answer."""

    def ask(path: str, query: Mapping[str, str]) -> tuple[int, Any]:
        host = elsewhere or (API if path.startswith(ACCOUNTS) else MESSAGING)
        headers = urllib3.make_headers(basic_auth=f"{username}:{password}")
        url = f"{host.rstrip('/')}{path}" + (f"?{urlencode(query)}" if query else "")
        try:
            reply = request("GET", url, None, headers)
            return reply.status, json.loads(reply.text) if reply.status == 200 else None
        except (urllib3.exceptions.HTTPError, ValueError):
            return 0, None

    return ask


def account(twilio: Twilio, elsewhere: str) -> Findings:
    """Whether the account is open, and what texts are sent with is accepted."""
    for number, token in enumerate(twilio.tokens):
        status, found = asking(twilio.account_sid, token, elsewhere)(
            f"{ACCOUNTS}/{twilio.account_sid}.json", {}
        )
        which = "The auth token" if number == 0 else "The former auth token"
        yield from _accepted(which, status, is_needed=number == 0)
        if found and number == 0:
            yield from _standing(found)
    if twilio.key_sid:
        ask = asking(twilio.key_sid, twilio.key_secret, elsewhere)
        status, _ = ask(f"{ACCOUNTS}/{twilio.account_sid}/Messages.json", {"PageSize": "1"})
        yield from _accepted(f"API key {twilio.key_sid[:6]}…", status, is_needed=True)


def _accepted(which: str, status: int, *, is_needed: bool) -> Iterator[Finding]:
    if status == 200:
        yield ok(f"{which} is accepted by Twilio.")
    elif status == 0:
        yield look(f"Twilio did not answer about it: {which}.", "Try again; is there a network?")
    elif not is_needed:
        yield look(
            f"{which} is accepted no more ({status}).",
            "Once webhooks are signed with the new one, deploy with that alone.",
        )
    elif status == 403:
        yield wrong(
            f"{which} may not do what it must (403).", "Let it create, read, list messages."
        )
    else:
        where = f"{CONSOLE} → Account → API keys & tokens"
        yield wrong(f"{which} is refused by Twilio ({status}).", f"Compare it with {where}.")


def _standing(found: Mapping[str, Any]) -> Iterator[Finding]:
    if found["status"] != "active":
        yield wrong(f"The Twilio account is {found['status']}.", f"Look at it: {CONSOLE}")
    if found.get("type") == "Trial":
        yield look("It is a trial account, which texts verified numbers only.", "Upgrade it.")


@dataclass(frozen=True)
class Hook:
    """Where a sender's incoming texts go. `name` is the sender's, as operators know it."""

    name: str
    url: str
    method: str


def senders(ids: Collection[str], ask: Ask, account_sid: str, ours: Mapping[str, bool]) -> Findings:
    """Whether every sender's texts come to us. `ours` are our addresses, and which are current."""
    for one in ids:
        try:
            hooks = list(_hooks(one, ask, f"{ACCOUNTS}/{account_sid}"))
        except _NotShownError as error:
            yield error.finding
            continue
        for hook in hooks:
            yield _judged(hook, ours)


class _NotShownError(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.said)
        self.finding = finding


def _hooks(sender: str, ask: Ask, account_path: str) -> Iterator[Hook]:
    if sender.startswith("MG"):
        service = _one(sender, *ask(f"/v1/Services/{sender}", {}))
        if not service.get("use_inbound_webhook_on_number"):
            yield Hook(sender, service["inbound_request_url"] or "", service["inbound_method"])
            return
        pool = ask(f"/v1/Services/{sender}/PhoneNumbers", {"PageSize": str(MOST_NUMBERS)})
        for one in _one(sender, *pool)["phone_numbers"]:
            yield from _hooks(one["phone_number"], ask, account_path)
        return
    kind, key, name = ("IncomingPhoneNumbers", "incoming_phone_numbers", "PhoneNumber")
    if not sender.startswith("+"):
        kind, key, name = ("SMS/ShortCodes", "short_codes", "ShortCode")
    listed = _one(sender, *ask(f"{account_path}/{kind}.json", {name: sender}))[key]
    if not listed:
        raise _NotShownError(
            wrong(f"{sender} is no number of this account.", "Correct TwilioFrom or TwilioSenders.")
        )
    found = listed[0]
    if found.get("capabilities", {}).get("sms") is False:
        raise _NotShownError(wrong(f"{sender} cannot text.", "Take another number."))
    application = found.get("sms_application_sid")
    url = f"the TwiML application {application}" if application else found["sms_url"] or ""
    yield Hook(sender, url, found["sms_method"])


def _one(sender: str, status: int, found: Any) -> Any:
    if status == 404:
        raise _NotShownError(
            wrong(f"{sender} is not of this account.", "Correct TwilioFrom or TwilioSenders.")
        )
    if found is None:
        said = f"Twilio does not show where texts to {sender} go ({status or 'no answer'})."
        raise _NotShownError(look(said, "Compare its webhook with InboundWebhookUrl by hand."))
    return found


def _judged(hook: Hook, ours: Mapping[str, bool]) -> Finding:
    address, _, override = hook.url.partition("#")
    expected = next((url for url, is_current in ours.items() if is_current), "")
    paste = f"At {CONSOLE}, at {hook.name}, paste as “A message comes in” (POST): {expected}"
    if not address:
        return wrong(f"Texts to {hook.name} go nowhere, a STOP among them.", paste)
    known = {url.partition("#")[0]: is_current for url, is_current in ours.items()}
    if address not in known:
        return wrong(f"Texts to {hook.name} go elsewhere: {address}.", paste)
    if hook.method != "POST":
        return wrong(f"Texts to {hook.name} come by {hook.method}.", paste)
    if not known[address]:
        return look(f"Texts to {hook.name} still come to a page's former address.", paste)
    if f"#{override}" != f"#{expected.partition('#')[2]}":
        return wrong(f"Texts to {hook.name} come to us, but are not tried again.", paste)
    return ok(f"Texts to {hook.name} come to us.")
