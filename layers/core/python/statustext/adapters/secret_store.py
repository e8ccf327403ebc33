"""Secrets, read from AWS Secrets Manager and kept in memory for five minutes.

Powertools would do the same, and load boto3 for it at the first request of a cold start.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from statustext.domain.code_keys import CodeKey, read_keys

MAX_AGE = 300.0
"""Seconds; after a rotation both tokens must stay good for at least so long."""

AGAIN_AFTER = 1.0
"""Seconds after which the code keys are read again for a name that is not among them."""


@dataclass(frozen=True)
class TwilioCredentials:
    """The account and its token; `previous_auth_token` is still accepted on webhooks, or empty."""

    account_sid: str
    auth_token: str = field(repr=False)
    previous_auth_token: str = field(default="", repr=False)


@dataclass(frozen=True)
class TwilioLogin:
    """Who calls Twilio's REST API: the account by its token, or by an API key and its secret."""

    account_sid: str
    username: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class SecretIds:
    """Names of secrets: the key of ids, the keys of codes, Twilio's account, and, or empty, an API
    key of it, `{"sid": "SK…", "secret": "…"}`. A page's own begins with `pages`."""

    keys: str
    code_keys: str
    twilio: str
    api_key: str = ""
    pages: str = ""


def page_secret_name(prefix: str, page: str) -> str:
    """The name of a page's own secret."""
    return f"{prefix}{page}/sms"


class Secrets:
    """The secrets of a deployment. `connect` makes the client when the first is wanted."""

    def __init__(
        self, ids: SecretIds, connect: Callable[[], Any], now: Callable[[], float]
    ) -> None:
        self._ids = ids
        self._connect = connect
        self._now = now
        self._client: Any = None
        self._kept: dict[str, tuple[float, str]] = {}

    def master_key(self) -> str:
        """The key that ids are made with, which is never replaced."""
        return self._read(self._ids.keys)

    def code_key(self) -> CodeKey:
        """The key that new codes, secrets and tokens are made with. Raises UnusableKeysError."""
        return read_keys(self._read(self._ids.code_keys)).current

    def code_key_of(self, kid: str) -> CodeKey | None:
        """A key by the name that a code or token gives; None for one that is not kept (any more).

        A name not known is looked for again: another function may have read a newer secret. At most
        once a second, as anybody may send one. Raises UnusableKeysError.
        """
        name = self._ids.code_keys
        found = read_keys(self._read(name)).by_kid.get(kid)
        if found is None and kid:
            found = read_keys(self._read(name, max_age=AGAIN_AFTER)).by_kid.get(kid)
        return found

    def twilio(self) -> TwilioCredentials:
        """Twilio's account and tokens."""
        found = json.loads(self._read(self._ids.twilio))
        return TwilioCredentials(
            found["account_sid"], found["auth_token"], found.get("previous_auth_token", "")
        )

    def twilio_login(self) -> TwilioLogin:
        """What the REST API is called with: the API key where there is one, else the token."""
        account = self.twilio()
        if not self._ids.api_key:
            return TwilioLogin(account.account_sid, account.account_sid, account.auth_token)
        key = json.loads(self._read(self._ids.api_key))
        return TwilioLogin(account.account_sid, key["sid"], key["secret"])

    def of_page(self, page: str, version: str) -> str:
        """A version of a page's own secret, as adapters/page_secrets.py writes it."""
        return self._read(page_secret_name(self._ids.pages, page), version=version)

    def _read(self, name: str, max_age: float = MAX_AGE, version: str = "") -> str:
        now, kept_as = self._now(), f"{name} {version}"
        read_at, secret = self._kept.get(kept_as, (0.0, ""))
        if not secret or not 0 <= now - read_at < max_age:
            self._client = self._client or self._connect()
            which = {"VersionId": version} if version else {}
            secret = str(self._client.get_secret_value(SecretId=name, **which)["SecretString"])
            self._kept[kept_as] = (now, secret)
        return secret
