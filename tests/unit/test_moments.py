"""Moments and lengths of time, as people are told them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from statustext.domain.moments import lasting, moment, moment_after, wall_zone

NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2027, 1, 16, 13, tzinfo=UTC).timestamp()
HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 min"),
        (89, "1 min"),
        (90, "2 min"),
        (59 * 60 + 29, "59 min"),
        (59 * 60 + 31, "1 h"),
        (HOUR + 25 * 60, "1 h 25 min"),
        (DAY - 20, "1 day"),
        (DAY + 2 * HOUR + 600, "1 day 2 h"),
        (9 * DAY + 59, "9 days"),
    ],
)
def test_a_length_of_time(seconds: float, words: str) -> None:
    assert lasting(seconds) == words


def test_a_moment_is_by_the_wall_clock() -> None:
    assert moment(START, NEW_YORK) == "Sat 16 Jan 08:00 EST"
    assert moment_after(START + 2 * HOUR, START, NEW_YORK) == "10:00 EST"
    assert moment_after(START + 20 * HOUR, START, NEW_YORK) == "Sun 17 Jan 04:00 EST"
    assert moment(datetime(2027, 7, 16, 13, tzinfo=UTC).timestamp(), NEW_YORK).endswith("EDT")


@pytest.mark.parametrize(
    ("chosen", "phone", "zone"),
    [
        ("Asia/Tokyo", "+12125200123", "Asia/Tokyo"),
        ("", "+12125200123", "America/New_York"),
        ("", "+15551234567", "Europe/Berlin"),
        ("", "+13642345678", "Europe/Berlin"),
    ],
)
def test_the_zone_is_the_persons_where_it_is_known(chosen: str, phone: str, zone: str) -> None:
    assert wall_zone(chosen, phone, "Europe/Berlin").key == zone
