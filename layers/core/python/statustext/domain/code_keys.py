"""The keys of codes, sign-ups' secrets and manage tokens, which can be replaced.

Ids are made with another key, which cannot. Each code, secret and token says by the key's name
(`kid`) which one it was made with, so that it goes on working for as long as that key is kept.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KID = "[a-z0-9]{1,16}"
LEAST = 32
"""Characters that a key must have."""


class UnusableKeysError(ValueError):
    """The secret does not hold keys; the message says what it should hold."""


@dataclass(frozen=True)
class CodeKey:
    """One key with its name."""

    kid: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class CodeKeys:
    """All that are kept: `current` makes new codes and tokens, the others still read theirs."""

    current: CodeKey
    by_kid: Mapping[str, CodeKey] = field(repr=False)


def read_keys(secret: str) -> CodeKeys:
    """The keys in a secret such as {"current": "2", "1": "…", "2": "…"}.

    Raises UnusableKeysError, which quotes nothing of the secret.
    """
    try:
        given: dict[str, Any] = dict(json.loads(secret))
        current = given.pop("current")
        is_usable = current in given and all(
            re.fullmatch(KID, kid) and isinstance(key, str) and len(key) >= LEAST
            for kid, key in given.items()
        )
    except (ValueError, TypeError, KeyError):
        is_usable = False
    if not is_usable:
        raise UnusableKeysError(
            'The secret of the code keys (CodeKeysSecret) must be JSON such as {"current": "1",'
            f' "1": "…"}}: the name of the key that new codes are made with, and every key of at'
            f" least {LEAST} characters under its name of letters a to z and digits."
        )
    keys = {kid: CodeKey(kid, key) for kid, key in given.items()}
    return CodeKeys(keys[current], keys)


def with_new(keys: CodeKeys, key: str) -> CodeKeys:
    """The keys with a new one, which is the current one from now on."""
    numbers = [int(kid) for kid in keys.by_kid if kid.isdecimal()]
    new = CodeKey(str(max(numbers, default=0) + 1), key)
    return CodeKeys(new, {**keys.by_kid, new.kid: new})


def without(keys: CodeKeys, kid: str) -> CodeKeys:
    """The keys without one. Raises ValueError for the current one and for none of them."""
    if kid == keys.current.kid:
        raise ValueError(f"Key {kid} makes new codes; rotate first.")
    if kid not in keys.by_kid:
        raise ValueError(f"There is no key {kid}; there are {', '.join(keys.by_kid)}.")
    return CodeKeys(keys.current, {one: key for one, key in keys.by_kid.items() if one != kid})


def written(keys: CodeKeys) -> str:
    """The secret as `read_keys` reads it."""
    return json.dumps(
        {"current": keys.current.kid} | {kid: one.key for kid, one in keys.by_kid.items()}
    )
