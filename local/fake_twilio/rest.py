"""Twilio's REST API over the state machine: paths, methods, credentials; still no network.

A simulation can put this right under twilio-python's `HttpClient`.
"""

import hmac
import re
from collections.abc import Mapping

from . import account
from .answers import Answer, Refusal
from .ledger import FakeTwilio
from .messages import API_VERSION

DEACTIVATIONS = "/v1/Deactivations"
PREFIXES = (f"/{API_VERSION}/", "/v1/Services/", DEACTIVATIONS)
"""Paths of Twilio's; those that begin with v1 are at another host of its."""
_ACCOUNT = re.compile(
    rf"/{API_VERSION}/Accounts/([^/]+?)(?:/(IncomingPhoneNumbers|SMS/ShortCodes))?\.json"
)
_SERVICE = re.compile(r"/v1/Services/([^/]+)")
_MESSAGES = re.compile(rf"/{API_VERSION}/Accounts/([^/]+)/Messages(?:/([^/]+))?\.json")


def respond(
    fake: FakeTwilio,
    method: str,
    path: str,
    params: Mapping[str, str],
    credentials: tuple[str, str] | None,
    now: float,
) -> Answer:
    """Answers one request to Twilio's API.

    `params` is the form of a POST and the query of a GET; `credentials` are Basic auth's.
    """
    try:
        return _respond(fake, method, path, params, credentials, now)
    except Refusal as refusal:
        return refusal.answer()


def _respond(
    fake: FakeTwilio,
    method: str,
    path: str,
    params: Mapping[str, str],
    credentials: tuple[str, str] | None,
    now: float,
) -> Answer:
    known = [(fake.account_sid, fake.auth_token), *fake.api_keys.items()]
    if credentials is None or not any(_same(credentials, one) for one in known):
        raise Refusal(20003)
    if method == "GET" and path == DEACTIVATIONS:
        return fake.deactivations.show(params.get("Date", ""), now)
    if method == "GET" and (answer := _about_the_account(fake, path, params)):
        return answer
    found = _MESSAGES.fullmatch(path)
    if found is None or found[1] != fake.account_sid:
        raise Refusal(20404, detail=path)
    sid = found[2] or ""
    match method, sid:
        case "POST", "":
            return fake.create(params, now)
        case "GET", "":
            return fake.list(params, now)
        case "GET", _:
            return fake.fetch(sid, now)
        case "DELETE", _ if sid:
            return fake.delete(sid, now)
    raise Refusal(20004)


def _about_the_account(fake: FakeTwilio, path: str, params: Mapping[str, str]) -> Answer | None:
    """The answer to what is no question about messages, or None."""
    if service := _SERVICE.fullmatch(path):
        return account.show_service(fake, service[1])
    found = _ACCOUNT.fullmatch(path)
    if found is None or found[1] != fake.account_sid:
        return None
    match found[2]:
        case "IncomingPhoneNumbers":
            return account.list_numbers(fake, params.get("PhoneNumber", ""))
        case "SMS/ShortCodes":
            return account.list_short_codes(fake, params.get("ShortCode", ""))
    return account.show_account(fake)


def _same(given: tuple[str, str], expected: tuple[str, str]) -> bool:
    return hmac.compare_digest(":".join(given).encode(), ":".join(expected).encode())
