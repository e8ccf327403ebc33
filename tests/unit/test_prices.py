"""What a segment costs by country."""

from datetime import date

import phonenumbers
import pytest

from statustext.domain.prices import ELSEWHERE, price_of, published, usd


def test_every_price_has_its_date_its_source_and_a_sum_that_can_be() -> None:
    for country, price in published().items():
        assert date.fromisoformat(price.as_of) <= date(2026, 11, 27), country
        assert price.source, country
        assert price.basis in ("published", "estimate"), country
        assert 0.001 <= usd(price.micro_usd) < 1, country


def test_only_small_or_embargoed_countries_have_no_price_of_their_own() -> None:
    without = phonenumbers.SUPPORTED_REGIONS - set(published())
    few = {"AC", "BQ", "CU", "CW", "IO", "IR", "KP", "NR", "SH", "SX", "SY", "TA", "TK"}
    assert without == few


@pytest.mark.parametrize(
    ("country", "own", "dollars", "basis"),
    [
        ("US", {}, 0.0128, "published"),  # 0.0083, and 0.0045 that most carriers add
        ("GB", {}, 0.056, "published"),
        ("IT", {}, 0.0927, "published"),
        ("VA", {}, 0.0927, "estimate"),
        ("US", {"US": 0.0075}, 0.0075, "page"),
        ("GB", {"US": 0.0075}, 0.056, "published"),
        ("US", {"US": 0.0}, 0.0, "page"),
        ("KP", {}, 0.4414, "estimate"),
        ("", {}, 0.4414, "estimate"),
    ],
)
def test_a_segment_costs_what_the_page_says_or_else_the_table(
    country: str, own: dict[str, float], dollars: float, basis: str
) -> None:
    price = price_of(country, own)
    assert (usd(price.micro_usd), price.basis) == (dollars, basis)


def test_whoever_has_no_price_is_not_taken_for_cheap() -> None:
    dear = price_of(ELSEWHERE, {}).micro_usd
    cheaper = [one for one in published().values() if one.micro_usd < dear]
    assert len(cheaper) >= 0.9 * (len(published()) - 1)
