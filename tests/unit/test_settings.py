"""What a function is told by its environment."""

import os
import subprocess
import sys

import pytest

from local.configuration import ROOT
from statustext.domain.carrier import Carrier
from statustext.domain.page import Sender, Senders
from statustext.settings import MAY_BE_EMPTY, VARIABLES, MissingSettingError, read_settings

WHOLE = {
    "TABLE_NAME": "statustext",
    "FAN_OUT_QUEUE_URL": "https://sqs.example.test/fan-out",
    "ANNOUNCEMENT_QUEUE_URL": "https://sqs.example.test/announcements",
    "CODE_QUEUE_URL": "https://sqs.example.test/codes",
    "SNAPSHOT_QUEUE_URL": "https://sqs.example.test/snapshots",
    "WEB_QUEUE_URL": "https://sqs.example.test/web",
    "EVENT_BUS_NAME": "statustext",
    "KEYS_SECRET_ID": "statustext/keys",
    "CODE_KEYS_SECRET_ID": "statustext/code-keys",
    "NUMBERS_KEY_ID": "arn:aws:kms:eu-central-1:123456789012:key/1",
    "TWILIO_SECRET_ID": "statustext/twilio",
    "PAGE_SECRETS_PREFIX": "statustext/pages/",
    "TWILIO_API_KEY_SECRET_ID": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:key-a1",
    "TWILIO_FROM": "+15550001111",
    "TWILIO_MPS": "2.5",
    "TWILIO_SENDERS": "+447700900123:2.5,24680:100",
    "TWILIO_API_URL": "http://127.0.0.1:8081/",
    "TWILIO_STATUS_URL": "https://status.twilio.com/api/v2/summary.json",
    "TWILIO_STATUS_COMPONENT": "SMS",
    "SMS_VOICE_FROM": "arn:aws:sms-voice:eu-central-1:123456789012:phone-number/phone-1",
    "SMS_VOICE_MPS": "3",
    "SMS_VOICE_CONFIGURATION_SET": "statustext",
    "SMS_VOICE_QUEUE_URL": "https://sqs.example.test/aws-sms",
    "EMAIL_FROM": "Acme <status@acme.example>",
    "EMAIL_RATE": "14",
    "SES_CONFIGURATION_SET": "statustext-mail",
    "MAIL_EVENTS_QUEUE_URL": "https://sqs.example.test/mail-events",
    "ALLOW_FICTIONAL_NUMBERS": "true",
    "CALL_THIS_MACHINE": "false",
}


def test_all_is_read() -> None:
    found = read_settings(WHOLE)
    assert set(WHOLE) == set(VARIABLES)
    assert found.table_name == "statustext"
    assert found.code_queue_url == WHOLE["CODE_QUEUE_URL"]
    assert found.twilio_mps == 2.5
    assert found.twilio_api_url == "http://127.0.0.1:8081"
    assert found.allow_fictional_numbers is True
    assert set(vars(found)) == {name.lower() for name in VARIABLES}


@pytest.mark.parametrize("name", VARIABLES)
def test_what_is_missing_is_named(name: str) -> None:
    rest = {key: value for key, value in WHOLE.items() if key != name}
    with pytest.raises(MissingSettingError, match=rf"\b{name}\b"):
        read_settings(rest)
    empty = {**WHOLE, name: ""}
    if name in MAY_BE_EMPTY:
        read_settings(empty)
    else:
        with pytest.raises(MissingSettingError, match=rf"\b{name}\b"):
            read_settings(empty)


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(MissingSettingError) as missing:
        read_settings({})
    assert all(name in str(missing.value) for name in VARIABLES)


def test_senders_have_one_rate_each() -> None:
    own = Sender("+15550001111", 2.5)
    others = (Sender("+447700900123", 2.5), Sender("24680", 100.0))
    by_aws = Sender(WHOLE["SMS_VOICE_FROM"], 3.0, Carrier.AWS)
    by_ses = Sender(WHOLE["EMAIL_FROM"], 14.0, Carrier.SES)
    assert read_settings(WHOLE).senders == Senders(own, (*others, by_aws, by_ses))
    alone = {**WHOLE, "TWILIO_SENDERS": "", "SMS_VOICE_FROM": "", "EMAIL_FROM": ""}
    assert read_settings(alone).senders == Senders(own)


@pytest.mark.parametrize(
    "listed",
    [
        "24680",
        "24680:",
        ":1",
        "24680:0",
        "24680:x",
        "24680:1,24680:2",
        "+15550001111:9999",
        "a:1,b",
    ],
)
def test_senders_that_cannot_be_read_or_have_two_rates_are_refused(listed: str) -> None:
    with pytest.raises(MissingSettingError, match="TWILIO_SENDERS"):
        read_settings({**WHOLE, "TWILIO_SENDERS": listed})


@pytest.mark.parametrize("mps", ["0", "-1", "fast", "nan", "inf", "10001", ""])
def test_a_rate_is_a_number_of_segments_a_second(mps: str) -> None:
    with pytest.raises(MissingSettingError, match="TWILIO_MPS"):
        read_settings({**WHOLE, "TWILIO_MPS": mps})


@pytest.mark.parametrize(
    ("given", "allowed"),
    [("true", True), ("True", True), ("false", False), ("yes", False), ("1", False), ("0", False)],
)
def test_fiction_is_allowed_by_the_word_true_only(given: str, allowed: bool) -> None:
    found = read_settings({**WHOLE, "ALLOW_FICTIONAL_NUMBERS": given})
    assert found.allow_fictional_numbers is allowed


def test_without_an_argument_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)
    assert read_settings() == read_settings(WHOLE)


def test_a_function_with_half_an_environment_does_not_start() -> None:
    """It fails when it is deployed, not at its first text."""
    environment = {"PATH": os.environ.get("PATH", ""), "TABLE_NAME": "statustext"}
    environment["PYTHONPATH"] = str(ROOT / "layers/core/python")
    done = subprocess.run(
        [sys.executable, "-c", "from statustext.settings import read_settings; read_settings()"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "MissingSettingError: Set the environment variables FAN_OUT_QUEUE_URL" in done.stderr


@pytest.mark.parametrize("mps", ["1e-320", "0.0001", "0", "-1", "nan", "inf", "1e5", "true", "٣"])
def test_rates_that_are_none(mps: str) -> None:
    """The smallest would be a text in more years than floats can tell."""
    with pytest.raises(MissingSettingError, match="TWILIO_MPS"):
        read_settings({**WHOLE, "TWILIO_MPS": mps})
    with pytest.raises(MissingSettingError, match="TWILIO_SENDERS"):
        read_settings({**WHOLE, "TWILIO_SENDERS": f"24680:{mps}"})
