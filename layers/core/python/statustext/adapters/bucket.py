"""A sender's throttle, shared by every function that texts: one row, reserved in blocks."""

import contextlib
from dataclasses import replace

from statustext.adapters.clock import Clock
from statustext.adapters.dynamodb import Table, Write
from statustext.domain.throttle import Reservation, interval_of, reserve
from statustext.errors import ConditionFailedError

ANNOUNCEMENT_HORIZON = 1.0
"""Seconds ahead that announcements may reserve. Short, so that a code never waits behind more."""

CODE_HORIZON = 20.0
RACES = 50
LATE = 0.02
"""Seconds after which a slot is missed. The rest of throttle.MARGIN is for the way to Twilio."""

MAX_LEAD = 120.0
"""Seconds that no bucket is honestly ahead: beyond, some clock was wrong, and it begins anew."""

LEAD = 0.03
"""Seconds from now at which an idle bucket begins, so that the slot is not missed while DynamoDB
answers."""


class Bucket:
    """Slots of one sender for one invocation. `rate` is in segments per second."""

    def __init__(
        self, table: Table, sender: str, rate: float, clock: Clock, *, horizon: float
    ) -> None:
        self._table = table
        self._key = (f"SENDER#{sender}", "BUCKET")
        self._rate = rate
        self._clock = clock
        self._horizon = horizon
        self._block: Reservation | None = None
        self._used = 0
        self._slot = 0.0
        self._size = 0
        self._began: float | None = None
        self._slack = 0.0  # more than that, after slots were missed because DynamoDB is slow

    def find_room(self, segments: int, expected: int, give_up_at: float) -> bool:
        """Reserve a slot for a text of `segments`; False when there is none before `give_up_at`.

        `expected` is how many segments the caller is likely to ask for in all. They are reserved
        together only once the caller has shown to be as fast as the slots come: slots that it
        misses are lost to everybody, because sent late they would crowd into the next second.
        """
        began, now = self._began, self._clock.now()
        is_fast = began is not None and now - began < segments * interval_of(self._rate)
        wanted = max(segments, expected) if is_fast else segments
        block = self._block
        if block is None or self._used + segments > block.segments:
            block = self._reserve(wanted, segments, give_up_at)
            if block is None:
                return False
        self._slot = block.start + self._used * block.interval
        self._size = segments
        self._used += segments
        return True

    def wait_for_slot(self, give_up_at: float) -> bool:
        """Wait until the text may be sent, and send it then at once.

        A slot that was missed meanwhile is exchanged for a later one; False when there is none
        before `give_up_at`.
        """
        while (now := self._clock.now()) > self._slot + LATE:
            self._block, self._slack = None, min(max(2 * self._slack, LEAD), self._horizon)
            if now > give_up_at or not self.find_room(self._size, self._size, give_up_at):
                return False
        if self._slot > now:
            self._clock.sleep(self._slot - now)
        self._began = self._clock.now()
        return True

    def _reserve(self, wanted: int, at_least: int, give_up_at: float) -> Reservation | None:
        for _ in range(RACES):
            row = self._table.get(*self._key) or {}
            tat, now = float(row.get("tat", 0)), self._clock.now() + self._slack
            if tat > now + MAX_LEAD:
                self._begin_anew(tat, now)
                continue
            is_idle = tat < now
            first = now + LEAD if is_idle else tat
            block = reserve(tat, first, wanted, at_least, self._rate, now + self._horizon - first)
            if block is None:
                wait = tat - now - self._horizon + 0.01
                if now + wait > give_up_at:
                    return None
                self._clock.sleep(wait)
            elif (taken := self._take(block, now, is_idle=is_idle)) is not None:
                self._block, self._used = taken, 0
                return taken
        return None

    def _begin_anew(self, seen: float, now: float) -> None:
        pk, sk = self._key
        write = Write(
            pk,
            sk,
            update="SET tat = :now",
            condition="tat = :seen",
            values={"now": now, "seen": seen},
        )
        with contextlib.suppress(ConditionFailedError):
            self._table.write(write)

    def _take(self, block: Reservation, now: float, *, is_idle: bool) -> Reservation | None:
        """The block, or as many slots behind what others took meanwhile; None where the bucket
        was idle and is no more, or is too full now."""
        pk, sk = self._key
        length = block.end - block.start
        if is_idle:
            write = Write(
                pk,
                sk,
                update="SET tat = :end",
                condition="attribute_not_exists(tat) OR tat < :now",
                values={"end": block.end, "now": now},
            )
        else:
            write = Write(
                pk,
                sk,
                update="SET tat = tat + :length",
                condition="tat BETWEEN :now AND :last",
                values={"length": length, "now": now, "last": now + self._horizon},
            )
        try:
            row = self._table.write(write)
        except ConditionFailedError:
            return None
        return replace(block, start=float(row["tat"]) - length)
