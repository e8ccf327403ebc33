"""Carriers: who takes our texts and mails, and what one of their errors is called."""

from dataclasses import dataclass
from enum import StrEnum


class Carrier(StrEnum):
    """Who carries a text. A claim names it, since only that carrier knows what became of it."""

    TWILIO = "twilio"
    AWS = "aws"  # AWS End User Messaging SMS
    SES = "ses"  # Amazon SES, for mails
    WEB = "web"  # nobody's: we call the subscriber's own address


@dataclass(frozen=True)
class Account:
    """Who knows what became of a text: a carrier's account, the deployment's own or, with the `sid`
    that Twilio gave it, a page's."""

    carrier: Carrier
    sid: str = ""


BY_DEPLOYMENT = Account(Carrier.TWILIO)
"""The account that texts where nothing else is said."""

OF_TEXTS = (Carrier.TWILIO, Carrier.AWS)
"""Those who carry texts, of which one may stand in for another."""


@dataclass(frozen=True)
class ErrorCode:
    """A carrier's error: Twilio's are numbers (0 for none given), those of AWS words. Written out,
    it is the reason that the ledger keeps, such as "twilio 21610". `account` is the page's own that
    met it, if any."""

    carrier: Carrier
    code: int | str
    account: str = ""

    @property
    def whose(self) -> Account:
        return Account(self.carrier, self.account)

    def __str__(self) -> str:
        return f"{self.carrier} {self.code}"


def error_in(reason: str) -> ErrorCode | None:
    """The carrier's error that the ledger's reason names, if it names one."""
    name, _, code = reason.partition(" ")
    if name == Carrier.TWILIO and code.isdecimal():
        return ErrorCode(Carrier.TWILIO, int(code))
    if name in (Carrier.AWS, Carrier.SES, Carrier.WEB) and code.isidentifier():
        return ErrorCode(Carrier(name), code)
    return None
