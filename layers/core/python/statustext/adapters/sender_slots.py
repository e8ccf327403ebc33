"""A sender's slots, shared by every function that texts: one row, reserved in blocks."""

from collections.abc import Sequence

from statustext.adapters.clock import Clock
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.domain.sender_rate import Plan, Timetable, Waiting, plan

ANNOUNCEMENT_HORIZON = 1.0
"""Seconds ahead that announcements may reserve. Short, so that a code never waits behind more, and
that no more than a second's texts were claimed when somebody writes STOP."""

CODE_HORIZON = 20.0

REFILLED_BELOW = 0.2
"""Seconds. Announcements that still have so much before them wait, and then reserve the rest of
their horizon: fewer writes than as soon as there is room for one. A code does not wait."""

MAX_LEAD = 120.0
"""Seconds that no throttle is honestly ahead: beyond, some clock was wrong, and it begins anew."""

HEAD_START = 0.01
"""Seconds more at which an idle throttle begins, so that others can join before its first slot; if
each began anew, what lies between would be lost."""


A_LITTLE = 0.005
"""Seconds by which one looks later than there is room again, so as not to look too early."""


class SenderSlots:
    """Slots of one sender. `rate` is in segments per second, `horizon` in seconds."""

    def __init__(
        self, table: Table, sender: str, rate: float, clock: Clock, *, horizon: float
    ) -> None:
        self._table = table
        self._key = (f"SENDER#{sender}", "BUCKET")
        self._rate = rate
        self._clock = clock
        self._horizon = horizon
        self._refilled_below = REFILLED_BELOW if horizon < CODE_HORIZON else horizon

    def reserve(self, waiting: Sequence[Waiting], lead: float) -> Plan | float:
        """Slots for as many of these texts as there is room, none earlier than `lead` seconds from
        now; or the moment at which to ask again (seconds since the epoch), at once where another
        function was faster."""
        row = self._table.get(*self._key) or {}
        now = self._clock.now()
        seen = Timetable(float(row.get("tat", 0)), row.get("log", ""))
        known = Timetable(now) if seen.tat > now + MAX_LEAD else seen
        refill = now + self._refilled_below
        if known.tat > refill:
            return now + known.tat - refill + A_LITTLE
        planned = plan(
            known,
            waiting,
            self._rate,
            soonest=now + lead,
            latest=now + max(self._horizon, lead + self._horizon / 2),
            head_start=HEAD_START,
        )
        return planned if planned and self._takes(planned.after, row) else now

    def _takes(self, after: Timetable, before: Item) -> bool:
        """Whether the row was still as it was read."""
        values: Item = {"after": after.tat, "log": after.log}
        condition = "attribute_not_exists(tat)"
        if "tat" in before:
            condition, values["before"] = "tat = :before", before["tat"]
        write = Write(
            *self._key,
            update="SET tat = :after, #log = :log",
            condition=condition,
            names={"log": "log"},
            values=values,
        )
        return self._table.write_if(write)
