"""How far a page's quotas reach for many texts."""

import pytest

from statustext.domain.quota import Meter, Use, windows_at
from statustext.domain.quota_forecast import quota_forecast

HOUR, DAY = 3600.0, 86_400.0
MORNING = 1_800_000_000.0  # 2027-01-15T08:00:00Z
MIDNIGHT = MORNING + 16 * HOUR


@pytest.mark.parametrize(
    ("ceilings", "used", "use", "hours", "shown"),
    [
        # at once, later, never, hours from the beginning to the last
        ({}, {}, Use(50, 50, 50), 48, (50, 0, 0, 0)),
        ({"day_texts": 100}, {}, Use(100, 200), 48, (100, 0, 0, 0)),
        ({"day_texts": 100}, {"day_texts": 60}, Use(50), 48, (40, 10, 0, 16)),
        ({"day_texts": 100}, {"day_texts": 60}, Use(50), 16, (40, 0, 10, 0)),
        ({"day_texts": 100}, {"day_texts": 100}, Use(250), 48, (0, 200, 50, 40)),
        ({"hour_segments": 10}, {}, Use(12, 24), 48, (5, 7, 0, 2)),
        ({"day_usd": 1000}, {"day_usd": 400}, Use(10, 10, 1000), 48, (6, 4, 0, 16)),
        ({"day_texts": 0}, {}, Use(5), 48, (0, 0, 5, 0)),
        ({"month_texts": 10}, {"month_texts": 10}, Use(5), 48, (0, 0, 5, 0)),
        ({"day_texts": 9, "hour_texts": 4}, {}, Use(12), 48, (4, 8, 0, 16)),
        ({"day_texts": 5}, {"day_texts": 7}, Use(5), 48, (0, 5, 0, 16)),
        ({"day_texts": 5}, {}, Use(), 48, (0, 0, 0, 0)),
    ],
)
def test_texts_go_as_soon_as_every_quota_has_room(
    ceilings: dict[str, int],
    used: dict[str, int],
    use: Use,
    hours: int,
    shown: tuple[int, int, int, int],
) -> None:
    meter = Meter(windows_at(MORNING), counts=used)
    found = quota_forecast(meter, ceilings, use, MORNING, MORNING + hours * HOUR)
    lasts = round((found.last_at - MORNING) / HOUR)
    assert (found.at_once, found.later, found.never, lasts) == shown
    assert (found.full is None) == (found.at_once == use.texts)


def test_the_quota_that_stops_them_first_is_named() -> None:
    meter = Meter(windows_at(MORNING), counts={"day_texts": 95})
    most = {"day_texts": 100, "month_texts": 10_000}
    found = quota_forecast(meter, most, Use(20), MORNING + 60, MORNING + 2 * DAY)
    assert found.full is not None
    assert (found.full.quota, found.full.until) == ("texts_per_day", MIDNIGHT)


def test_a_window_that_is_over_counts_for_nothing() -> None:
    meter = Meter(windows_at(MORNING - DAY), counts={"day_texts": 100})
    found = quota_forecast(meter, {"day_texts": 100}, Use(50), MORNING, MORNING + DAY)
    assert (found.at_once, found.full) == (50, None)
