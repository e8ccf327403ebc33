"""A page's own secret: the keys to its accounts at Twilio, those it texted by before included.

Its row names the version of the secret that is in force, and that one is read: so that a new token
holds as soon as the row does, and of two changes at once one is refused.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from statustext.adapters.secret_store import TwilioCredentials, TwilioLogin, page_secret_name


@dataclass(frozen=True)
class AccountKeys:
    """The keys to one account. Webhooks signed by the `previous_auth_token` count until then
    (seconds since 1970). Texts go by the API key where there is one."""

    auth_token: str = field(repr=False)
    previous_auth_token: str = field(default="", repr=False)
    previous_until: float = 0.0
    api_key_sid: str = ""
    api_key_secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class PageSecret:
    """What a version of it holds: keys by the account's SID, and `begun`, what was given of a
    provider that is not whole yet."""

    accounts: Mapping[str, AccountKeys] = field(default_factory=dict)
    begun: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def login(self, sid: str) -> TwilioLogin | None:
        """What an account is called with."""
        keys = self.accounts.get(sid)
        if keys is None:
            return None
        if keys.api_key_sid:
            return TwilioLogin(sid, keys.api_key_sid, keys.api_key_secret)
        return TwilioLogin(sid, sid, keys.auth_token)

    def credentials(self, sid: str, now: float) -> TwilioCredentials | None:
        """What an account's webhooks are signed with."""
        keys = self.accounts.get(sid)
        if keys is None:
            return None
        previous = keys.previous_auth_token if now < keys.previous_until else ""
        return TwilioCredentials(sid, keys.auth_token, previous)


def read_page_secret(written: str) -> PageSecret:
    """A version as it was written."""
    given = json.loads(written)
    accounts = {sid: AccountKeys(**keys) for sid, keys in given.get("accounts", {}).items()}
    return PageSecret(accounts, given.get("begun", {}))


def written_page_secret(secret: PageSecret) -> str:
    """What is put into Secrets Manager."""
    accounts = {sid: asdict(keys) for sid, keys in secret.accounts.items()}
    return json.dumps({"accounts": accounts, "begun": dict(secret.begun)})


class PageSecrets:
    """Where they are written. `prefix` begins their names, `connect` makes the client."""

    def __init__(self, prefix: str, connect: Callable[[], Any]) -> None:
        self._prefix = prefix
        self._client = connect()

    def put(self, page: str, secret: PageSecret, version: str) -> None:
        """Write a version of a page's secret under its name, 32 to 64 characters."""
        name, written = page_secret_name(self._prefix, page), written_page_secret(secret)
        try:
            self._put(name, written, version)
        except self._client.exceptions.ResourceNotFoundException:
            with suppress(self._client.exceptions.ResourceExistsException):
                self._client.create_secret(Name=name)
            self._put(name, written, version)

    def forget(self, page: str) -> None:
        """Delete a page's secret, for good."""
        name = page_secret_name(self._prefix, page)
        self._client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)

    def _put(self, name: str, written: str, version: str) -> None:
        self._client.put_secret_value(
            SecretId=name, SecretString=written, ClientRequestToken=version
        )
