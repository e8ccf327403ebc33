"""Limits per person in tiers: never more in any window, and not held back longer than that."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statustext.domain.limits_per_person import next_allowed, remembered
from statustext.domain.page import RECIPIENT_LIMITS

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("ago", "tiers", "wait"),
    [
        ((), RECIPIENT_LIMITS, None),
        ((), (), None),
        ((0, 0, 0), (), None),
        ((0,), ((1, 60),), 60),
        ((59,), ((1, 60),), 1),
        ((60,), ((1, 60),), None),
        ((61,), ((1, 60),), None),
        ((0,), ((2, 60),), None),
        ((50, 10), ((2, 60),), 10),
        ((10, 50), ((2, 60),), 10),  # in any order
        ((60, 10), ((2, 60),), None),
        ((890, 400, 300, 200, 100), RECIPIENT_LIMITS, 10),  # five in a quarter of an hour
        ((890, 400, 300, 200, 30), RECIPIENT_LIMITS, 30),  # and one a minute
        (tuple(range(3599, 1000, -240)), RECIPIENT_LIMITS, 1),  # eleven in an hour
        (tuple(range(10_790, 3590, -350)), RECIPIENT_LIMITS, 10),  # 21 in three hours
    ],
)
def test_the_next_text(
    ago: Sequence[float], tiers: Sequence[tuple[int, int]], wait: float | None
) -> None:
    found = next_allowed([NOW - one for one in ago], NOW, tiers)
    assert found == (None if wait is None else NOW + wait)


@pytest.mark.parametrize(
    ("ago", "tiers", "kept"),
    [
        ((), ((1, 60),), (0,)),
        ((30,), ((1, 60),), (0,)),
        ((30,), ((2, 60),), (30, 0)),
        ((60,), ((2, 60),), (0,)),
        ((70, 30), ((3, 60), (1, 80)), (70, 30, 0)),
        ((5,), (), ()),
    ],
)
def test_what_is_remembered(
    ago: Sequence[float], tiers: Sequence[tuple[int, int]], kept: Sequence[float]
) -> None:
    found = remembered([NOW - one for one in ago], NOW, tiers)
    assert found == tuple(NOW - one for one in kept)


def test_memory_is_bounded() -> None:
    recent: tuple[float, ...] = ()
    for number in range(100):
        recent = remembered(recent, NOW + number, RECIPIENT_LIMITS)
    assert len(recent) == 21


TIERS = st.lists(st.tuples(st.integers(1, 8), st.integers(1, 600)), max_size=3)
GAPS = st.lists(st.sampled_from([0.0, 0.5, 1.0, 7.0, 60.0, 400.0]), min_size=12, max_size=60)


def most_in(times: Sequence[float], seconds: int) -> int:
    """The most of them in any window, which holds its first moment and not its last."""
    return max(sum(first <= one < first + seconds for one in times) for first in times)


@given(tiers=TIERS, gaps=GAPS)
def test_no_window_holds_more_than_its_tier_allows(
    tiers: list[tuple[int, int]], gaps: list[float]
) -> None:
    now, sent, recent = NOW, list[float](), tuple[float, ...]()
    for gap in gaps:
        now += gap
        wait_until = next_allowed(recent, now, tiers)
        if wait_until is not None:
            assert wait_until > now
            held_too_long = [*sent, now]
            assert any(most_in(held_too_long, seconds) > texts for texts, seconds in tiers)
            now = wait_until
            assert next_allowed(recent, now, tiers) is None
        recent = remembered(recent, now, tiers)
        sent.append(now)
    assert all(most_in(sent, seconds) <= texts for texts, seconds in tiers)
