"""Carriers: who takes our texts and mails, and what one of their errors is called."""

from dataclasses import dataclass
from enum import StrEnum


class Carrier(StrEnum):
    """Who carries a text. A claim names it, since only that carrier knows what became of it."""

    TWILIO = "twilio"
    AWS = "aws"  # AWS End User Messaging SMS
    SES = "ses"  # Amazon SES, for mails
    WEB = "web"  # nobody's: we call the subscriber's own address


OF_TEXTS = (Carrier.TWILIO, Carrier.AWS)
"""Those who carry texts, of which one may stand in for another."""


@dataclass(frozen=True)
class ErrorCode:
    """A carrier's error: Twilio's are numbers (0 for none given), those of AWS words. Written out,
    it is the reason that the ledger keeps, such as "twilio 21610"."""

    carrier: Carrier
    code: int | str

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
