"""Twilio's requests to us: their parameters, their signature, and when they are tried again.

Sources: twilio.com/docs/usage/webhooks/webhooks-connection-overrides (the `#rc=…` fragment),
…/webhooks-security (the signature covers the URL without that fragment),
…/messaging/guides/webhook-request and …/outbound-message-status-in-status-callbacks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import parse_qsl, urldefrag, urlencode

from twilio.request_validator import RequestValidator

from .messages import API_VERSION, Message, Step

Outcome = int | Literal["ct", "rt"]
"""How a webhook went: an HTTP status, or a connect ("ct") or read ("rt") time-out or failure."""


@dataclass(frozen=True)
class Overrides:
    """Connection overrides: retries, what to retry on, and time-outs in seconds."""

    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})
    connect_timeout: float = 5.0
    read_timeout: float = 15.0

    @classmethod
    def of(cls, url: str) -> "Overrides":
        """Reads a URL's fragment; what is missing or out of bounds has Twilio's default."""
        given = dict(parse_qsl(urldefrag(url).fragment))

        def number(name: str, low: int, high: int, default: int) -> int:
            text = given.get(name, "")
            valid = text.isascii() and text.isdigit() and len(text) < 7
            return int(text) if valid and low <= int(text) <= high else default

        policy = frozenset(given.get("rp", "ct").split(","))
        return cls(
            number("rc", 0, 5, 1),
            frozenset({"4xx", "5xx", "ct", "rt"}) if "all" in policy else policy,
            number("ct", 100, 10_000, 5_000) / 1000,
            number("rt", 100, 15_000, 15_000) / 1000,
        )

    def retry(self, outcome: Outcome, attempt: int) -> bool:
        """Whether try number `attempt` (the first is 1) that ended so is tried again."""
        kind = f"{outcome // 100}xx" if isinstance(outcome, int) else outcome
        return kind in self.policy and attempt <= self.retries


@dataclass(frozen=True)
class WebhookRequest:
    """One form POST that Twilio owes us at `due` (epoch seconds). `url` is as configured."""

    due: float
    url: str
    params: Mapping[str, str]
    token: str
    attempt: int = 1

    @property
    def target(self) -> str:
        """Where the request goes, and what its signature covers: the URL less its fragment."""
        return urldefrag(self.url).url

    @property
    def overrides(self) -> Overrides:
        return Overrides.of(self.url)

    @property
    def status(self) -> str:
        """The message status it tells of; "received" for an inbound message."""
        return self.params["SmsStatus"]

    @property
    def phone(self) -> str:
        """The handset's number."""
        return self.params["From" if self.status == "received" else "To"]

    @property
    def body(self) -> str:
        """The form as sent, blank fields kept."""
        return urlencode(self.params)

    def next_try(self, due: float) -> "WebhookRequest":
        """The same request, to be tried once more at `due`."""
        return replace(self, due=due, attempt=self.attempt + 1)

    def headers(self, auth_token: str) -> dict[str, str]:
        """Headers as Twilio sends them, signed with `auth_token`."""
        return {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "I-Twilio-Idempotency-Token": self.token,
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": sign(self.target, self.params, auth_token),
        }


def sign(url: str, params: Mapping[str, str], auth_token: str) -> str:
    """Twilio's signature of a form POST of `params` to `url`."""
    return str(RequestValidator(auth_token).compute_signature(url, dict(params)))


def receipt_params(message: Message, step: Step) -> dict[str, str]:
    """The form of a status callback."""
    params = {
        "AccountSid": message.account_sid,
        "ApiVersion": API_VERSION,
        "From": message.sender,
        "MessageSid": message.sid,
        "MessageStatus": step.status,
        "SmsSid": message.sid,
        "SmsStatus": step.status,
        "To": message.to,
    }
    if message.service:
        params["MessagingServiceSid"] = message.service
    if message.error_code and step.status in ("failed", "undelivered"):
        params["ErrorCode"] = str(message.error_code)
    if step.status == "delivered":
        params["RawDlrDoneDate"] = datetime.fromtimestamp(step.at, UTC).strftime("%y%m%d%H%M")
    return params


def inbound_params(message: Message, opt_out: str | None) -> dict[str, str]:
    """The form of an inbound message's webhook. Places Twilio does not know are blank."""
    params = {
        "ToCountry": "US",
        "ToState": "",
        "SmsMessageSid": message.sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": message.sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": message.body,
        "FromCountry": "US" if message.sender.startswith("+1") else "",
        "To": message.to,
        "ToZip": "",
        "NumSegments": str(message.segments),
        "MessageSid": message.sid,
        "AccountSid": message.account_sid,
        "From": message.sender,
        "ApiVersion": API_VERSION,
    }
    if message.service:
        params["MessagingServiceSid"] = message.service
    if opt_out:
        params["OptOutType"] = opt_out
    return params
