"""The one interface with several implementations: whoever carries our texts."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Text:
    """One text to hand over. `status_callback` is where receipts go, with the attempt's id."""

    to: str = field(repr=False)
    body: str = field(repr=False)
    status_callback: str


@dataclass(frozen=True)
class Accepted:
    """The carrier's answer: it has the text now. `status` is its word for where it stands."""

    sid: str
    status: str


class SmsGateway(Protocol):
    """Sends texts, and tells afterwards whether one was accepted."""

    def send(self, text: Text) -> Accepted:
        """Hand one text over, once.

        Raises RefusedError and SlowDownError where it was certainly not accepted, and
        OutcomeUnknownError where it may have been.
        """

    def find(self, text: Text, *, since: float) -> Accepted | None:
        """The message accepted for the same number and body at or after `since`, if any."""
