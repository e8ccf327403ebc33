"""A stand-in for Amazon SES that keeps the truth: what it accepted, and the events that it will
tell.

Of its API there is `SendEmail` with a raw mail only, with the errors that AWS documents:
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

import base64
import email
import email.policy
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from random import Random
from typing import Any

PATH = "/v2/email/outbound-emails"
MOST_KEPT = 500


@dataclass(frozen=True)
class MailFault:
    """What becomes of one request: refused with an exception, or no answer, after the mail was
    accepted or before."""

    exception: str = ""
    message: str = "refused"
    status: int = 400
    is_silent: bool = False
    is_accepted: bool = False


@dataclass(frozen=True)
class KeptMail:
    """A mail that was accepted."""

    id: str
    at: float
    to: str = field(repr=False)
    raw: bytes = field(repr=False)
    tags: Mapping[str, str]

    @property
    def mime(self) -> EmailMessage:
        """The mail, read."""
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    def part(self, kind: str) -> str:
        """Its "plain" or "html" part; "" for none."""
        found = self.mime.get_body((kind,))
        return str(found.get_content()) if found else ""


@dataclass
class FakeSes:
    """The state. `faults` are for the next requests, one each; `always` is for all others."""

    rng: Random
    mails: list[KeptMail] = field(default_factory=list)
    faults: deque[MailFault] = field(default_factory=deque)
    always: MailFault = MailFault()

    def send_email(self, given: Mapping[str, Any], now: float) -> tuple[int, dict[str, Any]] | None:
        """The HTTP status and the answer to a request; None for silence."""
        fault = self.faults.popleft() if self.faults else self.always
        if fault.exception:
            return fault.status, {"__type": fault.exception, "message": fault.message}
        if fault.is_silent and not fault.is_accepted:
            return None
        mail = KeptMail(
            id=f"{self.rng.getrandbits(96):024x}-000000",
            at=now,
            to=given["Destination"]["ToAddresses"][0],
            raw=base64.b64decode(given["Content"]["Raw"]["Data"]),
            tags={one["Name"]: one["Value"] for one in given.get("EmailTags", ())},
        )
        self.mails.append(mail)
        del self.mails[:-MOST_KEPT]
        return None if fault.is_silent else (200, {"MessageId": mail.id})

    def to(self, address: str) -> list[KeptMail]:
        """The mails to an address, in order."""
        return [one for one in self.mails if one.to == address]
