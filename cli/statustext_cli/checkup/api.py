"""The API from outside: whether it answers where Twilio and visitors call it, and the page."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import urllib3

from statustext.domain.phone_numbers import left_out
from statustext_cli.api import Reply, request
from statustext_cli.checkup.finding import Findings, look, ok, wrong

RETRIES = "#rc=5&rp=4xx,5xx,ct,rt"
FORM = "application/x-www-form-urlencoded"


def _asked(method: str, url: str, body: str | None, headers: Mapping[str, str]) -> Reply:
    """A reply; of status 0 where none came."""
    try:
        return request(method, url, body, headers)
    except urllib3.exceptions.HTTPError as error:
        return Reply(0, type(error).__name__)


def address(public_url: str) -> Findings:
    """Whether the API answers at a page's public address."""
    reply = _asked("GET", f"{public_url}/openapi.json", None, {})
    if reply.status == 200 and '"openapi"' in reply.text[:200]:
        yield ok(f"The API answers at {public_url}.")
    else:
        why = f"{reply.status}" if reply.status else reply.text
        yield wrong(
            f"The API does not answer at {public_url} ({why}).",
            "Compare it with the output ApiUrl or CustomApiUrl, and look at the domain's DNS.",
        )


def status_callback(public_url: str, page: str, account_sid: str, token: str) -> Findings:
    """Whether a receipt that is signed as Twilio signs is taken, of a text that never was."""
    url = f"{public_url}/twilio/{page}/status/doctor"
    form = {"AccountSid": account_sid, "MessageSid": "SM" + "0" * 32, "MessageStatus": "sent"}
    headers = {"Content-Type": FORM, "X-Twilio-Signature": _signature(url, form, token)}
    reply = _asked("POST", url, urlencode(form), headers)
    if reply.status == 200:
        yield ok(f"Page {page} takes what Twilio signs.")
    elif reply.status == 403:
        yield wrong(
            f"Page {page} refuses what Twilio signs for {public_url}.",
            "Its address differs (statustext setup --api-url …), or the token was changed less than"
            " five minutes ago.",
        )
    else:
        why = reply.status or reply.text
        yield wrong(f"Page {page} takes no receipt ({why}).", "See the log of twilio_webhook.")


def _signature(url: str, form: Mapping[str, str], token: str) -> str:
    """https://www.twilio.com/docs/usage/security#validating-requests"""
    said = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), said.encode(), hashlib.sha1)).decode()


def key(api: str, page: str, key: str) -> tuple[list[Any], dict[str, Any] | None]:
    """Whether the operator's key is good, and the page as it shows it."""
    reply = _asked("GET", f"{api}/v1/pages/{page}", None, {"X-API-Key": key})
    if reply.status == 200:
        return [ok(f"Your key works for page {page}.")], json.loads(reply.text)
    if reply.status == 0:
        said = f"The API does not answer at {api} ({reply.text})."
        return [wrong(said, "Correct --api or the profile; is it running?")], None
    if reply.status >= 500:
        said = f"The API at {api} failed ({reply.status})."
        return [wrong(said, "Try again; then see the log of the operator function.")], None
    said = f"Your key does not work for page {page} ({reply.status})."
    return [wrong(said, "Make one: statustext keys create NAME; then config set key.")], None


def countries(page: Mapping[str, Any]) -> Findings:
    """Whom the page takes, and whom an operator may not know to be refused."""
    served = page["countries"]
    yield ok(f"Page {page['id']} takes numbers of {', '.join(served)}. {left_out(served)}".strip())


def sending(api: str, page: str, key: str) -> Findings:
    """Whether the page texts, and what Twilio stopped."""
    reply = _asked("GET", f"{api}/v1/pages/{page}/sending", None, {"X-API-Key": key})
    if reply.status != 200:
        yield wrong(f"Whether page {page} sends is not told ({reply.status}).", "Try again.")
        return
    shown = json.loads(reply.text)
    if shown["paused"]:
        yield look(f"Page {page} is paused: nobody is texted.", "statustext resume goes on.")
    for one in shown["circuits"]:
        said = f"Twilio stopped {one['scope']} by error {one['code']}."
        yield wrong(said, one["meaning"])
    if not shown["paused"] and not shown["circuits"]:
        yield ok(f"Page {page} texts, and nothing is stopped.")
