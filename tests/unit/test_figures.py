"""Figures of many texts, kept as counters."""

import pytest

from statustext.domain.delivery import DeliveryStatus
from statustext.domain.figures import Standing, cost, counters, figures, quantile


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(DeliveryStatus.ACCEPTED, "", "US", 2), {"segments:US": 2}),
        (
            Standing(DeliveryStatus.DELIVERED, "", "GB", 1, took=0.2),
            {"segments:GB": 1, "took:0": 1},
        ),
        (Standing(DeliveryStatus.FAILED, "twilio 30003"), {"ended:twilio 30003": 1}),
        (Standing(DeliveryStatus.UNDELIVERED), {"ended:undelivered": 1}),
        (
            Standing(DeliveryStatus.HELD, "quiet", until=7201),
            {"held:quiet": 1, "until:3": 1},
        ),
        (Standing(DeliveryStatus.SUPPRESSED, "unsubscribed"), {}),
    ],
)
def test_which_counters_a_text_is_in(standing: Standing, expected: dict[str, int]) -> None:
    assert counters(standing) == expected


def test_a_reason_may_hold_a_colon() -> None:
    held = counters(Standing(DeliveryStatus.HELD, "quota used up: usd_per_day", until=1))
    assert figures(held).held == {"quota used up: usd_per_day": 1}


@pytest.mark.parametrize("seconds", [1.4, 9.0, 61.0, 1000.0, 40_000.0])
def test_a_quantile_is_five_percent_off_at_most(seconds: float) -> None:
    took = figures(counters(Standing(DeliveryStatus.DELIVERED, took=seconds))).took
    found = quantile(took, 0.5)
    assert found is not None
    assert abs(found - seconds) <= 0.05 * seconds + 0.1


def test_quantiles() -> None:
    took = {10: 95, 40: 5}
    assert quantile(took, 0.5) == quantile(took, 0.95) == 2.5
    assert quantile(took, 0.96) == 43.2
    assert quantile({}, 0.5) is None
    assert quantile({10: 0}, 0.5) is None


def test_what_segments_cost() -> None:
    assert cost({"US": 3, "ZZ": 0}, {"US": 0.01}) == 30_000
