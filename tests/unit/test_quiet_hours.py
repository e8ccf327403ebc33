"""Quiet hours: by the wall clock at the person's place, on the days of the clocks' changes too."""

import zoneinfo
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers.tzdata import TIMEZONE_DATA

from statustext.domain.quiet_hours import ALSO, is_timezone, quiet_until, read_hours, zones_of

NIGHT = "21:00-08:00"
NEW_YORK, BERLIN, LORD_HOWE = "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"
KATHMANDU, KIRITIMATI, HONOLULU = "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Honolulu"


def utc(written: str) -> float:
    return datetime.fromisoformat(written).replace(tzinfo=UTC).timestamp()


def asked(now: str, hours: str, *zones: str, fallback: str = "UTC") -> str | None:
    """The answer as one reads it, in UTC."""
    found = quiet_until(utc(now), hours, zones, fallback)
    return None if found is None else f"{datetime.fromtimestamp(found, UTC):%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("now", "hours", "until"),
    [
        ("2027-01-15 20:59:59", NIGHT, None),
        ("2027-01-15 21:00", NIGHT, "2027-01-16 08:00:00"),
        ("2027-01-15 23:59:59", NIGHT, "2027-01-16 08:00:00"),
        ("2027-01-16 00:00", NIGHT, "2027-01-16 08:00:00"),
        ("2027-01-16 07:59:59.999", NIGHT, "2027-01-16 08:00:00"),
        ("2027-01-16 08:00", NIGHT, None),
        ("2027-01-16 11:59:59", "12:00-13:30", None),
        ("2027-01-16 12:00", "12:00-13:30", "2027-01-16 13:30:00"),
        ("2027-01-16 13:30", "12:00-13:30", None),
        ("2027-01-16 00:00", "00:00-06:00", "2027-01-16 06:00:00"),
        ("2027-01-15 23:59", "00:00-06:00", None),
        ("2027-01-15 23:00", "22:00-00:00", "2027-01-16 00:00:00"),
        ("2027-01-16 00:00", "22:00-00:00", None),
        ("2027-12-31 22:00", NIGHT, "2028-01-01 08:00:00"),
        ("2027-01-15 23:00", "", None),
        ("2027-01-15 23:00", "off", None),
    ],
)
def test_windows_across_midnight_and_within_a_day(now: str, hours: str, until: str | None) -> None:
    assert asked(now, hours, "UTC") == until


@pytest.mark.parametrize(
    ("now", "zone", "until"),
    [
        ("2027-01-15 12:59:59", NEW_YORK, "2027-01-15 13:00:00"),
        ("2027-01-15 13:00", NEW_YORK, None),
        ("2027-07-15 12:00", NEW_YORK, None),
        ("2027-07-15 11:59", NEW_YORK, "2027-07-15 12:00:00"),
        ("2027-01-15 20:00", BERLIN, "2027-01-16 07:00:00"),
        ("2027-01-15 15:14:59", KATHMANDU, None),
        ("2027-01-15 15:15", KATHMANDU, "2027-01-16 02:15:00"),  # 5 h 45 min ahead
        ("2027-01-15 07:00", KIRITIMATI, "2027-01-15 18:00:00"),  # 14 h ahead
        ("2027-01-15 06:59", KIRITIMATI, None),
        ("2027-01-15 12:00", LORD_HOWE, "2027-01-15 21:00:00"),  # 11 h ahead in summer
        ("2027-07-15 12:00", LORD_HOWE, "2027-07-15 21:30:00"),  # 10 h 30 min in winter
    ],
)
def test_the_clock_is_the_one_at_the_person_s_place(now: str, zone: str, until: str | None) -> None:
    assert asked(now, NIGHT, zone, fallback=HONOLULU) == until


