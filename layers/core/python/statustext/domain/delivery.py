"""A delivery: one announcement for one subscriber, and the order its states come in."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from statustext.domain.carrier import Account, Carrier


class DeliveryStatus(StrEnum):
    """Twilio's words where Twilio says them, ours for what happens before and instead."""

    HELD = "held"  # waits for its time: quiet hours, a pause, the limits per person
    NOT_ACCEPTED = "not_accepted"  # proven not accepted, to be tried again
    UNKNOWN = "unknown"  # may have been accepted
    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


RANK = {
    DeliveryStatus.HELD: 4,
    DeliveryStatus.NOT_ACCEPTED: 5,
    DeliveryStatus.UNKNOWN: 10,
    DeliveryStatus.SUPPRESSED: 15,
    DeliveryStatus.SUPERSEDED: 15,
    DeliveryStatus.EXPIRED: 15,
    DeliveryStatus.ACCEPTED: 20,
    DeliveryStatus.QUEUED: 21,
    DeliveryStatus.SENDING: 22,
    DeliveryStatus.SENT: 30,
    DeliveryStatus.DELIVERED: 50,
    DeliveryStatus.UNDELIVERED: 50,
    DeliveryStatus.FAILED: 50,
}
"""A delivery only moves to a higher rank; the first of equals stays. Our decisions not to send rank
below every sign that Twilio has the text: a message that the queue delivers again must not turn
what was sent into what was not wanted any more."""

OF_A_MAIL = {DeliveryStatus.UNDELIVERED: 1, DeliveryStatus.DELIVERED: 2}
"""By how much more SES's later words rank: a mail that was delivered may still come back, and then
be called spam, which leaves it delivered, with that as its reason."""


def rank_of(status: DeliveryStatus, account: Account | None, reason: str) -> int:
    """The rank of a state, as its carrier tells it."""
    is_later = account is not None and account.carrier is Carrier.SES and reason
    return RANK[status] + (OF_A_MAIL.get(status, 0) if is_later else 0)


WITH_TWILIO = (
    DeliveryStatus.ACCEPTED,
    DeliveryStatus.QUEUED,
    DeliveryStatus.SENDING,
    DeliveryStatus.SENT,
    DeliveryStatus.DELIVERED,
)
"""Twilio has the text, and nothing says that it did not arrive."""

TERMINAL = frozenset(
    {
        DeliveryStatus.SUPPRESSED,
        DeliveryStatus.SUPERSEDED,
        DeliveryStatus.EXPIRED,
        DeliveryStatus.DELIVERED,
        DeliveryStatus.UNDELIVERED,
        DeliveryStatus.FAILED,
    }
)


@dataclass(frozen=True)
class Delivery:
    """A row of the ledger. `attempt` counts from 1; `sid` is the carrier's id of the message. What
    is held is so `until` a moment. Where it was not accepted, `waits_at` is when a message for
    another try was last seen; 0 for never. `country`, `account` and `published_at` (seconds
    since the epoch) are known of what the carrier took."""

    subscriber: str
    attempt: int
    status: DeliveryStatus
    at: float
    sid: str = ""
    reason: str = ""
    segments: int = 0
    country: str = ""
    published_at: float = 0.0
    until: float = 0.0
    account: Account | None = None
    waits_at: float = 0.0


def announcement_attempt(incident: str, seq: int, subscriber: str, attempt: int) -> str:
    """The id in a status callback's path, from which the delivery's row can be addressed."""
    return f"a.{incident}.{seq}.{subscriber}.{attempt}"


def direct_attempt(subscriber: str, direct: str, attempt: int) -> str:
    """The same for a text to one person: a code, a welcome, an answer."""
    return f"d.{direct}.{subscriber}.{attempt}"


TO_THE_TEAM = "t"


def team_attempt(contact: str) -> str:
    """The same for a mail to one of the team's own mailboxes."""
    return f"{TO_THE_TEAM}.{contact}"


def fingerprint(body: str) -> str:
    """A text's hash: tells whether another one is the same, without keeping it."""
    return hashlib.sha256(body.encode()).hexdigest()[:12]
