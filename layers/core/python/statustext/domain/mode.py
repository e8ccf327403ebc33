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
    def is_called(self) -> bool:
        """Whether the address is one on the web, which we call."""
        return CARRIERS.get(self) is Carrier.WEB

    @property
    def is_free(self) -> bool:
        """Whether it costs nobody money and wakes nobody: no limits per handset, no quotas in
        money, no quiet hours but those that were asked for. Whoever is reached so can tell a repeat
        by its id, so that what is in doubt is sent again."""
        return self is not Mode.SMS


CARRIERS: dict[Mode, Carrier] = {
    Mode.EMAIL: Carrier.SES,
    Mode.WEBHOOK: Carrier.WEB,
    Mode.SLACK: Carrier.WEB,
    Mode.TEAMS: Carrier.WEB,
    Mode.DISCORD: Carrier.WEB,
}
"""Who carries what is not a text, by mode. Texts have several carriers (domain/page.py)."""


def one_address(mode: Mode, address: str) -> str:
    """An address in the one form in which it is compared: mailboxes know no capitals."""
    return address.casefold() if mode is Mode.EMAIL else address
