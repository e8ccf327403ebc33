"""Moments and lengths of time as people are told them, by the clock on their wall."""

from datetime import datetime
from zoneinfo import ZoneInfo

from statustext.domain.quiet_hours import zones_of

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


def wall_zone(chosen: str, phone: str, fallback: str) -> ZoneInfo:
    """The zone that a subscriber chose, or that of their number where it has one only, else
    `fallback`, the page's."""
    zones = (chosen,) if chosen else zones_of(phone)
    return ZoneInfo(zones[0] if len(zones) == 1 else fallback)


def moment(seconds: float, zone: ZoneInfo) -> str:
    """As in "Sat 16 Jan 08:00 EST"."""
    return f"{datetime.fromtimestamp(seconds, zone):%a %d %b %H:%M %Z}"


def moment_after(seconds: float, before: float, zone: ZoneInfo) -> str:
    """The same of the end of what began `before`: on the same day without its date."""
    start, end = (datetime.fromtimestamp(one, zone) for one in (before, seconds))
    return f"{end:%H:%M %Z}" if start.date() == end.date() else moment(seconds, zone)


def lasting(seconds: float) -> str:
    """A length of time in its two largest units, as in "1 h 25 min", at least "1 min"."""
    minutes = max(1, round(seconds / MINUTE))
    days, minutes = divmod(minutes, DAY // MINUTE)
    hours, minutes = divmod(minutes, HOUR // MINUTE)
    units = (
        (days, "day" if days == 1 else "days"), (hours, "h"), (minutes if not days else 0, "min")
    )  # fmt: skip
    return " ".join(f"{number} {unit}" for number, unit in units if number)
