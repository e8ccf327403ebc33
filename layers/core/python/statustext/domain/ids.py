"""Identifiers: what they are made of and what they tell."""

import hashlib
import hmac
import re
import zlib

from statustext.domain.handsets import one_spelling
from statustext.domain.mode import Mode, one_address

SHARDS = 16
"""Subscribers of a page are spread over this many partitions, so that none grows hot."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _base36(number: int, width: int) -> str:
    digits = ""
    for _ in range(width):
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def new_id(now: float, entropy: bytes) -> str:
    """12 characters [a-z0-9], as Statuspage's ids, that sort by time.

    Eight hold the milliseconds since the epoch, four come from `entropy` (at least 4 bytes).
    """
    return _base36(int(now * 1000), 8) + _base36(int.from_bytes(entropy[:4], "big"), 4)


def made_at(identifier: str) -> float:
    """When `new_id` made an id, in seconds since the epoch."""
    return int(identifier[:8], 36) / 1000


def id_at(moment: float) -> str:
    """Sorts behind every id that `new_id` made before a moment, and before all others."""
    return _base36(int(moment * 1000), 8)


def subkey(master: str, purpose: str) -> bytes:
    """The key for one purpose, so that a hash made for one cannot be used for another."""
    return hmac.new(master.encode(), purpose.encode(), hashlib.sha256).digest()


def subscriber_id(master: str, page: str, address: str, mode: Mode = Mode.SMS) -> str:
    """`sub_` and 16 characters [a-z0-9], the same for the same handset on the same page, in
    whichever spelling of its number; and for the same address of any other mode.

    A keyed hash of the address. One address has one subscriber by construction, every sign-up for
    it gets the same answer, and the opt-out of an erased person stays in force without it.
    """
    about = one_spelling(address) if mode is Mode.SMS else f"{mode}|{one_address(mode, address)}"
    digest = hmac.new(subkey(master, "subscriber"), f"{page}|{about}".encode(), hashlib.sha256)
    return "sub_" + _base36(int.from_bytes(digest.digest()[:12], "big"), 16)


_SIGN_UP_ID = re.compile(r"([a-z0-9]{16})([a-z0-9]{12})([a-z0-9]{12})")


def sign_up_id(master: str, page: str, subscriber: str, sign_up: str) -> str:
    """40 characters [a-z0-9] that name a subscriber and one of their sign-ups, and that nobody
    makes who was not told them: 62 bits of a keyed hash are in them."""
    message = f"{page}|{subscriber}|{sign_up}".encode()
    digest = hmac.new(subkey(master, "sign-up id"), message, hashlib.sha256).digest()
    mark = _base36(int.from_bytes(digest[:12], "big"), 12)
    return subscriber.removeprefix("sub_") + sign_up + mark


def read_sign_up_id(master: str, page: str, written: str) -> tuple[str, str] | None:
    """The subscriber and the sign-up that such an id names; None for one that nobody was told."""
    found = _SIGN_UP_ID.fullmatch(written)
    if found is None:
        return None
    subscriber, sign_up = f"sub_{found[1]}", found[2]
    made = sign_up_id(master, page, subscriber, sign_up)
    return (subscriber, sign_up) if hmac.compare_digest(made, written) else None


def address_id(master: str, address: str) -> str:
    """A keyed hash of a source address: enough to count by, not to tell whose it was."""
    return hmac.new(subkey(master, "address"), address.encode(), hashlib.sha256).hexdigest()[:24]


def key_hash(api_key: str) -> str:
    """SHA-256, hex. An operator's key is random and long, so a slow hash would protect nothing."""
    return hashlib.sha256(api_key.encode()).hexdigest()


def shard_of(subscriber: str) -> int:
    """The partition a subscriber lives in, told by the id alone."""
    return zlib.crc32(subscriber.encode()) % SHARDS


def part_of_ids(subscriber: str) -> float:
    """How far into the space of subscribers' ids one lies, above 0 and up to 1: of as many as sort
    no later than it, this is the share of all."""
    return (int(subscriber.removeprefix("sub_"), 36) + 1) / 36**16


def statuspage_id(*parts: str) -> str:
    """12 characters [a-z0-9], the same for the same parts: an id in the form that Statuspage's
    clients demand, for what has a name of another form here."""
    digest = hashlib.sha256("/".join(parts).encode()).digest()
    return _base36(int.from_bytes(digest[:8], "big"), 12)


def page_id_shown(page: str) -> str:
    """A page's id in the public API. An id that has the form is shown as it is."""
    return page if re.fullmatch(r"[a-z0-9]{12}", page) else statuspage_id("page", page)