@pytest.mark.parametrize(
    ("now", "hours", "zone", "until"),
    [
        # New York, 14 March 2027: from 2:00 EST (7:00 UTC) to 3:00 EDT.
        ("2027-03-14 02:00", NIGHT, NEW_YORK, "2027-03-14 12:00:00"),
        ("2027-03-14 06:59:59", "22:00-02:30", NEW_YORK, "2027-03-14 07:00:00"),  # no 2:30
        ("2027-03-14 06:59:59", "02:30-08:00", NEW_YORK, None),
        ("2027-03-14 07:00", "02:30-08:00", NEW_YORK, "2027-03-14 12:00:00"),
        ("2027-03-14 07:00", "02:00-03:00", NEW_YORK, None),
        ("2027-03-14 06:59:59", "01:00-03:00", NEW_YORK, "2027-03-14 07:00:00"),
        # 7 November 2027: from 2:00 EDT (6:00 UTC) back to 1:00 EST.
        ("2027-11-07 02:00", NIGHT, NEW_YORK, "2027-11-07 13:00:00"),
        ("2027-11-07 05:15", "22:00-01:30", NEW_YORK, "2027-11-07 05:30:00"),
        ("2027-11-07 05:45", "22:00-01:30", NEW_YORK, None),
        ("2027-11-07 06:15", "22:00-01:30", NEW_YORK, "2027-11-07 06:30:00"),  # 1:15 once more
        ("2027-11-07 05:45", "01:30-08:00", NEW_YORK, "2027-11-07 06:00:00"),  # 1:00 again
        # Berlin, 28 March 2027: from 2:00 CET (1:00 UTC) to 3:00; 31 October from 3:00 to 2:00.
        ("2027-03-27 23:00", NIGHT, BERLIN, "2027-03-28 06:00:00"),
        ("2027-03-28 00:59", "22:00-02:15", BERLIN, "2027-03-28 01:00:00"),
        ("2027-10-30 23:00", NIGHT, BERLIN, "2027-10-31 07:00:00"),
        ("2027-10-31 01:10", "23:00-02:30", BERLIN, "2027-10-31 01:30:00"),
        # Lord Howe, by half an hour: 4 April 2027 from 2:00 (15:00 UTC) to 1:30; 3 October from
        # 2:00 (15:30 UTC) to 2:30.
        ("2027-04-03 12:00", NIGHT, LORD_HOWE, "2027-04-03 21:30:00"),
        ("2027-04-03 14:50", "22:00-01:45", LORD_HOWE, None),
        ("2027-04-03 15:00", "22:00-01:45", LORD_HOWE, "2027-04-03 15:15:00"),
        ("2027-10-02 12:00", NIGHT, LORD_HOWE, "2027-10-02 21:00:00"),
        ("2027-10-02 15:29", "22:00-02:15", LORD_HOWE, "2027-10-02 15:30:00"),
    ],
)
def test_days_on_which_clocks_change(now: str, hours: str, zone: str, until: str | None) -> None:
    assert asked(now, hours, zone, fallback=HONOLULU) == until


@pytest.mark.parametrize("begin", ["02:00:00", "03:00:01", "04:59:58", "05:17:43", "06:59:57"])
def test_the_change_of_a_clock_is_found_to_the_second(begin: str) -> None:
    """In New York, at 7:00 UTC, there is no 2:30."""
    found = quiet_until(utc(f"2027-03-14 {begin}"), "20:00-02:30", [NEW_YORK], HONOLULU)
    assert found == utc("2027-03-14 07:00")


@pytest.mark.parametrize(
    ("now", "zones", "until"),
    [
        ("2027-01-15 14:00", (NEW_YORK, "America/Los_Angeles"), "2027-01-15 16:00:00"),
        ("2027-01-15 16:00", (NEW_YORK, "America/Los_Angeles"), None),
        ("2027-01-16 02:00", (NEW_YORK, "America/Los_Angeles"), "2027-01-16 16:00:00"),
        ("2027-01-16 01:59:59", (NEW_YORK, "America/Los_Angeles"), None),
        ("2027-01-15 12:00", (BERLIN, KATHMANDU, "Europe/London"), None),
        ("2027-01-15 15:30", (BERLIN, KATHMANDU, "Europe/London"), "2027-01-16 08:00:00"),
        ("2027-01-15 02:00", (NEW_YORK, "Pacific/Guam"), "2027-01-15 22:00:00"),
        ("2027-01-15 23:00", (NEW_YORK, "Pacific/Guam"), None),
    ],
)
def test_all_zones_must_allow_it(now: str, zones: Sequence[str], until: str | None) -> None:
    assert asked(now, NIGHT, *zones) == until
    assert asked(now, NIGHT, *reversed(zones)) == until


