"""What of an SNS message is signed, and which addresses in it are SNS's own.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

import re
from collections.abc import Mapping
from typing import Any

NOTIFICATION, CONFIRMATION = "Notification", "SubscriptionConfirmation"
_SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}  # fmt: skip
_SIGNED["UnsubscribeConfirmation"] = _SIGNED[CONFIRMATION]

_HOST = r"https://sns\.[a-z]{2}(-[a-z]+)+-[0-9]{1,2}\.amazonaws\.com(\.cn)?"
_CERTIFICATE = re.compile(rf"{_HOST}/SimpleNotificationService-[0-9a-f]{{8,64}}\.pem")
_SUBSCRIBE = re.compile(rf"{_HOST}/\?[!-~]{{1,2000}}")


def is_envelope(body: object) -> bool:
    """Whether a body says that SNS posted it."""
    return isinstance(body, dict) and "SigningCertURL" in body and "TopicArn" in body


def signed_text(message: Mapping[str, Any]) -> str | None:
    """What its signature is of; None for a message of no known type."""
    kind = message.get("Type")
    names = _SIGNED.get(kind) if isinstance(kind, str) else None
    if names is None:
        return None
    pairs = [(name, message[name]) for name in names if message.get(name) is not None]
    if not all(isinstance(value, str) for _, value in pairs):
        return None
    return "".join(f"{name}\n{value}\n" for name, value in pairs)


def certificate_url(message: Mapping[str, Any]) -> str | None:
    """Where its certificate is, if that is at SNS of some region."""
    return _own(message.get("SigningCertURL"), _CERTIFICATE)


def subscribe_url(message: Mapping[str, Any]) -> str | None:
    """What confirms a subscription when it is visited, if that is at SNS of some region."""
    if message.get("Type") != CONFIRMATION:
        return None
    return _own(message.get("SubscribeURL"), _SUBSCRIBE)


def _own(given: object, pattern: re.Pattern[str]) -> str | None:
    return given if isinstance(given, str) and pattern.fullmatch(given) else None
