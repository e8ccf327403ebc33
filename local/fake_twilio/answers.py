"""What the fake says back: answers, refusals in Twilio's words, and silence."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Fate = Literal["answered", "hung", "reset"]

# Wording and numbers are Twilio's (twilio.com/docs/api/errors). Several repeat the phone number in
# full, as the real ones do: whoever logs them has to mask it.
_MESSAGES = {
    20001: "Unknown parameters: {detail}",
    20003: "Authenticate",
    20004: "Method not allowed",
    20007: "Page size too large",
    20009: "Cannot delete this resource before it is complete",
    20404: "The requested resource {detail} was not found",
    20413: "Request Entity Too Large",
    20500: "An internal server error has occurred",
    21211: "The 'To' number {to} is not a valid phone number.",
    21212: "The 'From' number {sender} is not a valid phone number, shortcode, or alphanumeric "
    "sender ID.",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' "
    "number: {to}.",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The From phone number {sender} is not a valid, SMS-capable inbound phone number or "
    "short code for your account.",
    21609: "The StatusCallback URL {detail} is not a valid URL.",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This From phone number {sender} has exceeded the maximum number of queued messages.",
    21612: "The 'To' phone number: {to}, is not currently reachable using the 'From' phone number: "
    "{sender} via SMS.",
    21614: "'To' number: {to}, is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit.",
    21624: "The ValidityPeriod is not valid: {detail}",
    21701: "The Messaging Service does not exist",
}
_STATUSES = {20003: 401, 20004: 405, 20009: 409, 20404: 404, 20413: 413, 20500: 500, 21701: 404}


@dataclass(frozen=True)
class Answer:
    """One answer to one HTTP request.

    `body` is JSON data, raw text to be sent as it is, or None for an empty answer. `delay` is the
    seconds to wait before answering. `fate` other than "answered" means that the caller never
    hears: the connection is held for `delay` seconds and closed ("hung"), or reset at once.
    """

    status: int
    body: Mapping[str, Any] | str | None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    fate: Fate = "answered"

    @property
    def payload(self) -> bytes:
        """The bytes of the body."""
        if self.body is None:
            return b""
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


class Refusal(Exception):  # noqa: N818 - it is an answer, not a defect
    """Twilio said no. Carries Twilio's own error code; `answer()` is what the caller sees."""

    def __init__(self, code: int, *, to: str = "", sender: str = "", detail: str = "") -> None:
        super().__init__(f"Twilio error {code}")
        self.code = code
        self._words = {"to": to, "sender": sender, "detail": detail}

    def answer(self) -> Answer:
        """The HTTP answer for this refusal."""
        message = _MESSAGES[self.code].format(**self._words)
        headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if self.code == 20003 else {}
        return error(_STATUSES.get(self.code, 400), self.code, message, headers)


def error(status: int, code: int, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """An error in the shape all of Twilio's REST errors have."""
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more_info, "status": status}
    return Answer(status, body, headers or {})
