"""A sender's slots, shared by every function that texts: one row, reserved in blocks."""

from statustext.adapters.clock import Clock
from statustext.adapters.dynamodb import Table, Write
from statustext.domain.sender_rate import MIXED, Place, Reservation, State, find_place, spacing_of
from statustext.errors import ConditionFailedError

ANNOUNCEMENT_HORIZON = 1.0
"""Seconds ahead that announcements may reserve. Short, so that a code never waits behind more."""

CODE_HORIZON = 20.0
RACES = 50
LATE = 0.02
"""Seconds after which a slot is missed. The rest of sender_rate.MARGIN is for clocks that differ
and for the way to Twilio."""

MAX_LEAD = 120.0
"""Seconds that no bucket is honestly ahead: beyond, some clock was wrong, and it begins anew."""

LEAD = 0.02
"""Seconds from now before which no slot is taken: it would be missed while DynamoDB answers."""

HEAD_START = 0.01
"""Seconds more at which an idle bucket begins, so that others can join before their LEAD is over;
where each began anew, what lies between would be lost."""

NEWCOMERS_PART = 0.5
"""Of the horizon, for who has not waited yet: a sender that comes back with its next text would
else always be before those who wait. These wait for as much room, so as not to ask all the time."""


class SenderSlots:
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
        self._found_at = self._sent_at = 0.0
        self._claiming = self._sending = 0.0  # the longest that the caller took, in seconds
        self._slack = 0.0  # more than LEAD, after slots were missed because DynamoDB is slow

    def find_room(self, segments: int, expected: int, give_up_at: float) -> bool:
        """Reserve a slot for a text of `segments`; False when there is none before `give_up_at`.

        `expected` is how many segments the caller is likely to ask for in all. They are reserved
        together only once the caller has shown to be twice as fast as the slots come: slots that it
        misses are lost to everybody, because sent late they would crowd into the next second.
        """
        texts, now = 1, self._clock.now()
        if self._sent_at:
            self._sending = max(self._sending, now - self._sent_at)
            if 2 * (self._sending + self._claiming) < spacing_of(segments, self._rate):
                texts = max(1, expected // segments)
        found = self._find_slot(segments, texts, now + self._claiming, give_up_at)
        self._found_at = self._clock.now()
        return found

    def wait_for_slot(self, give_up_at: float) -> bool:
        """Wait until the text may be sent, and send it then at once.

        A slot that was missed meanwhile is exchanged for a later one; False when there is none
        before `give_up_at`.
        """
        now = self._clock.now()
        self._claiming = max(self._claiming, now - self._found_at)
        while True:
            if now < self._slot:
                self._clock.sleep(self._slot - now)
                now = self._clock.now()
            if now <= self._slot + LATE:
                self._sent_at = now
                return True
            self._slack = min(max(2 * self._slack, LEAD), self._horizon)
            if now > give_up_at or not self._find_slot(self._size, 1, now, give_up_at):
                return False
            now = self._clock.now()

    def _find_slot(self, segments: int, texts: int, soonest: float, give_up_at: float) -> bool:
        """The next slot of the block that is not before `soonest`, or of a new block."""
        block = self._block
        while block and self._used < block.texts and block.slot(self._used) < soonest:
            self._used += 1
        if block is None or self._used == block.texts or segments != block.size:
            block = self._reserve(segments, texts, give_up_at)
            if block is None:
                return False
            self._block, self._used = block, 0
        self._slot, self._size = block.slot(self._used), segments
        self._used += 1
        return True

    def _reserve(self, segments: int, texts: int, give_up_at: float) -> Reservation | None:
        part = NEWCOMERS_PART
        for _ in range(RACES):
            row = self._table.get(*self._key) or {}
            state = State(
                float(row.get("tat", 0)),
                row.get("size", MIXED),  # older rows have none
                row.get("mixed_size", 0),
                float(row.get("mixed_until", 0)),
            )
            now = self._clock.now() + self._slack
            if state.tat > now + MAX_LEAD:
                self._begin_anew(state.tat, now)
                continue
            place = find_place(
                state,
                segments,
                texts,
                self._rate,
                soonest=now + LEAD,
                latest=now + part * self._horizon,
                head_start=HEAD_START,
            )
            if place is None:
                part = 1.0
                wait = state.tat - now - NEWCOMERS_PART * self._horizon
                if now + wait > give_up_at:
                    return None
                self._clock.sleep(wait)
            elif (taken := self._take(place)) is not None:
                return taken
        return None

    def _begin_anew(self, seen: float, now: float) -> None:
        write = Write(
            *self._key,
            update="SET tat = :now, mixed_until = :now",
            condition="tat = :seen",
            values={"now": now, "seen": seen},
        )
        self._table.write_if(write)

    def _take(self, place: Place) -> Reservation | None:
        """The slots, behind what others took meanwhile; None where that left no such place.

        Nothing but what the place relies on is a condition, so that senders do not race.
        """
        if place.start is not None:
            onto, first = "", place.start
            conditions = ["(attribute_not_exists(tat) OR tat < :lowest)"]
        else:
            onto, first = "tat + ", place.gap
            conditions = ["tat >= :lowest", "tat <= :highest"]
        updates = [f"tat = {onto}:moved", "#size = :size"]
        values = {
            "moved": first + place.texts * place.spacing,
            "size": MIXED if place.mixes else place.size,
            "lowest": place.lowest,
        }
        if place.start is None:
            values["highest"] = place.highest
        if place.mixing_time > 0:
            updates += [f"mixed_until = {onto}:mixed_until", "mixed_size = :size"]
            values["mixed_until"] = first + place.mixing_time
        if place.is_run:
            conditions.append("#size = :size")
        write = Write(
            *self._key,
            update="SET " + ", ".join(updates),
            condition=" AND ".join(conditions),
            names={"size": "size"},
            values=values,
        )
        try:
            row = self._table.write(write)
        except ConditionFailedError:
            return None
        start = float(row["tat"]) - place.texts * place.spacing
        return Reservation(start, place.texts, place.size, place.spacing)
