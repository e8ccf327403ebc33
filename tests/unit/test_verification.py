"""Codes, waits and manage tokens."""

import hashlib
import hmac
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statustext.domain.code_keys import CodeKey
from statustext.domain.ids import subkey
from statustext.domain.verification import (
    CODE_LIFE,
    CODES_PER_DAY,
    TRIES,
    UNCONFIRMED_LIFE,
    WAITS,
    code,
    code_hash,
    manage_token,
    next_code_at,
    token_epoch,
)

MASTER = "the key outside the table"
KEY, ANOTHER = CodeKey("k1", MASTER), CodeKey("k1", "another")
SUB = "sub_0000000000000000"
NOW = 1_800_000_000.0


def test_the_issues_numbers() -> None:
    assert (CODE_LIFE, TRIES, UNCONFIRMED_LIFE) == (600, 5, 86_400)
    assert (WAITS, CODES_PER_DAY) == ((30, 60, 120, 300), 5)


def test_a_code_is_made_of_key_subscription_and_nonce() -> None:
    """By the formula, so that a change cannot go unseen."""
    digest = hmac.new(subkey(MASTER, "code"), f"{SUB}|n".encode(), hashlib.sha256).digest()
    expected = f"{int.from_bytes(digest, 'big') % 1_000_000:06d}"
    assert code(KEY, SUB, "n") == expected
    others = {code(ANOTHER, SUB, "n"), code(KEY, "sub_1", "n"), code(KEY, SUB, "m")}
    assert expected not in others
    assert len(others) == 3


def test_codes_have_six_digits_and_spread_evenly() -> None:
    codes = [code(KEY, SUB, str(number)) for number in range(20_000)]
    assert all(len(one) == 6 and one.isascii() and one.isdigit() for one in codes)
    for place in range(6):
        counts = Counter(one[place] for one in codes)
        assert set(counts) == set("0123456789")
        assert all(1700 < count < 2300 for count in counts.values())  # 2000 ± 7 sigma


def test_a_hash_is_keyed_and_bound_to_one_sign_up() -> None:
    one = code_hash(KEY, SUB, "n", "123456")
    assert one != hashlib.sha256(b"123456").hexdigest()
    others = {
        code_hash(ANOTHER, SUB, "n", "123456"),
        code_hash(KEY, "sub_1", "n", "123456"),
        code_hash(KEY, SUB, "m", "123456"),
        code_hash(KEY, SUB, "n", "123457"),
    }
    assert len(others | {one}) == 5


@pytest.mark.parametrize(
    ("sent", "wait"), [(1, 30), (2, 60), (3, 120), (4, 300), (5, 300), (50, 300)]
)
def test_waits_grow(sent: int, wait: int) -> None:
    assert next_code_at(sent, NOW) == NOW + wait


def token(**other: object) -> str:
    given = {"key": KEY, "page": "default", "subscriber": SUB, "epoch": 3, **other}
    return manage_token(**{"expires_at": NOW + 60, **given})  # type: ignore[arg-type]


def test_a_token_tells_its_epoch_until_it_expires() -> None:
    one = token()
    assert token_epoch(KEY, "default", SUB, one, NOW) == 3
    assert token_epoch(KEY, "default", SUB, one, NOW + 59.9) == 3
    assert token_epoch(KEY, "default", SUB, one, NOW + 60) is None


@pytest.mark.parametrize(
    "other",
    [
        {"key": ANOTHER},
        {"key": CodeKey("k2", MASTER)},
        {"page": "other"},
        {"subscriber": "sub_1"},
        {"expires_at": NOW},
    ],
)
def test_a_token_of_another_is_refused(other: dict[str, object]) -> None:
    assert token_epoch(KEY, "default", SUB, token(**other), NOW) is None


def test_every_character_of_a_token_counts() -> None:
    one = token()
    for place, character in enumerate(one):
        forged = one[:place] + ("A" if character != "A" else "B") + one[place + 1 :]
        assert token_epoch(KEY, "default", SUB, forged, NOW) is None
        assert token_epoch(KEY, "default", SUB, one[:place], NOW) is None


@given(st.text(max_size=80) | st.text("0123456789abcdef.-", max_size=60))
def test_any_text_is_no_token(text: str) -> None:
    assert token_epoch(KEY, "default", SUB, text, NOW) is None
    assert token_epoch(KEY, "default", SUB, f"{SUB}.{text}", NOW) is None


def test_purposes_have_keys_of_their_own() -> None:
    keys = {subkey(MASTER, purpose) for purpose in ("code", "code-hash", "manage", "subscriber")}
    assert len(keys) == 4
