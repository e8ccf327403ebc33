"""Which messages are SNS's: by its signature, with a certificate of its own."""

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from statustext.adapters import sns_messages
from statustext.domain.alerts.sns import certificate_url, signed_text, subscribe_url

BODIES = Path(__file__).parents[1] / "alert_bodies/cloudwatch"
MESSAGE = json.loads((BODIES / "http-notification.2015-12-04.scrubbed.json").read_text())
CONFIRMATION = json.loads(
    (BODIES / "http-subscription-confirmation.2015-12-06.scrubbed.json").read_text()
)


@cache
def pair() -> tuple[rsa.RSAPrivateKey, bytes]:
    """A key, and its certificate as PEM."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=3650))
        .sign(key, SHA256())
    )
    return key, made.public_bytes(Encoding.PEM)


def signed(message: dict[str, Any], version: str = "2") -> dict[str, Any]:
    text = signed_text(message)
    assert text is not None
    digest = SHA1() if version == "1" else SHA256()  # noqa: S303  # version 1 is so
    signature = pair()[0].sign(text.encode(), padding.PKCS1v15(), digest)
    return {
        **message,
        "SignatureVersion": version,
        "Signature": base64.b64encode(signature).decode(),
    }


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sns_messages, "_certificates", {})


def certificate(url: str) -> bytes:
    assert url == MESSAGE["SigningCertURL"]
    return pair()[1]


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("message", [MESSAGE, CONFIRMATION], ids=["notification", "confirmation"])
def test_what_sns_signed_is_its_own(message: dict[str, Any], version: str) -> None:
    assert sns_messages.is_signed(signed(message, version), certificate)


@pytest.mark.parametrize(
    "change",
    [
        {"Message": "{}"},
        {"TopicArn": "arn:aws:sns:us-east-1:999999999999:other"},
        {"Subject": None},
        {"SignatureVersion": "1"},
        {"SignatureVersion": "3"},
        {"Signature": "AAAA"},
        {"Signature": "no base64"},
        {"Type": "Else"},
        {"Message": {"an": "object"}},
    ],
    ids=str,
)
def test_what_was_changed_on_the_way_is_not(change: dict[str, Any]) -> None:
    assert not sns_messages.is_signed({**signed(MESSAGE), **change}, certificate)


@pytest.mark.parametrize(
    "url",
    [
        "https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-01234567.pem",
        "https://evil.example/sns.us-east-1.amazonaws.com/SimpleNotificationService-01234567.pem",
        "https://user@sns.us-east-1.amazonaws.com/SimpleNotificationService-01234567.pem",
        "http://sns.us-east-1.amazonaws.com/SimpleNotificationService-01234567.pem",
        "https://s3.us-east-1.amazonaws.com/SimpleNotificationService-01234567.pem",
        "https://sns.us-east-1.amazonaws.com/bucket/SimpleNotificationService-01234567.pem",
        "https://sns.us-east-1.amazonaws.com:444/SimpleNotificationService-01234567.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-01234567.pem\n",
        None,
        7,
    ],
)
def test_a_certificate_from_elsewhere_is_not_even_asked_for(url: object) -> None:
    def asked(_url: str) -> bytes:
        raise AssertionError("it was asked for")

    assert certificate_url({"SigningCertURL": url}) is None
    assert not sns_messages.is_signed({**signed(MESSAGE), "SigningCertURL": url}, asked)


def test_a_certificate_that_is_none_or_anothers_signs_nothing() -> None:
    assert not sns_messages.is_signed(signed(MESSAGE), lambda _url: b"no certificate")


def test_a_certificate_is_fetched_once() -> None:
    asked: list[str] = []

    def get(url: str) -> bytes:
        asked.append(url)
        return certificate(url)

    assert all(sns_messages.is_signed(signed(MESSAGE), get) for _ in range(3))
    assert len(asked) == 1


def test_only_a_confirmation_is_confirmed_and_only_at_sns() -> None:
    visited: list[str] = []

    def get(url: str) -> bytes:
        visited.append(url)
        return b""

    assert sns_messages.confirm(CONFIRMATION, get)
    assert visited == [CONFIRMATION["SubscribeURL"]]
    assert not sns_messages.confirm(MESSAGE, get)
    elsewhere = {**CONFIRMATION, "SubscribeURL": "https://evil.example/?Action=ConfirmSubscription"}
    assert not sns_messages.confirm(elsewhere, get)
    assert len(visited) == 1
    assert subscribe_url({**CONFIRMATION, "Type": "Notification"}) is None
