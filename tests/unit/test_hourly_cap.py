"""The cap on a page's texts of an hour, and when the last text goes by it."""

import random

import pytest

from statustext.domain.hourly_cap import HOUR, last_at, more_room_in, room_of_hour

BEGIN = 1_800_000_000.0
"""A whole hour."""


@pytest.mark.parametrize(
    ("cap", "at_first"), [(1, 1), (5, 5), (9, 9), (10, 8), (19, 17), (20, 16), (1000, 800)]
)
def test_all_of_a_cap_is_for_everybody_in_the_end(cap: int, at_first: int) -> None:
    assert room_of_hour(cap, BEGIN, is_privileged=False) == at_first
    assert room_of_hour(cap, BEGIN + 2699, is_privileged=False) == at_first
    assert room_of_hour(cap, BEGIN + 2700, is_privileged=False) == cap
    assert room_of_hour(cap, BEGIN, is_privileged=True) == cap


@pytest.mark.parametrize(
    ("waiting", "cap", "used", "minutes"),
    [
        (0, 5, 5, 0),
        (5, 5, 0, 0),
        (6, 5, 0, 60),
        (1, 5, 5, 60),
        (50, 5, 0, 9 * 60),
        (8, 10, 0, 0),
        (9, 10, 0, 45),
        (10, 10, 8, 60),
        (12, 10, 10, 60 + 60),
        (19, 10, 10, 60 + 60 + 45),
    ],
)
def test_the_last_text_waits_for_its_hour(waiting: int, cap: int, used: int, minutes: int) -> None:
    last = last_at(waiting, cap, used, BEGIN, is_privileged=False)
    assert (last - BEGIN) / 60 == minutes


def test_it_is_when_the_cap_would_let_it_go() -> None:
    """As found by letting one go after the other."""
    rng = random.Random(7)  # noqa: S311 - no secret
    for _ in range(2000):
        waiting, cap = rng.randrange(1, 60), rng.randrange(1, 25)
        used, privileged = rng.randrange(0, cap + 1), rng.random() < 0.5
        now = begun = BEGIN + rng.randrange(HOUR)
        spent = used
        for _ in range(waiting):
            while spent >= room_of_hour(cap, now, is_privileged=privileged):
                hour = now // HOUR
                now += more_room_in(cap, now, is_privileged=privileged)
                spent = spent if now // HOUR == hour else 0
            spent += 1
        assert last_at(waiting, cap, used, begun, is_privileged=privileged) == now


def test_a_million_in_hours_of_one_take_no_time() -> None:
    assert last_at(1_000_000, 1, 0, BEGIN, is_privileged=False) == BEGIN + 999_999 * HOUR
