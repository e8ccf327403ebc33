"""Slots of one sender for all the texts that a function has in hand: reserved together."""

import math
from dataclasses import dataclass, field

from statustext.adapters.aws import MOST_CALLS
from statustext.adapters.clock import Clock
from statustext.adapters.lanes import Lanes, Promise
from statustext.adapters.sender_slots import ANNOUNCEMENT_HORIZON, SenderSlots
from statustext.domain.sender_rate import LOOK_AHEAD, Waiting

LEAD = 0.02
"""Seconds from now before which no slot is taken: it would be missed while DynamoDB answers."""

LATE = 0.02
"""Seconds after which a slot is missed. The rest of sender_rate.MARGIN is for clocks that differ
and for the way to Twilio."""

READY_BEFORE = 0.03
"""Seconds before its slot at which a text is a worker's, who waits for the moment: the thread of
the lanes may just be reading."""

LONGEST_LEAD = 2.0
"""However slow DynamoDB is, for the reservation and for the claim."""

FORGETTING = 0.9
"""By how much a slow moment still counts after each text that was faster."""


CALL_SECONDS = 0.25
"""Of a text, what workers do: its claim, Twilio's answer and its record, and half as much again."""


def calls_at_once(rate: float) -> int:
    """Workers that a function needs to reach a rate alone."""
    return min(MOST_CALLS, max(4, math.ceil(rate * CALL_SECONDS)))


def texts_under_way(rate: float) -> int:
    """Texts that it has in hand for that: with a slot, with a worker, or waiting for a slot."""
    return math.ceil(rate * (ANNOUNCEMENT_HORIZON + CALL_SECONDS)) + LOOK_AHEAD


@dataclass(frozen=True)
class Slot:
    """A moment (seconds since the epoch) at which a text of up to `size` segments may leave; or, of
    a sender without a rate, from which on it may."""

    at: float
    size: int
    has_end: bool = True

    @property
    def is_missed_after(self) -> float:
        return self.at + LATE if self.has_end else math.inf


@dataclass
class _Ticket:
    waiting: Waiting
    given: Promise[Slot | None] = field(repr=False)


class Slots:
    """Hands out a sender's slots, and takes back what nobody uses. Without a `row` it has no rate,
    and what it sends may leave at once."""

    def __init__(
        self, row: SenderSlots | None, lanes: Lanes, clock: Clock, give_up_at: float
    ) -> None:
        self.lanes, self.clock = lanes, clock
        self._row = row
        self._give_up_at = give_up_at
        self._tickets: list[_Ticket] = []
        self._free: list[Slot] = []
        self._is_reserving = False
        self._full_until = 0.0  # no slot is free before this moment
        self._reserving = 0.0  # the seconds that a reservation took, of late
        self._claiming = 0.0  # the seconds from a text's turn until it is claimed, of late

    async def turn(self, size: int) -> Slot | None:
        """Wait until it is time to claim a text of `size` segments; the slot that it then has. None
        where there is none before the function must give up.

        Not earlier, so that few are claimed and not sent at any time: only they are in doubt where
        the function dies, and STOP, a pause and a recall are in time for all others.
        """
        while slot := await self.take(size):
            await self.lanes.until(slot.at - self._claiming - READY_BEFORE)
            if self.clock.now() + self._claiming <= slot.is_missed_after:
                break
        return slot

    async def take(self, size: int, *, first: bool = False) -> Slot | None:
        """A slot for a text of `size` segments; None where there is none before the function must
        give up. A text that is claimed already comes `first`."""
        if self.clock.now() > self._give_up_at:
            return None
        if self._row is None:
            return Slot(self.clock.now(), size, has_end=False)
        if free := self._free_slot(size):
            return free
        if self._full_until > self._give_up_at:
            return None
        ticket = _Ticket(Waiting(size), Promise(self.lanes))
        self._tickets.insert(0 if first else len(self._tickets), ticket)
        if not self._is_reserving:
            self._is_reserving = True
            self.lanes.start(self._reserve())
        return await ticket.given

    def give_back(self, slot: Slot) -> None:
        """Nothing leaves at that moment after all."""
        if slot.has_end:
            self._free.append(slot)

    def claimed(self, took: float) -> None:
        """So many seconds a claim took, from a text's turn on."""
        self._claiming = _of_late(self._claiming, took)

    def _free_slot(self, size: int) -> Slot | None:
        soonest = self.clock.now() + self._claiming
        self._free = [one for one in self._free if one.at >= soonest]
        for one in self._free:
            if one.size >= size:
                self._free.remove(one)
                return one
        return None

    async def _reserve(self) -> None:
        """Reserve slots as long as somebody waits for one."""
        try:
            await self.lanes.until(self.clock.now())  # all who are about to ask have asked
            while self._tickets and self._row:
                await self._reserve_some(self._row)
        except Exception as error:
            for ticket in self._tickets:
                ticket.given.fail(error)
            self._tickets.clear()
        finally:
            self._is_reserving = False

    async def _reserve_some(self, row: SenderSlots) -> None:
        asked = list(self._tickets)
        waiting = [one.waiting for one in asked]
        lead, began = LEAD + self._reserving + self._claiming, self.clock.now()
        found = await self.lanes.away(lambda: row.reserve(waiting, lead))
        self._reserving = _of_late(self._reserving, self.clock.now() - began)
        if isinstance(found, float):
            self._full_until = found
            if max(found, self.clock.now()) <= self._give_up_at:
                await self.lanes.until(found)
                return
            for ticket in self._tickets:
                ticket.given.keep(None)
            self._tickets.clear()
            return
        for place, still in found.left:
            asked[place].waiting = still
        for place, at in found.slots:
            self._tickets.remove(asked[place])
            asked[place].given.keep(Slot(at, asked[place].waiting.size))


def _of_late(known: float, took: float) -> float:
    return min(max(took, FORGETTING * known), LONGEST_LEAD)
