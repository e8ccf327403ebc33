"""Modes: how a subscriber is reached. One person who follows by several has a subscriber for each,
as at Statuspage."""

from enum import StrEnum

from statustext.domain.carrier import Carrier


class Mode(StrEnum):
    """How a subscriber is reached, and so what their address is."""

    SMS = "sms"
    EMAIL = "email"
    WEBHOOK = "webhook"
    SLACK = "slack"
    TEAMS = "teams"
    DISCORD = "discord"

    @property
    def is_free(self) -> bool:
        """Whether it costs nobody money and wakes nobody: no limits per handset, no quotas in
        money, no quiet hours but those that were asked for. Whoever is reached so can tell a repeat
        by its id, so that what is in doubt is sent again."""
        return self is not Mode.SMS


CARRIERS: dict[Mode, Carrier] = {Mode.EMAIL: Carrier.SES}
"""Who carries what is not a text, by mode. Texts have several carriers (domain/page.py)."""


def one_address(mode: Mode, address: str) -> str:
    """An address in the one form in which it is compared: mailboxes know no capitals."""
    return address.casefold() if mode is Mode.EMAIL else address
