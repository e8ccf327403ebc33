"""A gate for the sign-up form that costs a browser a second of work and a person nothing: ALTCHA's
protocol, first version.

https://altcha.org/docs/v1/proof-of-work/

The challenge is the SHA-256 of a salt and a secret number below MOST; whoever finds the number has
done the work. The signature is of the challenge, so that nothing is stored until one is solved.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from dataclasses import dataclass

ALGORITHM = "SHA-256"
MOST = 50_000
"""The largest number: half as many hashes are tried on average, in a second on a phone."""

LIFE = 20 * 60
"""Seconds in which a challenge may be solved: a form may be left open for a while."""

_SALT = re.compile(r"[0-9a-f]{24}\?expires=([0-9]{1,12})&")
"""Its last sign parts it from the number. Without it, digits of the number moved to the end of the
salt would make the same hash, and another expiry."""


@dataclass(frozen=True)
class Solved:
    """A challenge whose number was found, and when it expires (seconds since the epoch)."""

    challenge: str
    expires_at: int


class NotSolvedError(Exception):
    """It is no solution of a challenge of ours, or too late."""


def make_challenge(key: bytes, now: float, entropy: bytes) -> dict[str, str | int]:
    """A challenge as ALTCHA's clients read it. `entropy` is 16 bytes, of salt and number."""
    number = int.from_bytes(entropy[12:16], "big") % (MOST + 1)
    salt = f"{entropy[:12].hex()}?expires={int(now) + LIFE}&"
    challenge = hashlib.sha256(f"{salt}{number}".encode()).hexdigest()
    return {
        "algorithm": ALGORITHM,
        "challenge": challenge,
        "maxnumber": MOST,
        "salt": salt,
        "signature": _signature(key, challenge),
    }


def check_solution(key: bytes, payload: str, now: float) -> Solved:
    """What a payload solves: Base64 of JSON, as ALTCHA's clients send it. Raises NotSolvedError."""
    try:
        given = json.loads(base64.b64decode(payload, validate=True))
        salt, number = str(given["salt"]), int(given["number"])
        challenge, signature = str(given["challenge"]), str(given["signature"])
        is_of_ours = given["algorithm"] == ALGORITHM
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError, OverflowError):
        raise NotSolvedError from None
    found = _SALT.fullmatch(salt)
    made = hashlib.sha256(f"{salt}{number}".encode("utf-8", "replace")).hexdigest()
    is_solved = hmac.compare_digest(made.encode(), challenge.encode("utf-8", "replace"))
    is_signed = hmac.compare_digest(
        _signature(key, challenge).encode(), signature.encode("utf-8", "replace")
    )
    if not (found and is_of_ours and is_solved and is_signed) or now >= int(found[1]):
        raise NotSolvedError
    return Solved(challenge, int(found[1]))


def _signature(key: bytes, challenge: str) -> str:
    return hmac.new(key, challenge.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
