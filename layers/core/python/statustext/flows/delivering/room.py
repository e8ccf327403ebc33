"""Room for a text: no circuit stops it, the page's hour has texts left, and a slot is free."""

from statustext.adapters.fixed_windows import hour_of_texts, spend
from statustext.domain.hourly_cap import HOUR, more_room_in, room_of_hour
from statustext.domain.page import Page
from statustext.domain.steps import Draft, Wait
from statustext.domain.subscriber import Subscriber
from statustext.flows.delivering.context import Deps

NO_ROOM = Wait(1.0, whole_batch=True)
"""No slot is free before the function must end."""


class Room:
    """Room as one batch of a page finds it."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._hour_is_used_until = 0.0  # except for what may use its reserve

    def find(self, draft: Draft, person: Subscriber, page: Page, expected: int) -> Wait | None:
        """Reserve a slot for a text; how long to wait where there is none. `expected` texts are
        still to come in this batch, it among them."""
        deps = self._deps
        left = self._hour_is_used_until - deps.clock.now()
        if left > 0 and not draft.is_privileged:
            return Wait(left)
        sender = page.sender_for(person.phone, deps.senders)
        if wait := deps.circuits.wait_for(sender.id, person.phone):
            return Wait(wait)
        slots, size = deps.slots_of(sender), draft.segments
        return None if slots.find_room(size, size * expected, deps.give_up_at) else NO_ROOM

    def take_of_hour(self, draft: Draft, page: Page, now: float) -> Wait | None:
        """Count a text in the page's hour; how long to wait where that is used up. Hours are those
        of the clock."""
        cap = page.limits.texts_per_hour
        room = room_of_hour(cap, now, is_privileged=draft.is_privileged)
        if not cap or spend(self._deps.table, hour_of_texts(page.id), room, HOUR, now):
            return None
        wait = more_room_in(cap, now, is_privileged=draft.is_privileged)
        self._hour_is_used_until = now + wait
        return Wait(wait, whole_batch=draft.is_privileged)

    def give_back_of_hour(self, page: Page, at: float) -> None:
        """A text that was counted at a moment did not go."""
        if cap := page.limits.texts_per_hour:
            spend(self._deps.table, hour_of_texts(page.id), cap, HOUR, at, amount=-1)

    def wait_for_slot(self, page: Page, person: Subscriber) -> bool:
        """Wait for the slot that was reserved; False where it was missed and there is no other."""
        slots = self._deps.slots_of(page.sender_for(person.phone, self._deps.senders))
        return slots.wait_for_slot(self._deps.give_up_at)
