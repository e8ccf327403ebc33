"""Identifiers: their form, their order, and what they do not tell."""

import hashlib
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statustext.domain.ids import (
    SHARDS,
    address_id,
    key_hash,
    new_id,
    page_id_shown,
    shard_of,
    subscriber_id,
)

PHONE = "+15551234567"


@given(st.floats(0, 2_800_000_000), st.binary(min_size=4, max_size=8))
def test_an_id_is_12_small_letters_and_digits(now: float, entropy: bytes) -> None:
    assert re.fullmatch(r"[a-z0-9]{12}", new_id(now, entropy))


@given(
    st.integers(0, 2_800_000_000_000),
    st.integers(1, 10_000_000),
    st.binary(min_size=4, max_size=4),
    st.binary(min_size=4, max_size=4),
)
def test_ids_sort_by_time(early: int, later: int, first: bytes, second: bytes) -> None:
    assert new_id(early / 1000, first) <= new_id((early + later + 1) / 1000, second)


def test_ids_of_one_moment_differ_by_entropy() -> None:
    assert new_id(1.8e9, b"\0\0\0\0") != new_id(1.8e9, b"\0\0\0\1")
    assert new_id(1.8e9, b"\0\0\0\0")[:8] == new_id(1.8e9, b"\0\0\0\1")[:8]


def test_a_number_has_one_id_a_page() -> None:
    one = subscriber_id("key", "default", PHONE)
    assert re.fullmatch(r"sub_[a-z0-9]{16}", one)
    assert subscriber_id("key", "default", PHONE) == one
    others = {
        subscriber_id("another", "default", PHONE),
        subscriber_id("key", "other", PHONE),
        subscriber_id("key", "default", PHONE[:-1] + "8"),
    }
    assert len(others | {one}) == 4
    assert PHONE[1:] not in one


def test_addresses_are_hashed_with_the_key() -> None:
    one = address_id("key", "192.0.2.1")
    assert re.fullmatch(r"[0-9a-f]{24}", one)
    assert len({one, address_id("key", "192.0.2.2"), address_id("another", "192.0.2.1")}) == 3
    assert one != hashlib.sha256(b"192.0.2.1").hexdigest()[:24]


def test_keys_are_sha_256() -> None:
    assert key_hash("abc") == hashlib.sha256(b"abc").hexdigest()


def test_subscribers_are_spread_over_the_shards() -> None:
    ids = [subscriber_id("key", "default", f"+1555{number:07}") for number in range(8_000)]
    assert len(set(ids)) == 8_000
    counts = Counter(map(shard_of, ids))
    assert set(counts) == set(range(SHARDS))
    assert all(350 < count < 650 for count in counts.values())


@pytest.mark.parametrize(("one", "shard"), [("sub_0000000000000000", 13), ("", 0)])
def test_a_shard_is_for_ever(one: str, shard: int) -> None:
    """Rows are found by it: a change of the formula would lose everybody."""
    assert shard_of(one) == shard


@given(st.text(max_size=40))
def test_ids_for_the_public_api_have_its_form(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9]{12}", page_id_shown(name))


def test_ids_for_the_public_api_are_their_own() -> None:
    assert page_id_shown("kctbh9vrtdwd") == "kctbh9vrtdwd"
    assert page_id_shown("default") != page_id_shown("other")
