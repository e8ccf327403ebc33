"""Confirm tokens: proof that somebody saw whom an update would reach before it was published.

Bound to the page, the incident, the very words, and the number of recipients that was shown; the
number stands in the token, so that nothing is stored.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from statustext.domain.code_keys import KID, CodeKey
from statustext.domain.ids import subkey

TOKEN_LIFE = 900
"""Seconds from preview to publishing."""

_TOKEN = re.compile(rf"({KID})\.([0-9a-f]{{1,12}})\.([0-9a-f]{{1,12}})\.([A-Za-z0-9_-]{{24}})")


@dataclass(frozen=True)
class Confirmed:
    """What a genuine token says: how many recipients were shown, and when it ends."""

    recipients: int
    ends_at: float


def confirm_token(key: CodeKey, about: str, recipients: int, ends_at: float) -> str:
    """`<kid>.<recipients>.<end>.<signature>`. `about` names page, incident and words."""
    claims = f"{key.kid}.{recipients:x}.{int(ends_at):x}"
    return f"{claims}.{_signature(key, about, claims)}"


def kid_of_confirmation(token: str) -> str:
    """The key that a token says it was made with, or "" for what is no token."""
    found = _TOKEN.fullmatch(token)
    return found[1] if found else ""


def read_token(key: CodeKey, about: str, token: str) -> Confirmed | None:
    """What a token says that was made for just this; None for any other."""
    found = _TOKEN.fullmatch(token)
    if found is None or found[1] != key.kid:
        return None
    claims = token.rpartition(".")[0]
    if not hmac.compare_digest(_signature(key, about, claims), found[4]):
        return None
    return Confirmed(int(found[2], 16), float(int(found[3], 16)))


def has_grown(shown: int, now: int, tolerance: int) -> bool:
    """Whether an audience is larger than was shown, by more than `tolerance` percent of that."""
    return now * 100 > shown * (100 + tolerance)


def _signature(key: CodeKey, about: str, claims: str) -> str:
    message = f"{about}|{claims}".encode()
    digest = hmac.new(subkey(key.key, "confirm"), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()
