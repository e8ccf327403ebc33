"""Signatures of webhooks after the Standard Webhooks specification.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from statustext.domain.ids import subkey
from statustext.domain.subscriber import Subscriber

SECRET_BYTES = 32
"""Random bytes of an endpoint's secret. The specification asks for 24 to 64."""


def secret_of(random: bytes) -> str:
    """An endpoint's secret as its owner writes it into their program: whsec_ and base64."""
    if len(random) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} random bytes")
    return f"whsec_{base64.b64encode(random).decode()}"


OLD_SIGNS_FOR = 24 * 3600
"""Seconds for which the secret before the newest signs too."""


def secret_for(master: str, page: str, subscriber: str, version: int = 0) -> str:
    """The secret of a subscriber's endpoint, derived from a key that is not in the table, so that
    nowhere is a list of secrets kept. Each rotation has the next `version`."""
    about = "|".join([page, subscriber, *([str(version)] if version else [])]).encode()
    return secret_of(hmac.new(subkey(master, "webhook"), about, hashlib.sha256).digest())


def secrets_of(person: Subscriber, master: str, now: float) -> tuple[str, ...]:
    """By which secrets what goes to a subscriber's endpoint is signed now, the newest first."""
    versions = [person.secret_version]
    if person.secret_version and now < person.secret_rotated_at + OLD_SIGNS_FOR:
        versions.append(person.secret_version - 1)
    return tuple(secret_for(master, person.page, person.id, one) for one in versions)


def signed(secrets: Sequence[str], message: str, body: str, now: float) -> Mapping[str, str]:
    """The headers of a request, with a signature by each secret. `message` is its id, the same
    whenever it is sent again; `now` in seconds since the epoch."""
    at = datetime.fromtimestamp(now, UTC)
    signature = " ".join(Webhook(one).sign(message, at, body) for one in secrets)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": signature,
    }
