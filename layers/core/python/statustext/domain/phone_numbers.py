"""Phone numbers: which can be texted, and how they are shown."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType

WRITTEN = re.compile(r"[+0-9().\-/\s\u00a0\u2010-\u2015]{3,40}")
FICTIONAL = re.compile(r"\+1(555\d{7}|(?!8(?:00|33|44|55|66|77|88)|900)[2-9]\d{2}555\d{4})")
"""Area code 555, and exchange 555 of any area code, are nobody's number (NANPA)."""

TEXTABLE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
"""FIXED_LINE_OR_MOBILE is all that a US or Canadian number tells."""

REFUSALS = {
    PhoneNumberType.FIXED_LINE: ("landline", "This is a landline; give a mobile number."),
    PhoneNumberType.TOLL_FREE: ("toll_free", "Toll-free numbers get no texts; give a mobile."),
    PhoneNumberType.PREMIUM_RATE: ("premium_rate", "Premium-rate numbers are refused."),
    PhoneNumberType.SHARED_COST: ("shared_cost", "Shared-cost numbers are refused."),
    PhoneNumberType.VOIP: ("voip", "Internet telephony numbers are refused; give a mobile number."),
    PhoneNumberType.PAGER: ("pager", "Pagers get no texts; give a mobile number."),
}
NOT_TEXTABLE = ("not_textable", "This number cannot receive texts; give a mobile number.")


@dataclass(frozen=True)
class PhoneNumber:
    """`e164` as in ITU-T E.164, with its plus; `country` in ISO 3166-1 alpha-2."""

    e164: str
    country: str


class UnusableNumberError(ValueError):
    """A number that will not be texted. `code` for machines, `message` in the caller's words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def parse(
    written: str, country: str | None, served: Collection[str], *, allow_fictional: bool
) -> PhoneNumber:
    """The number somebody wrote, in E.164 or nationally with its country.

    Raises UnusableNumberError for what is no number, unassigned, not a mobile, or in a country not
    in `served`. Only what the digits themselves tell is used, so the answer reveals nothing else.
    """
    if not WRITTEN.fullmatch(written.strip()):
        raise UnusableNumberError("invalid_number", "Give the number as in +14155550123.")
    try:
        number = phonenumbers.parse(written, country.upper() if country else None)
    except phonenumbers.NumberParseException as error:
        raise UnusableNumberError(
            "invalid_number", "Give the number as in +14155550123, or name its country."
        ) from error
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if FICTIONAL.fullmatch(e164):
        if not allow_fictional:
            raise UnusableNumberError(
                "fictional_number", "This number is reserved for fiction; give a real one."
            )
        region: str | None = phonenumbers.region_code_for_number(number) or "US"
    elif phonenumbers.is_valid_number(number):
        region = phonenumbers.region_code_for_number(number)
        kind = phonenumbers.number_type(number)
        if kind not in TEXTABLE:
            raise UnusableNumberError(*REFUSALS.get(kind, NOT_TEXTABLE))
    else:
        raise UnusableNumberError(
            "unassigned_number", "No phone has this number; check its digits."
        )
    if region is None or region not in served:
        raise UnusableNumberError(
            "country_not_served", "This page does not text numbers of that country."
        )
    return PhoneNumber(e164, region)


def country_of(e164: str) -> str:
    """The country of a number that was parsed before, in ISO 3166-1 alpha-2; "" where unknown."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return ""
    region: str | None = phonenumbers.region_code_for_number(number)
    if region is None and FICTIONAL.fullmatch(e164):
        return "US"
    return region or ""
