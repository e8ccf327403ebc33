"""Secrets, read from AWS Secrets Manager and kept in memory for five minutes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

MAX_AGE = 300


@dataclass(frozen=True)
class TwilioCredentials:
    """The account and its token; `previous_auth_token` is still accepted on webhooks, or empty."""

    account_sid: str
    auth_token: str = field(repr=False)
    previous_auth_token: str = field(default="", repr=False)


def _fetch(name: str) -> str:
    # Imported at the first secret: it costs a sixth of a cold start, and most calls are warm.
    from aws_lambda_powertools.utilities.parameters import get_secret

    return str(get_secret(name, max_age=MAX_AGE))


class Secrets:
    """The two secrets of a deployment. `fetch` gives a secret's string by its name."""

    def __init__(self, keys_id: str, twilio_id: str, fetch: Callable[[str], str] = _fetch) -> None:
        self._keys_id = keys_id
        self._twilio_id = twilio_id
        self._fetch = fetch

    def master_key(self) -> str:
        """The key all keyed hashes, codes and tokens are made with."""
        return self._fetch(self._keys_id)

    def twilio(self) -> TwilioCredentials:
        """Twilio's account and tokens."""
        found = json.loads(self._fetch(self._twilio_id))
        return TwilioCredentials(
            found["account_sid"], found["auth_token"], found.get("previous_auth_token", "")
        )
