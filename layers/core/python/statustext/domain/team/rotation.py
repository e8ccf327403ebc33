"""Rotations: who is on call, by the clock on the team's wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta


@dataclass(frozen=True)
class Override:
    """Somebody takes a shift, from one moment until another (seconds since 1970)."""

    contact: str
    starts_at: float
    ends_at: float


@dataclass(frozen=True)
class Rotation:
    """Contacts that take turns of `days` each, the first from `first_day` on.

    They hand over at `time` ("09:00") by the wall clock of `timezone`, which is an hour more or
    less of a shift where clocks change.
    """

    contacts: tuple[str, ...] = ()
    first_day: str = "2026-01-05"  # a Monday
    days: int = 7
    time: str = "09:00"
    timezone: str = "UTC"
    overrides: tuple[Override, ...] = ()


def on_call(rotation: Rotation, known: Sequence[str], now: float) -> tuple[str, ...]:
    """Who is on call at a moment, then who is next, and so on, of the contacts that are `known`.
    Without a rotation they are in their own order."""
    order = list(known)
    if turns := rotation.contacts:
        turn = turns_before(rotation, now) % len(turns)
        order = [one for one in (*turns[turn:], *turns[:turn]) if one in known]
    first = [
        one.contact
        for one in rotation.overrides
        if one.starts_at <= now < one.ends_at and one.contact in known
    ]
    return tuple(dict.fromkeys([*first[-1:], *order]))


def turns_before(rotation: Rotation, now: float) -> int:
    """How many times they have handed over since the first turn began; less than 0 before it."""
    from zoneinfo import ZoneInfo  # only where somebody is to be called

    local = datetime.fromtimestamp(now, ZoneInfo(rotation.timezone))
    day = local.date()
    if local.time().replace(fold=0) < time.fromisoformat(rotation.time):
        day -= timedelta(days=1)  # the day's hand-over is still to come
    return (day - date.fromisoformat(rotation.first_day)).days // rotation.days
