"""What a local run is told by its environment (the table of the README's local run)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
STACK_NAME = "statustext"
FAKE_ACCOUNT_SID = "AC00000000000000000000000000000000"
FAKE_AUTH_TOKEN = "00000000000000000000000000000000"  # noqa: S105 (the fake's, and public)
FAKE_FROM = "+15550001111"

MAILS = {"EmailFrom": "Demo <status@example.com>", "EmailIdentity": "example.com", "EmailRate": "5"}
"""Mails go to the stand-in that runs with the fake Twilio."""

AWS_SENDER = "arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-0123456789abcdef"
SECOND_CARRIER = {"AwsSmsFrom": AWS_SENDER, "AwsSmsMps": "10"}
"""So do texts by AWS, of pages that choose it."""


class ConfigurationError(ValueError):
    """A variable holds what it cannot; the message is one sentence that names it."""


@dataclass(frozen=True)
class Configuration:
    """A port of 0 takes any free one. `twilio_api_url` is empty for the fake Twilio."""

    port: int
    twilio_port: int
    api_key: str
    twilio_api_url: str
    twilio_account_sid: str
    twilio_auth_token: str
    twilio_from: str
    twilio_mps: str
    twilio_senders: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Configuration:
        """Raises ConfigurationError. An empty variable counts as absent."""
        port = _port(environment, "PORT", 8080)
        # 0 stays 0: a free port each, for tests.
        following = port + 1 if port else 0
        configuration = cls(
            port=port,
            twilio_port=_port(environment, "TWILIO_PORT", following),
            api_key=environment.get("STATUSTEXT_API_KEY") or "local-key",
            twilio_api_url=(environment.get("TWILIO_API_URL") or "").rstrip("/"),
            twilio_account_sid=environment.get("TWILIO_ACCOUNT_SID") or FAKE_ACCOUNT_SID,
            twilio_auth_token=environment.get("TWILIO_AUTH_TOKEN") or FAKE_AUTH_TOKEN,
            twilio_from=environment.get("TWILIO_FROM") or FAKE_FROM,
            twilio_mps=environment.get("TWILIO_MPS") or "10",
            twilio_senders=environment.get("TWILIO_SENDERS") or "",
            environment=dict(environment),
        )
        if port and port == configuration.twilio_port and not configuration.twilio_api_url:
            raise ConfigurationError("PORT and TWILIO_PORT must differ.")
        _check_url("TWILIO_API_URL", configuration.twilio_api_url)
        return configuration

    @property
    def parameters(self) -> dict[str, str]:
        """The template's parameters, but for TwilioApiUrl, which is known once the fake runs."""
        return {
            "TwilioAccountSid": self.twilio_account_sid,
            "TwilioAuthToken": self.twilio_auth_token,
            "TwilioFrom": self.twilio_from,
            "TwilioMps": self.twilio_mps,
            "TwilioSenders": self.twilio_senders,
            "TwilioStatusUrl": self.environment.get("TWILIO_STATUS_URL", ""),
            "AllowFictionalNumbers": "true",
            **({} if self.twilio_api_url else {"DeactivationsSchedule": "rate(1 minute)"}),
            **({} if self.twilio_api_url else {**MAILS, **SECOND_CARRIER}),
            "CallThisMachine": "true",
        }


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    given = environment.get(name, "").strip()
    if not given:
        value = default
    elif given.isascii() and given.isdecimal():
        value = int(given[:9])
    else:
        value = -1
    if not 0 <= value <= 65535:
        raise ConfigurationError(f"{name} must be a port from 1 to 65535, not {given or value}.")
    return value


def _check_url(name: str, value: str) -> None:
    if value and not value.startswith(("http://", "https://")):
        raise ConfigurationError(f"{name} must begin with http:// or https://.")
