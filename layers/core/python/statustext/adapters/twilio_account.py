"""What Twilio says of an account and of its senders, for the function that keeps providers.

It asks by urllib3, as `twilio.rest` is a quarter of a second of a cold start.
https://www.twilio.com/docs/iam/api/account
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3

from statustext.adapters.secret_store import TwilioLogin

API, MESSAGING = "https://api.twilio.com", "https://messaging.twilio.com"
ACCOUNTS = "/2010-04-01/Accounts"
TIMEOUT = urllib3.Timeout(total=4)


class TwilioSilentError(RuntimeError):
    """Twilio gave no answer that says anything."""


@dataclass(frozen=True)
class Hook:
    """Where texts to a sender go, and by which method."""

    url: str
    method: str


class TwilioAccount:
    """One account, by one login to it. `elsewhere` replaces Twilio's addresses where it is not
    empty."""

    def __init__(self, login: TwilioLogin, elsewhere: str = "") -> None:
        self._login, self._elsewhere = login, elsewhere
        self._path = f"{ACCOUNTS}/{login.account_sid}"

    def standing(self) -> str:
        """Twilio's word for how the account stands, such as "active"; "" where it does not accept
        the login. Raises TwilioSilentError."""
        status, found = self._get(f"{self._path}.json", {})
        return str(found.get("status", "")) if status == 200 else ""

    def may_read_messages(self) -> bool:
        """Whether the login does for texting and for asking afterwards. Raises
        TwilioSilentError."""
        return self._get(f"{self._path}/Messages.json", {"PageSize": "1"})[0] == 200

    def hook_of(self, sender: str) -> Hook | None:
        """Where texts to a sender go; None where it is none of this account. Raises
        TwilioSilentError."""
        if sender.startswith("MG"):
            status, found = self._get(f"/v1/Services/{sender}", {})
            if status != 200:
                return None
            return Hook(found.get("inbound_request_url") or "", found.get("inbound_method", ""))
        kind, key, name = "IncomingPhoneNumbers", "incoming_phone_numbers", "PhoneNumber"
        if not sender.startswith("+"):
            kind, key, name = "SMS/ShortCodes", "short_codes", "ShortCode"
        _, listed = self._get(f"{self._path}/{kind}.json", {name: sender})
        if not (numbers := listed.get(key)):
            return None
        return Hook(numbers[0].get("sms_url") or "", numbers[0].get("sms_method", ""))

    def _get(self, path: str, query: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
        host = self._elsewhere or (API if path.startswith(ACCOUNTS) else MESSAGING)
        credentials = f"{self._login.username}:{self._login.password}"
        url = f"{host}{path}" + (f"?{urlencode(query)}" if query else "")
        status, body = request(url, urllib3.make_headers(basic_auth=credentials))
        try:
            found = json.loads(body)
        except ValueError:
            found = None
        if status >= 500 or status == 429 or not isinstance(found, dict):
            raise TwilioSilentError(f"HTTP {status}")
        return status, found


def request(url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """A GET: the status and the body. Raises TwilioSilentError."""
    try:
        with urllib3.PoolManager(timeout=TIMEOUT, retries=False) as http:
            answer = http.request("GET", url, headers=dict(headers), redirect=False)
            return answer.status, answer.data
    except urllib3.exceptions.HTTPError as error:  # its words hold the address
        raise TwilioSilentError(type(error).__name__) from None
