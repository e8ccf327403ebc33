"""A message as the fake keeps it, and as Twilio's published OpenAPI shows it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from statustext.domain import segments

API_VERSION = "2010-04-01"
FINAL = frozenset({"delivered", "undelivered", "failed", "received"})
_ERRORS = {
    30001: "Queue overflow",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30036: "Validity Period Expired",
}


@dataclass(frozen=True)
class Step:
    """From `at` (epoch seconds) on, the message has this status."""

    at: float
    status: str


@dataclass(frozen=True)
class Message:
    """One message, with its whole life planned: `steps` are in order of time.

    `error_code` is Twilio's, and shown once the last step is reached. `service` is the Messaging
    Service it was sent through, if any; then Twilio names no sender until one has been chosen.
    """

    sid: str
    account_sid: str
    direction: str
    sender: str
    to: str
    body: str
    steps: tuple[Step, ...]
    segments: int
    service: str | None = None
    error_code: int | None = None

    @property
    def created_at(self) -> float:
        return self.steps[0].at

    @property
    def phone(self) -> str:
        """The handset's number, whichever way the message went."""
        return self.sender if self.direction == "inbound" else self.to

    def step_at(self, now: float) -> Step:
        """The step the message is in at `now`; before its creation, the first."""
        return next((step for step in reversed(self.steps) if step.at <= now), self.steps[0])

    def sent_at(self, now: float) -> float | None:
        """When it left Twilio, or None if it has not by `now`."""
        left = (step for step in self.steps if step.status in ("sent", "received"))
        return next((step.at for step in left if step.at <= now), None)

    def error_at(self, now: float) -> int | None:
        """The error code to show at `now`."""
        return self.error_code if self.step_at(now) is self.steps[-1] else None

    def as_created(self) -> dict[str, Any]:
        """The resource as the create request answers it, however fast the rest goes."""
        return self._as_json(self.steps[0], None, None)

    def as_json(self, now: float) -> dict[str, Any]:
        """The resource `api.v2010.account.message` of Twilio's OpenAPI, as it stands at `now`."""
        return self._as_json(self.step_at(now), self.sent_at(now), self.error_at(now))

    def _as_json(self, step: Step, sent: float | None, code: int | None) -> dict[str, Any]:
        choosing = step.status == "accepted"
        uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": rfc2822(self.created_at),
            "date_sent": rfc2822(sent),
            "date_updated": rfc2822(step.at),
            "direction": self.direction,
            "error_code": code,
            "error_message": None if code is None else _ERRORS.get(code, "Unknown error"),
            "from": None if choosing else self.sender,
            "messaging_service_sid": self.service,
            "num_media": "0",
            "num_segments": "0" if choosing else str(self.segments),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": step.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


def rfc2822(at: float | None) -> str | None:
    """Epoch seconds as Twilio writes dates: "Fri, 24 May 2019 17:44:46 +0000"."""
    return None if at is None else format_datetime(datetime.fromtimestamp(int(at), UTC))


def count_segments(body: str) -> int:
    """Segments that carriers bill for `body`; an empty body is one."""
    return max(1, segments.count(body).segments)
