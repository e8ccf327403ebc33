"""The one interface with several implementations: a channel, by which one carrier reaches people.

What the protocol must know of a channel stands here and nowhere else: whom a text is for and how
long it may wait (`Text`), how it is sent (`Channel`), whether the carrier can be asked afterwards
(`Listing`), and what a receipt says (`Receipt`). What a carrier's errors mean is a table beside its
adapter (adapters/carrier_errors.py); its rate is its senders' (domain/page.py).
"""

from dataclasses import dataclass, field
from typing import Protocol

from statustext.domain.carrier import Account, ErrorCode
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.mail import Mail
from statustext.domain.post import Post


@dataclass(frozen=True)
class Text:
    """One text to hand over. `page` and `attempt` name it in its receipts, whose address is
    `status_callback` for a carrier that calls one; `validity` is for how many seconds from now the
    carrier may still send it. `mail` is what goes in its place to an e-mail address, `post` to
    one on the web."""

    sender: str
    to: str = field(repr=False)
    body: str = field(repr=False)
    status_callback: str
    validity: float
    page: str = ""
    attempt: str = ""
    mail: Mail | None = None
    post: Post | None = None


@dataclass(frozen=True)
class Accepted:
    """The carrier's answer: it has the text now. `status` is its word for where it stands."""

    sid: str
    status: str


@dataclass(frozen=True)
class Receipt:
    """Where a message stands, by the account it went by: its id there, its error if it tells one,
    and between whom it went. `status` is None for a word that we do not know; `sent_at` is when the
    carrier got the message, where it tells."""

    account: Account
    sid: str
    status: DeliveryStatus | None
    error: ErrorCode | None
    sender: str
    to: str = field(repr=False)
    sent_at: float | None = None


class Channel(Protocol):
    """Sends texts."""

    def send(self, text: Text) -> Accepted:
        """Hand one text over, once.

        Raises RefusedError and SlowDownError where it was certainly not accepted, and
        OutcomeUnknownError where it may have been.
        """


class Listing(Protocol):
    """What a carrier accepted, of one that can be asked. Of any other only a receipt tells how an
    attempt without an outcome ended, and it is never made again."""

    def find(self, to: str, body: str, *, since: float) -> Accepted | None:
        """The message accepted for an address at or after `since` whose text has the fingerprint
        `body` (domain/delivery.py), if any. Raises OutcomeUnknownError."""

    def fetch(self, sid: str) -> Receipt:
        """What became of a message that was accepted. Raises OutcomeUnknownError."""
