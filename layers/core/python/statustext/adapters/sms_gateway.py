"""The one interface with several implementations: whoever carries our texts."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Text:
    """One text to hand over. `status_callback` is where receipts go, with the attempt's id;
    `validity` is for how many seconds from now the carrier may still send it."""

    sender: str
    to: str = field(repr=False)
    body: str = field(repr=False)
    status_callback: str
    validity: float


@dataclass(frozen=True)
class Accepted:
    """The carrier's answer: it has the text now. `status` is its word for where it stands."""

    sid: str
    status: str


@dataclass(frozen=True)
class Receipt:
    """Where a message stands: the carrier's word for it, its error's code or 0, and between whom
    it went."""

    status: str
    code: int
    sender: str
    to: str = field(repr=False)


class SmsGateway(Protocol):
    """Sends texts, and tells afterwards whether one was accepted."""

    def send(self, text: Text) -> Accepted:
        """Hand one text over, once.

        Raises RefusedError and SlowDownError where it was certainly not accepted, and
        OutcomeUnknownError where it may have been.
        """

    def find(self, to: str, body: str, *, since: float) -> Accepted | None:
        """The message accepted for a number at or after `since` whose text has the fingerprint
        `body` (domain/delivery.py), if any."""

    def fetch(self, sid: str) -> Receipt:
        """What became of a message that was accepted. Raises OutcomeUnknownError."""
