"""What single fields of request bodies hold: texts, moments, numbers, names, with their checks."""

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, StringConstraints, WithJsonSchema

from statustext.domain.quiet_hours import OFF, WRITTEN, is_timezone, read_hours
from statustext.domain.typed_digits import plain

MAX_METADATA = 16 * 1024


def printable(text: str) -> str:
    """The text. Raises ValueError where it holds what no reader sees."""
    if any(ord(c) < 32 and c not in "\n\r\t" for c in text) or "\x7f" in text:
        raise ValueError("must not hold control characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("must be valid Unicode") from None
    return text


def _moment(text: str) -> str:
    _seconds(text)
    return text.strip()


def _seconds(given: object) -> float:
    """The moment that ISO 8601 text names. Raises ValueError with the words for who wrote it."""
    if not isinstance(given, str) or not re.fullmatch(MOMENT, given.strip(), re.ASCII):
        raise ValueError("must be a date and time as in 2027-01-20T02:00:00Z")
    try:
        moment = datetime.fromisoformat(given.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise ValueError("must be a date and time that exists") from None


def _small(given: dict[str, Any]) -> dict[str, Any]:
    try:
        size = len(json.dumps(given, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        raise ValueError("must be valid Unicode") from None
    if size > MAX_METADATA:
        raise ValueError(f"must be at most {MAX_METADATA} bytes as JSON")
    return given


def _quiet_hours(text: str) -> str:
    if text not in ("", OFF):
        read_hours(text)
    return text


def _timezone(text: str) -> str:
    if not is_timezone(text):
        raise ValueError("must be a name of the IANA time zone database, as Europe/Berlin is")
    return text


def _own_timezone(text: str) -> str:
    return text and _timezone(text)


def _code(text: str) -> str:
    digits = plain(text).replace(" ", "").replace("-", "")
    if not re.fullmatch("[0-9]{6}", digits):
        raise ValueError("must be the 6 digits from the text")
    return digits


def _matching(pattern: str, otherwise: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(otherwise)
        return text

    return AfterValidator(check)


def _described(pattern: str) -> WithJsonSchema:
    # The checks have better sentences than a pattern that does not match.
    return WithJsonSchema({"type": "string", "pattern": pattern})


Printable = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(printable)]
Line = Annotated[Printable, StringConstraints(min_length=1, max_length=200)]
MOMENT = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$"
)
Moment = Annotated[str, AfterValidator(_moment), _described(MOMENT)]
"""ISO 8601: a date, or a date and time; UTC where no offset is given."""

Seconds = Annotated[float, BeforeValidator(_seconds), _described(MOMENT)]
"""The same, as seconds since the epoch."""

Code = Annotated[
    str, StringConstraints(max_length=40), AfterValidator(_code), _described(r"^[0-9]{6}$")
]
"""Six digits of any script, with any spaces or dashes between them."""

Country = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")]
PhoneInput = Annotated[str, StringConstraints(min_length=3, max_length=40)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
Metadata = Annotated[dict[str, Any], AfterValidator(_small)]

QUIET_HOURS = f"^({WRITTEN}|off)?$"
SENDER = r"^(\+[1-9][0-9]{6,14}|[0-9]{3,8}|MG[0-9a-fA-F]{32})$"
PREFIX = r"^\+[1-9][0-9]{0,13}$"

QuietHours = Annotated[str, AfterValidator(_quiet_hours), _described(QUIET_HOURS)]
"""As in 22:00-07:00, or off; empty for a page is off, for a subscriber the page's."""

Timezone = Annotated[str, AfterValidator(_timezone), _described("^[A-Za-z0-9_+/-]{1,64}$")]
OwnTimezone = Annotated[str, AfterValidator(_own_timezone), _described("^[A-Za-z0-9_+/-]{0,64}$")]
"""A subscriber's: an IANA name, or empty for what the number tells."""

SenderId = Annotated[
    str,
    _matching(SENDER, "must be a number in E.164, a short code, or the id of a Messaging Service"),
    _described(SENDER),
]
Prefix = Annotated[
    str, _matching(PREFIX, "must be what numbers begin with, as in +44"), _described(PREFIX)
]
