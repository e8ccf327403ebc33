"""Signatures of webhooks, against the specification's own vector and its library."""

import json
import time

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from statustext.domain.webhook_signing import SECRET_BYTES, secret_of, signed

SECRET = secret_of(bytes(range(SECRET_BYTES)))


def test_the_specifications_vector() -> None:
    """https://github.com/standard-webhooks/standard-webhooks: the example in its libraries."""
    headers = signed(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        '{"test": 2432232314}',
        1614265330.9,
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_what_we_sign_verifies_and_nothing_else_does() -> None:
    body = json.dumps({"name": "Störung 🧯"}, ensure_ascii=False)
    headers = dict(signed([SECRET], "msg_1", body, time.time()))
    assert Webhook(SECRET).verify(body.encode(), headers) == {"name": "Störung 🧯"}
    others = [
        (Webhook(secret_of(bytes(SECRET_BYTES))), body, headers),
        (Webhook(SECRET), body + " ", headers),
        (Webhook(SECRET), body, {**headers, "webhook-id": "msg_2"}),
        (Webhook(SECRET), body, dict(signed([SECRET], "msg_1", body, time.time() - 301))),
    ]
    for reader, text, given in others:
        with pytest.raises(WebhookVerificationError):
            reader.verify(text, given)


def test_a_secret_has_as_much_in_it_as_the_specification_asks_for() -> None:
    assert SECRET.startswith("whsec_")
    with pytest.raises(ValueError, match="random bytes"):
        secret_of(b"short")
