"""Signatures of PagerDuty's webhooks, version 3.

https://developer.pagerduty.com/docs/verifying-webhook-signatures
"""

import hashlib
import hmac
from collections.abc import Sequence

HEADER = "X-PagerDuty-Signature"
VERSION = "v1="


def signature_of(secret: str, body: bytes) -> str:
    """What PagerDuty writes for a body, which must be the bytes as they came."""
    return VERSION + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(header: str, body: bytes, secrets: Sequence[str]) -> bool:
    """Whether one of the header's signatures is of the body by one of the secrets. There are
    several, after commas, while a secret is changed there; other versions are passed over."""
    given = [one.strip().encode() for one in header.split(",")]
    made = [signature_of(secret, body).encode() for secret in secrets]
    return any(hmac.compare_digest(one, other) for one in given for other in made)
