"""Quiet hours: when somebody must not be woken by a text, by the clock on their own wall.

A moment is quiet in a zone if its wall clock then shows a time from the start of the hours up to,
not including, their end. So the hours are an hour shorter in the night when clocks go forward and
longer when they go back, and a time that a wall clock shows twice is quiet twice.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

DAY = 24 * 3600
HORIZON = 2 * DAY
"""Zones that have no moment in common within two days have none: their days are all alike."""

MORNING = 3600
"""Seconds behind the end of the quiet hours in which numbers of unknown place are texted."""

OFF = "off"
WRITTEN = r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]"


def quiet_until(now: float, hours: str, zones: Sequence[str], fallback: str) -> float | None:
    """None where somebody in `zones` may be texted at `now`, else the epoch second of the first
    moment at which all zones allow it.

    `hours` are written as in "21:00-08:00", by the clock of each zone; "" and "off" are none. Where
    the place is unknown (no zones, one that does not exist, or zones that never allow it at the
    same time) it may be anywhere: then there is one hour a day, from the end of the quiet hours in
    the zone `fallback`, so that a text held until then may go, and no other.
    """
    if hours in ("", OFF):
        return None
    start, end = read_hours(hours)
    moment = int(now)
    known = [ZoneInfo(zone) for zone in zones if is_timezone(zone)]
    first = _first_allowed(moment, start, end, known) if len(known) == len(zones) > 0 else None
    if first is None:
        over = (end + min(MORNING, (start - end) % DAY)) % DAY
        first = _first_allowed(moment, over, end, [ZoneInfo(fallback)])
    return None if first in (None, moment) else first


def read_hours(hours: str) -> tuple[int, int]:
    """Start and end, in seconds from midnight. Raises ValueError for what is written otherwise,
    and for two equal ends, which could mean all day or never."""
    if not re.fullmatch(WRITTEN, hours, re.ASCII):
        raise ValueError("write them as in 22:00-07:00, or off")
    start, end = (int(one[:2]) * 3600 + int(one[3:]) * 60 for one in hours.split("-"))
    if start == end:
        raise ValueError("must end at another time than they begin")
    return start, end


def is_timezone(name: str) -> bool:
    """Whether the IANA time zone database has a zone of this name."""
    return name in _timezones()


ALSO = {
    **dict.fromkeys(("364", "448", "689", "930"), ("America/New_York", "America/Chicago")),
    "458": ("America/Los_Angeles", "America/Denver"),
    **dict.fromkeys(("236", "257", "672", "778"), ("America/Vancouver", "America/Edmonton")),
    **dict.fromkeys(("367", "581"), ("America/Toronto", "America/Halifax")),
    "729": ("America/New_York", "America/Chicago"),
    "879": ("America/St_Johns", "America/Halifax"),
}
"""Area codes laid over an older one that is in two zones, of which the library has one: 364 over
270, 448 over 850, 930 over 812, 458 over 541, 236, 257, 672 and 778 over 250, 367 and 581 over
418, 729 over 423, 879 over 709. 689 lies over 407, and the library has it elsewhere. (NANPA)"""


def zones_of(phone: str) -> tuple[str, ...]:
    """The IANA zones in which an E.164 number may be; () where its digits do not tell."""
    import phonenumbers.timezone  # a tenth of a second, and only where somebody has not chosen

    from statustext.domain.phone_numbers import FICTIONAL

    if FICTIONAL.fullmatch(phone):
        return ()
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return ()
    zones = phonenumbers.timezone.time_zones_for_number(number)
    also = ALSO.get(phone[2:5], ()) if phone.startswith("+1") else ()
    known = [zone for zone in zones if zone != phonenumbers.timezone.UNKNOWN_TIMEZONE]
    return tuple(dict.fromkeys((*known, *also)))


@cache
def _timezones() -> frozenset[str]:
    # Of the package, not of the machine: one may have names that Lambda lacks.
    return frozenset((files("tzdata") / "zones").read_text(encoding="ascii").split())


def _first_allowed(moment: int, start: int, end: int, zones: Sequence[ZoneInfo]) -> int | None:
    limit = moment + HORIZON
    while moment <= limit:
        later = max(_end_of_quiet(moment, start, end, zone) for zone in zones)
        if later == moment:
            return moment
        moment = later
    return None


def _end_of_quiet(moment: int, start: int, end: int, zone: ZoneInfo) -> int:
    """`moment`, or where that is quiet the first moment after it that is not."""
    while True:
        offset = _offset(moment, zone)
        wall = (moment + offset) % DAY
        if not (start <= wall < end if start < end else wall >= start or wall < end):
            return moment
        later = moment + (end - wall) % DAY
        if _offset(later, zone) == offset:
            return later
        moment = _change(moment, later, zone)


def _change(before: int, after: int, zone: ZoneInfo) -> int:
    """The moment between two at which the zone's clocks are put forward or back."""
    offset = _offset(before, zone)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(middle, zone) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(moment: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(moment, zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0
