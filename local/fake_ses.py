"""A stand-in for Amazon SES that keeps the truth: what it accepted, and the events that it will
tell.

Of its API there is `SendEmail` with a raw mail only, with the errors and events that AWS documents.
Addresses of SES's mailbox simulator end as they do there:
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
"""

import base64
import email
import email.policy
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from random import Random
from typing import Any

PATH = "/v2/email/outbound-emails"
MOST_KEPT = 500

DELIVERED_AFTER, ANSWERED_AFTER = 1.0, 3.0
"""Seconds after which a mail is delivered, or has bounced, and a complaint of it comes."""

BOUNCES: Mapping[str, tuple[str, str]] = {
    "bounce": ("Permanent", "General"),
    "suppressionlist": ("Permanent", "OnAccountSuppressionList"),
    "full": ("Transient", "MailboxFull"),
}
"""How mails to these addresses @simulator.amazonses.com bounce; "full" is ours, SES's simulator has
no such one. Those to complaint@ are delivered and called spam."""

SIMULATOR = "@simulator.amazonses.com"


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
    events: list[tuple[float, Mapping[str, Any]]] = field(default_factory=list)
    tells: bool = True
    """Whether it tells what becomes of mails."""

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
        if self.tells:
            self._tell_how_it_ends(mail)
        return None if fault.is_silent else (200, {"MessageId": mail.id})

    def _tell_how_it_ends(self, mail: KeptMail) -> None:
        name = mail.to.removesuffix(SIMULATOR) if mail.to.endswith(SIMULATOR) else ""
        if name in BOUNCES:
            self.bounce(mail, *BOUNCES[name], mail.at + DELIVERED_AFTER)
            return
        self.tell(mail, "Delivery", {}, mail.at + DELIVERED_AFTER)
        if name == "complaint":
            self.complain(mail, mail.at + ANSWERED_AFTER)

    def bounce(self, mail: KeptMail, kind: str, why: str, at: float) -> None:
        """A mail comes back; `kind` and `why` are SES's types of bounces."""
        about = {
            "bounceType": kind,
            "bounceSubType": why,
            "bouncedRecipients": [{"emailAddress": mail.to, "action": "failed", "status": "5.1.1"}],
        }
        self.tell(mail, "Bounce", about, at)

    def complain(self, mail: KeptMail, at: float) -> None:
        """Whoever got a mail calls it spam."""
        about = {
            "complainedRecipients": [{"emailAddress": mail.to}],
            "complaintFeedbackType": "abuse",
        }
        self.tell(mail, "Complaint", about, at)

    def tell(self, mail: KeptMail, kind: str, about: Mapping[str, Any], at: float) -> None:
        """Have an event told of a mail."""
        more = {**about, "timestamp": _written(at), "feedbackId": f"feedback-{mail.id}"}
        event = {
            "eventType": kind,
            kind.lower(): more,
            "mail": {
                "timestamp": _written(mail.at),
                "source": str(mail.mime["From"]),
                "messageId": mail.id,
                "destination": [mail.to],
                "headersTruncated": False,
                "headers": [{"name": "To", "value": mail.to}],
                "tags": {name: [value] for name, value in mail.tags.items()},
            },
        }
        self.events.append((at, event))

    def due(self, now: float) -> list[Mapping[str, Any]]:
        """The events that are told by now, each once."""
        found = [event for at, event in self.events if at <= now]
        self.events = [(at, event) for at, event in self.events if at > now]
        return found

    def to(self, address: str) -> list[KeptMail]:
        """The mails to an address, in order."""
        return [one for one in self.mails if one.to == address]


def _written(at: float) -> str:
    """A moment as SES writes it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
