"""Codes: how they are made, how often they are sent, how long they live; and manage tokens."""

import base64
import hashlib
import hmac
import re

from statustext.domain.code_keys import KID, CodeKey
from statustext.domain.ids import subkey

CODE_LIFE = 600
"""Seconds a code works, counted from the moment its text was handed to Twilio."""

TRIES = 5
"""Wrong codes for a sign-up by whoever holds its secret, or by one address without it."""

OPEN_TRIES = 10
"""Wrong codes for a number by all addresses without a secret. Apart from those of secrets, so that
a stranger's guesses take nothing from who signed up."""

UNCONFIRMED_LIFE = 24 * 3600
DAY = 24 * 3600
CODES_PER_DAY = 5
WAITS = (30, 60, 120, 300)
"""Seconds to the next code after the first, second, … of a day; the last holds from then on."""

WHEN_CODES_GO = (
    f"The code goes out now, or {WAITS[0]} seconds after the last one to this number; after "
    "several codes it takes longer."
)
"""What whoever asks for a code is told, whatever became of the last ones."""

MANAGE_TOKEN_LIFE = 30 * DAY


def code(key: CodeKey, subscriber: str, nonce: str) -> str:
    """Six digits, derived from a random nonce and the key that is not in the table.

    So the table never holds a code, the queue never carries one, and the sender can still text it.
    The nonce must come from a cryptographic source. 2**256 mod 10**6 leaves a bias below 10**-70.
    """
    digest = hmac.new(subkey(key.key, "code"), f"{subscriber}|{nonce}".encode(), hashlib.sha256)
    return f"{int.from_bytes(digest.digest(), 'big') % 1_000_000:06d}"


def code_hash(key: CodeKey, subscriber: str, nonce: str, entered: str) -> str:
    """What is stored of a code: a keyed hash bound to the subscription it was made for."""
    message = f"{subscriber}|{nonce}|{entered}".encode()
    return hmac.new(subkey(key.key, "code-hash"), message, hashlib.sha256).hexdigest()


def sign_up_secret(key: CodeKey, page: str, subscriber: str, direct: str) -> str:
    """`<kid>.` and 24 characters that whoever signed up was answered, and nobody else can make:
    they show that a code is entered, or another asked for, where the number was given."""
    message = f"{page}|{subscriber}|{direct}".encode()
    digest = hmac.new(subkey(key.key, "sign-up"), message, hashlib.sha256).digest()
    return f"{key.kid}.{base64.urlsafe_b64encode(digest[:18]).decode()}"


LINK_LIFE = 24 * 3600
"""Seconds for which the link of a mail confirms a sign-up."""


def link_code(key: CodeKey, subscriber: str, nonce: str) -> str:
    """The code in the link that a mail brings: 32 characters, derived as a text's six digits are,
    and so many that nobody tries them."""
    digest = hmac.new(subkey(key.key, "link"), f"{subscriber}|{nonce}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest.digest()[:24]).decode()


def unsubscribe_token(key: CodeKey, page: str, subscriber: str) -> str:
    """`<kid>.<24 characters>`: ends one subscription and opens nothing. It does not expire, as the
    mail that holds it may be read years later."""
    message = f"{page}|{subscriber}".encode()
    digest = hmac.new(subkey(key.key, "unsubscribe"), message, hashlib.sha256).digest()
    return f"{key.kid}.{base64.urlsafe_b64encode(digest[:18]).decode()}"


def next_code_at(sent_today: int, now: float) -> float:
    """When another code may be sent, after the `sent_today`-th (from 1) went out at `now`."""
    return now + WAITS[min(sent_today, len(WAITS)) - 1]


def manage_token(key: CodeKey, page: str, subscriber: str, epoch: int, expires_at: float) -> str:
    """`<id>.<kid>-<epoch>-<expiry>.<signature>`: opens one subscription until it expires or is
    ended."""
    claims = f"{key.kid}-{epoch}-{int(expires_at):x}"
    return f"{subscriber}.{claims}.{_signature(key, page, subscriber, claims)}"


def kid_of_token(token: str) -> str:
    """The key that a token says it was made with, or "" for what is no token."""
    found = re.fullmatch(rf"[^.]*\.({KID})-[0-9]{{1,9}}-[0-9a-f]{{1,12}}\.[^.]*", token)
    return found[1] if found else ""


def kid_of_secret(secret: str) -> str:
    """The key that a sign-up's secret says it was made with."""
    return secret.partition(".")[0]


def token_epoch(key: CodeKey, page: str, subscriber: str, token: str, now: float) -> int | None:
    """The epoch a genuine, unexpired token of this subscription was made in, else None."""
    if kid_of_token(token) != key.kid:
        return None
    owner, claims, signature = token.split(".")
    made = _signature(key, page, subscriber, claims)
    if owner != subscriber or not hmac.compare_digest(made.encode(), signature.encode()):
        return None
    _, epoch, expiry = claims.split("-")
    return int(epoch) if now < int(expiry, 16) else None


def _signature(key: CodeKey, page: str, subscriber: str, claims: str) -> str:
    message = f"{page}|{subscriber}|{claims}".encode()
    digest = hmac.new(subkey(key.key, "manage"), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()
