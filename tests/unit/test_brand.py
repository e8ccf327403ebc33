"""Contrast of a page's own colours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statustext.domain.brand import DARK, ENOUGH, Brand, contrast


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21),
        ("#777777", "#ffffff", 4.48),  # https://webaim.org/articles/contrast/
        ("#ff0000", "#ffffff", 4.0),
        ("#0b57d0", "#0b57d0", 1),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_can_be_read_on_dark(number: int) -> None:
    assert contrast(Brand(f"#{number:06x}").on_dark, DARK) >= ENOUGH


def test_a_dark_colour_of_its_own_is_taken() -> None:
    assert Brand("#000000", "#ff8800").on_dark == "#ff8800"
