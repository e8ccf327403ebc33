"""Ladders as people read them."""

import pytest

from statustext.domain.team.ladder import Ladder, Step, in_words
from statustext.domain.team.routing import Channel

NAMES = {"c1": "API", "c2": "Payments"}
AT_ONCE = (Step(0, Channel.SMS),)


@pytest.mark.parametrize(
    ("ladders", "said"),
    [
        (
            (),
            [
                "Slack at once; e-mail after 10 minutes; a text to whoever is on call after 20"
                " minutes; a text to the next after 30 minutes; all of it 2 times more, 60 minutes"
                " apart."
            ],
        ),
        (
            (Ladder(AT_ONCE, repeats=0),),
            ["a text to whoever is on call at once."],
        ),
        (
            (Ladder(AT_ONCE, repeats=1, repeat_minutes=5),),
            ["a text to whoever is on call at once; all of it once more 5 minutes later."],
        ),
    ],
)
def test_ladders_in_words(ladders: tuple[Ladder, ...], said: list[str]) -> None:
    assert in_words(ladders, NAMES) == said


def test_what_no_ladder_is_for_has_the_default() -> None:
    own = Ladder(AT_ONCE, ("c2", "c1"), repeats=0)
    first, default = in_words([own], NAMES)
    assert first == "Payments, API: a text to whoever is on call at once."
    assert [default] == in_words([], NAMES)
