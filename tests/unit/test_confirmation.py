"""What confirms an update, and when its last text goes."""

import pytest

from statustext.domain.code_keys import CodeKey
from statustext.domain.confirmation import confirm_token, has_grown, read_token
from statustext.domain.ids import part_of_ids, subscriber_id
from statustext.domain.last_text import Share, last_text_at

KEY = CodeKey("1", "key")


def test_a_token_tells_what_was_shown_to_who_asks_about_the_same() -> None:
    token = confirm_token(KEY, "default|new|abc", 1204, 1_800_000_900.7)
    confirmed = read_token(KEY, "default|new|abc", token)
    assert confirmed is not None
    assert (confirmed.recipients, confirmed.ends_at) == (1204, 1_800_000_900)


@pytest.mark.parametrize(
    ("key", "about", "changed"),
    [
        (CodeKey("1", "other"), "default|new|abc", lambda token: token),
        (KEY, "default|new|abd", lambda token: token),
        (KEY, "default|new|abc", lambda token: token.replace(".4b4.", ".4b5.")),
        (KEY, "default|new|abc", lambda token: "2" + token[1:]),
        (KEY, "default|new|abc", lambda token: token[:-1]),
        (KEY, "default|new|abc", lambda token: ""),
    ],
)
def test_any_other_token_tells_nothing(key: CodeKey, about: str, changed: object) -> None:
    token = confirm_token(KEY, "default|new|abc", 1204, 1_800_000_900)
    assert callable(changed)
    assert read_token(key, about, changed(token)) is None


@pytest.mark.parametrize(
    ("shown", "now", "tolerance", "grown"),
    [
        (100, 110, 10, False),
        (100, 111, 10, True),
        (5, 5, 0, False),
        (5, 6, 10, True),
        (0, 1, 50, True),
    ],
)
def test_an_audience_has_grown_by_more_than_is_tolerated(
    shown: int, now: int, tolerance: int, grown: bool
) -> None:
    assert has_grown(shown, now, tolerance) is grown


def test_the_slowest_sender_has_the_last_text() -> None:
    shares = [Share(100, 10, 1000.0), Share(20, 1, 1000.0), Share(0, 1, None)]
    assert last_text_at(shares) == pytest.approx(1000 + 20 * 1.052)
    assert last_text_at([*shares, Share(1, 1, None)]) is None
    assert last_text_at([]) is None


def test_how_far_an_id_lies_tells_how_many_there_are() -> None:
    ids = sorted(subscriber_id("key", "default", f"+1555{n:07d}") for n in range(10_000))
    estimates = [500 / part_of_ids(ids[499]), 5000 / part_of_ids(ids[4999])]
    assert estimates == pytest.approx([10_000, 10_000], rel=0.1)
