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


def _readable(text: str) -> str:
    from statustext.domain.rendering import uncut  # as a text would show it

    if not uncut("{{title}}", {"title": text}):
        raise ValueError("must hold something that can be read")
    return text


def _moment(text: str) -> str:
    seconds(text)
    return text.strip()


def seconds(given: object) -> float:
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


def _email(text: str) -> str:
    if not re.fullmatch(EMAIL, text.strip(), re.ASCII):
        raise ValueError("must be an e-mail address, as in jo@example.com")
    return text.strip()


def _code(text: str) -> str:
    if re.fullmatch(LINK_CODE, text, re.ASCII):
        return text
    digits = plain(text).replace(" ", "").replace("-", "")
    if not re.fullmatch("[0-9]{6}", digits):
        raise ValueError("must be the 6 digits from the text")
    return digits


def _no_boolean(given: object) -> object:
    # In Python, and to pydantic, true is 1.
    if isinstance(given, bool):
        raise ValueError("must be a number")
    return given


def _nothing(given: object) -> None:
    if given is not None and given is not False and given not in ("", "false"):
        raise ValueError("is not done here; leave it out")


def matching(pattern: str, otherwise: str) -> AfterValidator:
    """A check of text that says what it should be, where a pattern would not."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(otherwise)
        return text

    return AfterValidator(check)


def described(pattern: str) -> WithJsonSchema:
    """The pattern as the published description has it."""
    return WithJsonSchema({"type": "string", "pattern": pattern})


Printable = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(printable)]
Line = Annotated[
    Printable, StringConstraints(min_length=1, max_length=200), AfterValidator(_readable)
]
Title = Annotated[
    Printable, StringConstraints(min_length=1, max_length=255), AfterValidator(_readable)
]
MOMENT = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$"
)
Moment = Annotated[str, AfterValidator(_moment), described(MOMENT)]
"""ISO 8601: a date, or a date and time; UTC where no offset is given."""

Seconds = Annotated[float, BeforeValidator(seconds), described(MOMENT)]
"""The same, as seconds since the epoch."""

Code = Annotated[
    str,
    StringConstraints(max_length=40),
    AfterValidator(_code),
    described(r"^([0-9]{6}|[A-Za-z0-9_-]{32})$"),
]
"""Six digits of any script, with any spaces or dashes between them."""

LINK_CODE = "[A-Za-z0-9_-]{32}"
EMAIL = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$"
"""HTML's own, and a domain of at least two parts."""
LONGEST_EMAIL = 254

EmailInput = Annotated[
    str, StringConstraints(max_length=LONGEST_EMAIL), AfterValidator(_email), described(EMAIL)
]

SECRET = r"^[a-z0-9]{1,16}\.[A-Za-z0-9_-]{24}$"  # noqa: S105 (a pattern, no secret)
Secret = Annotated[
    str, matching(SECRET, "must be the secret that the sign-up answered"), described(SECRET)
]
"""What a sign-up answered, for its code and for another one."""

COUNTRY, CAPITALS = "^[A-Za-z]{2}$", "^[A-Z]{2}$"
NAME = "^[A-Za-z0-9_.:-]{1,64}$"
Country = Annotated[
    str, matching(COUNTRY, "must be a country's two letters, as in US"), described(COUNTRY)
]
CountryInCapitals = Annotated[
    str, matching(CAPITALS, "must be a country's two capitals, as in US"), described(CAPITALS)
]
PhoneInput = Annotated[str, StringConstraints(min_length=3, max_length=40)]
Key = Annotated[
    str,
    matching(NAME, "must be 1 to 64 letters, digits or any of _ . : -"),
    described(NAME),
]
Metadata = Annotated[dict[str, Any], AfterValidator(_small)]

QUIET_HOURS = f"^({WRITTEN}|off)?$"
SENDER = (
    r"^(\+[1-9][0-9]{6,14}|[0-9]{3,8}|MG[0-9a-fA-F]{32}"
    r"|arn:aws[a-z-]*:sms-voice:[a-z0-9-]+:[0-9]{12}:(phone-number|pool|sender-id)/[A-Za-z0-9/_-]+)$"
)
PREFIX = r"^\+([1-9][0-9]{0,13})?$"

QuietHours = Annotated[str, AfterValidator(_quiet_hours), described(QUIET_HOURS)]
"""As in 22:00-07:00, or off; empty for a page is off, for a subscriber the page's."""

Timezone = Annotated[str, AfterValidator(_timezone), described("^[A-Za-z0-9_+/-]{1,64}$")]
OwnTimezone = Annotated[str, AfterValidator(_own_timezone), described("^[A-Za-z0-9_+/-]{0,64}$")]
"""A subscriber's: an IANA name, or empty for what the number tells."""

SenderId = Annotated[
    str,
    matching(
        SENDER,
        "must be a number in E.164, a short code, a Messaging Service's id or an ARN at AWS",
    ),
    described(SENDER),
]
ACCOUNT_SID, API_KEY_SID, HEX_32 = (
    "^AC[0-9a-fA-F]{32}$",
    "^SK[0-9a-fA-F]{32}$",
    "^[0-9a-fA-F]{32}$",
)
AccountSid = Annotated[
    str,
    matching(ACCOUNT_SID, "must be AC and 32 hexadecimal digits, as Twilio's console shows it"),
    described(ACCOUNT_SID),
]
ApiKeySid = Annotated[
    str, matching(API_KEY_SID, "must be SK and 32 hexadecimal digits"), described(API_KEY_SID)
]
AuthToken = Annotated[
    str,
    matching(HEX_32, "must be 32 hexadecimal digits, as Twilio's console shows it"),
    described(HEX_32),
]
JOIN_NUMBER = r"^(\+[1-9][0-9]{6,14}|[0-9]{3,8})?$"
JoinNumber = Annotated[
    str,
    matching(JOIN_NUMBER, "must be a number in E.164 or a short code, or empty for none"),
    described(JOIN_NUMBER),
]
Prefix = Annotated[
    str, matching(PREFIX, "must be what numbers begin with, as in +44"), described(PREFIX)
]

OWN_KEY = "^[A-Za-z0-9_-]{1,64}$"
OwnKey = Annotated[
    str, matching(OWN_KEY, "must be 1 to 64 letters, digits, _ or -"), described(OWN_KEY)
]
"""The operator's word for a component."""

WEB = "^https?://[!-~]{3,180}$"
WebAddress = Annotated[
    str, matching(WEB, "must be a web address, as in https://status.example.com"), described(WEB)
]

PUBLIC = (
    r"^(https://[A-Za-z0-9.-]{1,253}|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?"
    r"(/[A-Za-z0-9._~-]{1,40}){0,4}/?$"
)
PublicAddress = Annotated[
    str,
    matching(PUBLIC, "must be an https address without a query, as in https://api.example.com/sms"),
    AfterValidator(lambda given: given.rstrip("/")),
    described(PUBLIC),
]
"""Where the API is reached. Plain http is for one's own machine: Twilio's forms hold numbers."""

DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
Date = Annotated[
    str,
    matching(DATE, "must be a date, as in 2027-01-20"),
    AfterValidator(_moment),
    described(DATE),
]

NoBoolean = BeforeValidator(_no_boolean)

Unused = Annotated[None, BeforeValidator(_nothing), WithJsonSchema({"enum": [False]})]
"""What Statuspage knows and nothing here does: let pass where it asks for nothing."""
