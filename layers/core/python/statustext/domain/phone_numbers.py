"""Phone numbers: which can be texted, and how they are shown."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType

from statustext.domain.handsets import one_spelling
from statustext.domain.typed_digits import plain

WRITTEN = re.compile(r"[+0-9().\-/ ]{3,40}")
SCHEME = re.compile(r"(?:tel|sms|phone|mobile):\s*(?://)?", re.IGNORECASE)
ABROAD = re.compile(r"\A00 ?(?=1[ (-]*[2-9]|[2-9][0-9])")
"""What most of the world dials for the plus. Australia's 0011 is left to the library, and no number
of a country begins so."""

FICTIONAL = re.compile(r"\+1(555\d{7}|(?!8(?:00|33|44|55|66|77|88)|900)[2-9]\d{2}555\d{4})")
"""Area code 555, and exchange 555 of any area code, are nobody's number (NANPA)."""

NEW_AREA_CODE = re.compile(
    r"\+1(?!.11|37|96|5(?:00|2[1-9]|3[23]|44|55|66|77|88)|[67]00|710|8(?:00|22|33|44|55|66|77|8.)|9[05]0)"
    r"[2-9][0-8][0-9][2-9][0-9]{6}"
)
"""Numbers of area codes that may be assigned any day, which a library knows late. Left out are
codes for services, for persons, toll-free, premium-rate and reserved ones (NANPA)."""

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
# Numbers that look like a bigger neighbour's, whose owners seldom know that they are not.
SHARING_A_CODE = {
    "PR": "Puerto Rico", "GU": "Guam", "VI": "the US Virgin Islands", "AS": "American Samoa",
    "MP": "the Northern Mariana Islands", "CA": "Canada", "US": "the United States",
    "DO": "the Dominican Republic", "JM": "Jamaica", "BS": "the Bahamas", "BB": "Barbados",
    "TT": "Trinidad and Tobago", "BM": "Bermuda", "KY": "the Cayman Islands", "AI": "Anguilla",
    "AG": "Antigua and Barbuda", "VG": "the British Virgin Islands", "DM": "Dominica",
    "GD": "Grenada", "MS": "Montserrat", "KN": "Saint Kitts and Nevis", "LC": "Saint Lucia",
    "VC": "Saint Vincent and the Grenadines", "SX": "Sint Maarten",
    "TC": "the Turks and Caicos Islands", "GB": "the United Kingdom", "GG": "Guernsey",
    "JE": "Jersey", "IM": "the Isle of Man", "KZ": "Kazakhstan", "RU": "Russia", "IT": "Italy",
    "VA": "Vatican City", "NO": "Norway", "SJ": "Svalbard and Jan Mayen", "FI": "Finland",
    "AX": "the Åland Islands", "AU": "Australia", "CX": "Christmas Island",
    "CC": "the Cocos Islands", "MA": "Morocco", "EH": "Western Sahara", "RE": "Réunion",
    "YT": "Mayotte", "GP": "Guadeloupe", "BL": "Saint Barthélemy", "MF": "Saint Martin",
    "BQ": "the Caribbean Netherlands", "CW": "Curaçao", "SH": "Saint Helena",
    "TA": "Tristan da Cunha",
}  # fmt: skip
COUNTED_APART = {
    "US": ("PR", "GU", "VI", "AS", "MP"),
    "GB": ("GG", "JE", "IM"),
    "FI": ("AX",),
    "NO": ("SJ",),
    "AU": ("CX", "CC"),
}
"""What people take for a part of a country, and ISO 3166-1 does not."""

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
    digits = ABROAD.sub("+", SCHEME.sub("", plain(written)))
    if not WRITTEN.fullmatch(digits):
        raise UnusableNumberError("invalid_number", "Give the number as in +14155550123.")
    try:
        number = phonenumbers.parse(digits, country.upper() if country else None)
    except phonenumbers.NumberParseException as error:
        raise UnusableNumberError(
            "invalid_number", "Give the number as in +14155550123, or name its country."
        ) from error
    number = _texted_today(number)
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
    elif _has_new_area_code(number, e164):
        region = "CA" if "CA" in served and "US" not in served else "US"
    else:
        raise UnusableNumberError(
            "unassigned_number", "No phone that we know of has this number; check its digits."
        )
    if region is None or region not in served:
        name = SHARING_A_CODE.get(region or "")
        whose = f"of {name}" if name else f"that begin with +{number.country_code}"
        where = f" ({region})" if region else ""
        raise UnusableNumberError(
            "country_not_served", f"This page does not text numbers {whose}{where}."
        )
    return PhoneNumber(e164, region)


def left_out(served: Collection[str]) -> str:
    """A sentence for the operator on numbers that may be missed: those of Puerto Rico where only
    the US is served. "" for none."""
    apart = [one for country in served for one in COUNTED_APART.get(country, ())]
    missed = [f"{SHARING_A_CODE[one]} ({one})" for one in apart if one not in served]
    if not missed:
        return ""
    return f"Numbers of {', '.join(missed)} are refused: name those you mean among the countries."


def _texted_today(number: phonenumbers.PhoneNumber) -> phonenumbers.PhoneNumber:
    """The number in the spelling that its handset is texted in, where that one is a number."""
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if (other := one_spelling(e164)) != e164:
        respelled = phonenumbers.parse(other)
        if phonenumbers.is_valid_number(respelled):
            return respelled
    return number


def _has_new_area_code(number: phonenumbers.PhoneNumber, e164: str) -> bool:
    known = phonenumbers.region_code_for_number(number) is not None
    return not known and NEW_AREA_CODE.fullmatch(e164) is not None


def country_of(e164: str) -> str:
    """The country of a number that was parsed before, in ISO 3166-1 alpha-2; "" where unknown."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return ""
    region: str | None = phonenumbers.region_code_for_number(number)
    if region is None and (FICTIONAL.fullmatch(e164) or NEW_AREA_CODE.fullmatch(e164)):
        return "US"
    return region or ""


def as_dialled(e164: str) -> tuple[str, str]:
    """A number that was parsed before, as it is dialled in its country, and as it is shown to
    people abroad."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164, e164
    display = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return phonenumbers.national_significant_number(number), display
