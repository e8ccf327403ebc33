"""The keywords Twilio handles by itself: STOP, START, HELP and their synonyms.

Source: help.twilio.com "Twilio support for opt-out keywords" (default handling, English).
"""

from collections.abc import Sequence
from typing import Literal

OptOut = Literal["STOP", "START", "HELP"]

_WORDS: dict[str, OptOut] = {
    **dict.fromkeys(
        ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), "STOP"
    ),
    **dict.fromkeys(("START", "UNSTOP", "YES"), "START"),
    **dict.fromkeys(("HELP", "INFO"), "HELP"),
}
REPLIES: dict[OptOut, str] = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages "
    "from this number. Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. "
    "Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


def keyword_of(body: str) -> OptOut | None:
    """The keyword a text consists of, in any case, with spaces around it and nothing else."""
    return _WORDS.get(body.strip().upper())


class OptOuts:
    """Who stopped what: pairs of a channel (a sender's number or a messaging service) and a
    handset's number."""

    def __init__(self) -> None:
        self._pairs: set[tuple[str, str]] = set()

    def blocked(self, channel: str, number: str) -> bool:
        return (channel, number) in self._pairs

    def channels(self, number: str) -> Sequence[str]:
        """The channels that `number` stopped."""
        return sorted(channel for channel, phone in self._pairs if phone == number)

    def obey(self, keyword: OptOut, channel: str, number: str) -> bool:
        """Does what the keyword says; True if Twilio has something to say about it: to HELP
        always, to STOP and START when they change something."""
        before = self.blocked(channel, number)
        if keyword == "STOP":
            self._pairs.add((channel, number))
        elif keyword == "START":
            self._pairs.discard((channel, number))
        return keyword == "HELP" or before != self.blocked(channel, number)
