"""The secret of the keys that can be replaced."""

import json
from typing import Any

import pytest

from statustext.domain.code_keys import UnusableKeysError, read_keys, with_new, without, written

FIRST = json.dumps({"current": "1", "1": "a" * 64})


def test_a_new_key_is_current_and_the_old_one_kept() -> None:
    keys = read_keys(written(with_new(read_keys(FIRST), "b" * 64)))
    assert (keys.current.kid, keys.current.key) == ("2", "b" * 64)
    assert {kid: one.key for kid, one in keys.by_kid.items()} == {"1": "a" * 64, "2": "b" * 64}
    third = with_new(without(keys, "1"), "c" * 64)
    assert (third.current.kid, sorted(third.by_kid)) == ("3", ["2", "3"])


@pytest.mark.parametrize(("kid", "why"), [("1", "makes new codes"), ("7", "There is no key 7")])
def test_what_cannot_be_removed(kid: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        without(read_keys(FIRST), kid)


@pytest.mark.parametrize(
    "secret",
    [
        {},
        {"current": "1"},
        {"current": "2", "1": "x" * 64},
        {"current": ["1"], "1": "x" * 64},
        {"current": "1", "1": "short"},
        {"current": "1", "1": 64},
        {"current": "1", "1": "x" * 64, "A B": "x" * 64},
        ["current"],
        "current",
        None,
    ],
)
def test_what_holds_no_keys_is_said_so_without_showing_it(secret: Any) -> None:
    for text in (json.dumps(secret), str(secret)):
        with pytest.raises(UnusableKeysError, match="CodeKeysSecret") as error:
            read_keys(text)
        assert "x" * 20 not in str(error.value)


def test_a_key_is_not_shown() -> None:
    assert "a" * 20 not in repr(read_keys(FIRST))
