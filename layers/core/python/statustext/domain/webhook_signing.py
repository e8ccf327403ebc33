"""Signatures of webhooks after the Standard Webhooks specification.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from statustext.domain.ids import subkey

SECRET_BYTES = 32
"""Random bytes of an endpoint's secret. The specification asks for 24 to 64."""


def secret_of(random: bytes) -> str:
    """An endpoint's secret as its owner writes it into their program: whsec_ and base64."""
    if len(random) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} random bytes")
    return f"whsec_{base64.b64encode(random).decode()}"


def secret_for(master: str, page: str, subscriber: str) -> str:
    """The secret of a subscriber's endpoint, derived from a key that is not in the table, so that
    nowhere is a list of secrets kept."""
    about = f"{page}|{subscriber}".encode()
    return secret_of(hmac.new(subkey(master, "webhook"), about, hashlib.sha256).digest())


def signed(secret: str, message: str, body: str, now: float) -> Mapping[str, str]:
    """The headers of a request. `message` is its id, the same whenever it is sent again; `now` in
    seconds since the epoch."""
    signature = Webhook(secret).sign(message, datetime.fromtimestamp(now, UTC), body)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": signature,
    }
