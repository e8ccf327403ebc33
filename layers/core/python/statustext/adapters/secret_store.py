"""Secrets, read from AWS Secrets Manager and kept in memory for five minutes.

Powertools would do the same, and load boto3 for it at the first request of a cold start.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MAX_AGE = 300.0
"""Seconds; after a rotation both tokens must stay good for at least so long."""


@dataclass(frozen=True)
class TwilioCredentials:
    """The account and its token; `previous_auth_token` is still accepted on webhooks, or empty."""

    account_sid: str
    auth_token: str = field(repr=False)
    previous_auth_token: str = field(default="", repr=False)


class Secrets:
    """The two secrets of a deployment. `connect` makes the client when the first is wanted."""

    def __init__(
        self, keys_id: str, twilio_id: str, connect: Callable[[], Any], now: Callable[[], float]
    ) -> None:
        self._keys_id = keys_id
        self._twilio_id = twilio_id
        self._connect = connect
        self._now = now
        self._client: Any = None
        self._kept: dict[str, tuple[float, str]] = {}

    def master_key(self) -> str:
        """The key all keyed hashes, codes and tokens are made with."""
        return self._read(self._keys_id)

    def twilio(self) -> TwilioCredentials:
        """Twilio's account and tokens."""
        found = json.loads(self._read(self._twilio_id))
        return TwilioCredentials(
            found["account_sid"], found["auth_token"], found.get("previous_auth_token", "")
        )

    def _read(self, name: str) -> str:
        now = self._now()
        read_at, secret = self._kept.get(name, (0.0, ""))
        if not secret or not 0 <= now - read_at < MAX_AGE:
            self._client = self._client or self._connect()
            secret = str(self._client.get_secret_value(SecretId=name)["SecretString"])
            self._kept[name] = (now, secret)
        return secret
