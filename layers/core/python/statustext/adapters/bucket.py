"""A sender's throttle, shared by every function that texts: one row, reserved in blocks."""

from statustext.adapters.clock import Clock
from statustext.adapters.dynamodb import Table, Write
from statustext.domain.throttle import Reservation, reserve
from statustext.errors import ConditionFailedError

ANNOUNCEMENT_HORIZON = 1.0
"""Seconds ahead that announcements may reserve. Short, so that a code never waits behind more."""

CODE_HORIZON = 20.0
RACES = 50


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

    def wait_for_room(self, segments: int, expected: int, give_up_at: float) -> bool:
        """Wait until `segments` may be sent now; False when there is no room before `give_up_at`.

        `expected` is how many segments the caller is likely to ask for in all, so that they are
        reserved together. Slots that were missed by more than a segment's time are given up: sent
        late, they would crowd into the next second.
        """
        while True:
            block = self._block
            if block is None or self._used + segments > block.segments:
                block = self._reserve(max(segments, expected), segments, give_up_at)
                if block is None:
                    return False
            slot = block.start + self._used * block.interval
            self._used += segments
            now = self._clock.now()
            if now > slot + max(block.interval, 0.05) * 2:
                self._block = None
                continue
            if slot > now:
                self._clock.sleep(slot - now)
            return True

    def _reserve(self, wanted: int, at_least: int, give_up_at: float) -> Reservation | None:
        for _ in range(RACES):
            row = self._table.get(*self._key) or {}
            tat, now = float(row.get("tat", 0)), self._clock.now()
            block = reserve(tat, now, wanted, at_least, self._rate, self._horizon)
            if block is None:
                wait = tat - now - self._horizon + 0.01
                if now + wait > give_up_at:
                    return None
                self._clock.sleep(wait)
            elif self._take(block, row.get("tat")):
                self._block, self._used = block, 0
                return block
        return None

    def _take(self, block: Reservation, seen: float | None) -> bool:
        pk, sk = self._key
        unchanged = "attribute_not_exists(tat)" if seen is None else "tat = :seen"
        values = {"tat": block.end} if seen is None else {"tat": block.end, "seen": seen}
        try:
            self._table.write(
                Write(pk, sk, update="SET tat = :tat", condition=unchanged, values=values)
            )
        except ConditionFailedError:
            return False
        return True