NO_MOMENT_IN_COMMON = (KATHMANDU, "Europe/London", "America/Los_Angeles")


@pytest.mark.parametrize(
    "zones", [(), ("Etc/Nowhere",), (NEW_YORK, "Etc/Nowhere"), NO_MOMENT_IN_COMMON]
)
@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2027-01-15 06:59:59", "2027-01-15 07:00:00"),
        ("2027-01-15 07:00", None),  # what was held goes in the page's morning
        ("2027-01-15 07:59:59", None),
        ("2027-01-15 08:00", "2027-01-16 07:00:00"),
        ("2027-01-15 12:00", "2027-01-16 07:00:00"),
        ("2027-01-15 23:00", "2027-01-16 07:00:00"),
    ],
)
def test_an_unknown_place_is_always_quiet_but_for_the_page_s_morning(
    zones: Sequence[str], now: str, until: str | None
) -> None:
    assert asked(now, NIGHT, *zones, fallback=BERLIN) == until


def test_an_unknown_place_without_quiet_hours_is_texted_at_once() -> None:
    assert asked("2027-01-15 12:00", "", fallback=BERLIN) is None


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2027-01-15 07:59", "2027-01-15 08:00:00"),
        ("2027-01-15 08:00", None),
        ("2027-01-15 08:29:59", None),
        ("2027-01-15 08:30", "2027-01-16 08:00:00"),
    ],
)
def test_hours_that_leave_less_than_a_morning(now: str, until: str | None) -> None:
    assert asked(now, "08:30-08:00") == until


@pytest.mark.parametrize(
    "hours",
    [
        "22:00-22:00",
        "24:00-08:00",
        "9:00-8:00",
        "22:60-08:00",
        "22:00",
        "22:00-08:00 ",
        "22:00 - 08:00",
        "２２:00-08:00",
        "22:00-08:00\n",
        "never",
    ],
)
def test_hours_written_otherwise_are_refused(hours: str) -> None:
    otherwise = "^write them as in 22:00-07:00, or off$"
    equal = "^must end at another time than they begin$"
    with pytest.raises(ValueError, match=equal if hours == "22:00-22:00" else otherwise):
        read_hours(hours)


def test_hours_are_read() -> None:
    assert read_hours(NIGHT) == (21 * 3600, 8 * 3600)
    assert read_hours("00:05-23:59") == (300, 86_340)


TIMES = st.integers(0, 47).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}")
HOURS = st.tuples(TIMES, TIMES).filter(lambda two: two[0] != two[1]).map("-".join)
CHANGES = [
    utc(day)
    for day in ("2027-03-14", "2027-11-07", "2027-03-28", "2027-10-31", "2027-04-04", "2027-10-03")
]
MOMENTS = st.sampled_from(CHANGES).flatmap(
    lambda day: st.integers(-48 * 60, 48 * 60).map(lambda minute: day + minute * 60)
)
ZONES = st.lists(
    st.sampled_from([NEW_YORK, BERLIN, LORD_HOWE, KATHMANDU, KIRITIMATI, "Africa/Casablanca"]),
    min_size=1,
    max_size=3,
    unique=True,
)


def is_quiet(moment: float, hours: str, zone: str) -> bool:
    """Said the other way round: by what the clock on the wall shows."""
    wall = datetime.fromtimestamp(moment, ZoneInfo(zone)).strftime("%H:%M")
    start, _, end = hours.partition("-")
    return start <= wall < end if start < end else not end <= wall < start


