"""Contacts: where the page's team is reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from statustext.domain.team.routing import Channel


class ContactState(StrEnum):
    """Whether a contact may be used: only the verified are told. Who texts STOP is stopped."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Contact:
    """A Slack webhook, an e-mail address or an on-call phone, at its `address`.

    A phone's `id` is that of a subscriber with its number, so that a number is there once and a
    text from it is known; a mailbox's is made of its address as well.
    """

    id: str
    name: str
    channel: Channel
    address: str
    state: ContactState
    added_at: float

    @property
    def masked(self) -> str:
        """Its address as it is shown and logged: enough to tell it from others."""
        if self.channel is Channel.EMAIL:
            name, _, host = self.address.partition("@")
            return f"{name[:1]}***@{host}"
        return f"***{self.address[-4:]}"


def verified_by(channel: Channel, contacts: Sequence[Contact]) -> list[Contact]:
    """Those of a channel who may be told."""
    return [
        one for one in contacts if one.channel is channel and one.state is ContactState.VERIFIED
    ]
