"""Moments and lengths of time as people are told them, by the clock on their wall."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from statustext.domain.quiet_hours import zones_of

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


@dataclass(frozen=True)
class Calendar:
    """How a language writes a moment: its weekdays from Monday on, its months, and a `pattern` of
    {weekday}, {day}, {month}, {time} and {zone}."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    pattern: str


@dataclass(frozen=True)
class Units:
    """How a language writes lengths of time."""

    day: str
    days: str
    hour: str
    minute: str
    glue: str = " "


ENGLISH = Calendar(
    ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "{weekday} {day} {month} {time} {zone}",
)
ENGLISH_UNITS = Units("day", "days", "h", "min")


def wall_zone(chosen: str, phone: str, fallback: str) -> ZoneInfo:
    """The zone that a subscriber chose, or that of their number where it has one only, else
    `fallback`, the page's."""
    zones = (chosen,) if chosen else zones_of(phone)
    return ZoneInfo(zones[0] if len(zones) == 1 else fallback)


def moment(seconds: float, zone: ZoneInfo, calendar: Calendar = ENGLISH) -> str:
    """As in "Sat 16 Jan 08:00 EST"."""
    at = datetime.fromtimestamp(seconds, zone)
    return calendar.pattern.format(
        weekday=calendar.weekdays[at.weekday()],
        day=f"{at:%d}",
        month=calendar.months[at.month - 1],
        time=f"{at:%H:%M}",
        zone=f"{at:%Z}",
    )


def moment_after(
    seconds: float, before: float, zone: ZoneInfo, calendar: Calendar = ENGLISH
) -> str:
    """The same of the end of what began `before`: on the same day without its date."""
    start, end = (datetime.fromtimestamp(one, zone) for one in (before, seconds))
    is_same_day = start.date() == end.date()
    return f"{end:%H:%M %Z}" if is_same_day else moment(seconds, zone, calendar)


def lasting(seconds: float, units: Units = ENGLISH_UNITS) -> str:
    """A length of time in its two largest units, as in "1 h 25 min", at least "1 min"."""
    minutes = max(1, round(seconds / MINUTE))
    days, minutes = divmod(minutes, DAY // MINUTE)
    hours, minutes = divmod(minutes, HOUR // MINUTE)
    parts = (
        (days, units.day if days == 1 else units.days),
        (hours, units.hour),
        (minutes if not days else 0, units.minute),
    )
    glue = units.glue
    return glue.join(f"{number}{glue}{unit}" for number, unit in parts if number)