@given(now=MOMENTS, hours=HOURS, zones=ZONES)
def test_the_moment_is_allowed_and_no_minute_before_it_was(
    now: float, hours: str, zones: list[str]
) -> None:
    def allowed(moment: float) -> bool:
        return not any(is_quiet(moment, hours, zone) for zone in zones)

    found = quiet_until(now, hours, zones, "UTC")
    first = next((now + m * 60 for m in range(48 * 60) if allowed(now + m * 60)), None)
    if first is None:
        assert found == quiet_until(now, hours, (), "UTC")
    else:
        assert found == (None if first == now else first)


@given(now=MOMENTS, hours=HOURS, zones=ZONES | st.just([]))
def test_what_was_held_until_then_may_go_then(now: float, hours: str, zones: list[str]) -> None:
    found = quiet_until(now, hours, zones, LORD_HOWE)
    if found is not None:
        assert now < found <= now + 50 * 3600
        assert quiet_until(found, hours, zones, LORD_HOWE) is None


# Where a number is.


@pytest.mark.parametrize(
    ("phone", "zones"),
    [
        ("+12122345678", {NEW_YORK}),
        ("+16712345678", {"Pacific/Guam"}),
        ("+4915112345678", {BERLIN}),
        ("+9779812345678", {"Asia/Katmandu"}),
        ("+447911123456", {"Europe/London", "Europe/Jersey", "Europe/Guernsey"}),
        ("+61412345678", {LORD_HOWE, "Australia/Perth", "Australia/Sydney"}),
        ("+18002345678", {NEW_YORK, "Pacific/Guam", HONOLULU}),
    ],
)
def test_zones_of_a_number(phone: str, zones: set[str]) -> None:
    assert zones <= set(zones_of(phone))


def test_an_area_code_is_of_north_america_only() -> None:
    assert zones_of("+493012345678") == (BERLIN,)  # 930 is also an area code of Indiana


@pytest.mark.parametrize(
    "phone", ["+15551234567", "+12125551234", "+14917654321", "+99912345678", "", "12125551234"]
)
def test_numbers_that_tell_no_place(phone: str) -> None:
    assert zones_of(phone) == ()


def test_every_zone_of_a_number_is_known() -> None:
    found = {zone for zones in TIMEZONE_DATA.values() for zone in zones}
    assert {zone for zone in found if not is_timezone(zone)} == set()
    assert len(found) > 200


@pytest.mark.parametrize(
    "name", ["", "Berlin", "europe/berlin", "posix/Europe/Berlin", "../UTC", "localtime", "\x00"]
)
def test_names_that_are_no_zone(name: str) -> None:
    assert not is_timezone(name)


def test_names_of_zones() -> None:
    assert all(map(is_timezone, ("UTC", BERLIN, "America/Argentina/Buenos_Aires", "Asia/Katmandu")))
    assert is_timezone("Europe/Kyiv")
    assert all(zoneinfo.ZoneInfo(name) for name in (NEW_YORK, LORD_HOWE))


OVERLAYS = {
    "364": "270", "448": "850", "930": "812", "458": "541", "236": "250", "257": "250",
    "672": "250", "778": "250", "367": "418", "581": "418", "729": "423", "879": "709",
    "986": "208", "689": "407",
}  # fmt: skip
"""Each with the area code that it lies over."""


@pytest.mark.parametrize(("younger", "older"), OVERLAYS.items())
def test_an_overlay_is_in_all_zones_of_its_area(younger: str, older: str) -> None:
    area = {
        zone
        for prefix, zones in TIMEZONE_DATA.items()
        if prefix.startswith(f"1{older}")
        for zone in zones
    }
    offsets = {ZoneInfo(zone).utcoffset(WINTER) for zone in area}
    found = zones_of(f"+1{younger}2345678")
    assert offsets <= {ZoneInfo(zone).utcoffset(WINTER) for zone in found}


def test_zones_beside_the_librarys_exist() -> None:
    assert all(is_timezone(zone) for zones in ALSO.values() for zone in zones)


WINTER = datetime(2027, 1, 15)  # noqa: DTZ001  # a wall clock's, in each of the zones
