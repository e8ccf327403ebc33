"""A page's cap on the texts of an hour of the clock: who may use how much of it, and until when."""

import math

HOUR = 3600
RESERVED_OF_TEN = 2
"""Of every ten texts in the cap two are kept for openings of critical incidents, and for ends."""
FREE_FROM = 2700
"""The second of the hour from which everybody may use what of the reserve is left, so that the cap
is what is sent."""


def room_of_hour(cap: int, now: float, *, is_privileged: bool) -> int:
    """How many texts the hour may have been spent on when another one is among them."""
    if is_privileged or now % HOUR >= FREE_FROM:
        return cap
    return cap - cap // 10 * RESERVED_OF_TEN


def more_room_in(cap: int, now: float, *, is_privileged: bool) -> float:
    """Seconds until there is more room than now."""
    is_reserved = room_of_hour(cap, now, is_privileged=is_privileged) < cap
    return (FREE_FROM if is_reserved else HOUR) - int(now) % HOUR


def last_at(waiting: int, cap: int, used: int, now: float, *, is_privileged: bool) -> float:
    """When the cap lets the last of some texts go, where `used` went in this hour already and no
    others follow."""
    left = waiting
    while left > (room := max(room_of_hour(cap, now, is_privileged=is_privileged) - used, 0)):
        left, used = left - room, used + room
        now += more_room_in(cap, now, is_privileged=is_privileged)
        if now % HOUR < FREE_FROM:  # a new hour: whole ones at once
            whole = math.ceil(left / cap) - 1
            now, left, used = now + whole * HOUR, left - whole * cap, 0
    return now
