"""Texting with a Twilio API key, and replacing it; webhooks are signed with the auth token."""

import json
import sys
import time
from typing import Any

import pytest

from local.configuration import FAKE_AUTH_TOKEN
from statustext.adapters.secret_store import MAX_AGE, SecretIds, Secrets
from tests.functional.engine import add_active, open_quietly
from tests.functional.phrases import live
from tests.functional.webhooks import INBOUND, inbound, is_stopped, post
from tests.stepped import SteppedSystem

FIRST, SECOND = (("SK" + n * 32, f"secret-of-key-{n}") for n in "12")
NAME = "arn:aws:secretsmanager:us-east-1:123456789012:secret:twilio-api-key-a1b2c3"


class SecretsWithKey:
    """Secrets Manager, with a Twilio API key besides."""

    def __init__(self, system: SteppedSystem) -> None:
        self._others = system.clients.secrets
        self.key = FIRST

    def get_secret_value(self, SecretId: str) -> Any:  # noqa: N803  # AWS's name
        if SecretId != NAME:
            return self._others.get_secret_value(SecretId=SecretId)
        return {"SecretString": json.dumps({"sid": self.key[0], "secret": self.key[1]})}


@pytest.fixture
def told(system: SteppedSystem, monkeypatch: pytest.MonkeyPatch) -> SecretsWithKey:
    """A deployment that texts with an API key."""
    store = SecretsWithKey(system)
    for name, module in sys.modules.items():
        if name.startswith("local_functions_sender_"):
            one = module.settings
            ids = SecretIds(one.keys_secret_id, one.code_keys_secret_id, one.twilio_secret_id, NAME)
            secrets = Secrets(ids, lambda: store, time.time)
            monkeypatch.setattr(module, "secrets", secrets)
    system.twilio.api_keys = dict([FIRST])
    return store


def test_texts_go_by_the_key_and_webhooks_by_the_token(
    system: SteppedSystem, told: SecretsWithKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system.twilio, "auth_token", "of no use for texting")
    system.subscribe()
    assert post(system, INBOUND, inbound("STOP"), token=FAKE_AUTH_TOKEN).status == 200
    assert is_stopped(system)
    assert post(system, INBOUND, inbound("START"), token=FIRST[1]).status == 403


def test_replacing_the_key_stops_no_text(system: SteppedSystem, told: SecretsWithKey) -> None:
    """As docs/operations.md says: a second key, told, and after five minutes the first ended."""
    numbers = (f"+1555123000{n}" for n in range(1, 9))
    system.subscribe(next(numbers))
    system.twilio.api_keys |= dict([SECOND])
    told.key = SECOND
    system.subscribe(next(numbers))
    system.clock.shift(MAX_AGE)
    del system.twilio.api_keys[FIRST[0]]
    number = next(numbers)
    system.subscribe(number)
    assert len(system.accepted(number)) == 2


def test_a_key_ended_too_early_delays_texts_and_loses_none(
    system: SteppedSystem, told: SecretsWithKey
) -> None:
    people = add_active(system, 3).values()
    told.key = SECOND
    open_quietly(system)
    live(system, 120)
    assert system.texts(None) == []
    system.twilio.api_keys = dict([SECOND])
    live(system, MAX_AGE)
    assert sorted(one.to for one in system.accepted(None)) == sorted(people)


def test_the_secret_is_in_no_log_and_no_name(told: SecretsWithKey) -> None:
    ids = SecretIds("keys", "codes", "twilio", NAME)
    secrets = Secrets(ids, lambda: told, time.time)
    secrets.twilio = lambda: type("Account", (), {"account_sid": "AC1"})()  # type: ignore[method-assign]
    assert FIRST[1] not in repr(secrets.twilio_login())
    assert FIRST[0] in repr(secrets.twilio_login())
