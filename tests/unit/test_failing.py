"""When a failing endpoint is tried again."""

from itertools import pairwise

import pytest

from statustext.domain.failing import GIVEN_UP_AFTER, WAITS, Failing, failed_again


def test_it_is_tried_for_a_day_ever_more_rarely() -> None:
    now, failing, tries = 1000.0, failed_again(None, 1000.0), [1000.0]
    while failing:
        now = failing.until
        tries.append(now)
        failing = failed_again(failing, now)
    assert tries[-1] - tries[0] == GIVEN_UP_AFTER
    waits = [later - before for before, later in pairwise(tries)]
    assert tuple(waits[:-1]) == WAITS
    assert len(tries) == len(WAITS) + 2


@pytest.mark.parametrize(("asked", "wait"), [(0.0, WAITS[0]), (3.0, WAITS[0]), (700.0, 700.0)])
def test_a_receiver_may_ask_for_more(asked: float, wait: float) -> None:
    assert failed_again(None, 0.0, asked) == Failing(0.0, 1, wait)


def test_what_a_receiver_asks_for_ends_with_the_day() -> None:
    assert failed_again(Failing(0.0, 3, 0.0), 100.0, 10 * GIVEN_UP_AFTER) == Failing(
        0.0, 4, GIVEN_UP_AFTER
    )
