"""Room for a text: no circuit stops it, the page's hour has texts left, a slot is free, and so are
the page's quotas."""

from dataclasses import dataclass
from functools import partial

from statustext.adapters.channel import Channel
from statustext.adapters.fixed_windows import hour_of_texts, spend
from statustext.domain.carrier import Account
from statustext.domain.hourly_cap import HOUR, more_room_in, room_of_hour
from statustext.domain.mode import Mode
from statustext.domain.page import Page, Sender
from statustext.domain.quota import Asking, UsedUp
from statustext.domain.steps import Draft, Wait
from statustext.domain.subscriber import Subscriber
from statustext.flows.delivering.circuits import Passage
from statustext.flows.delivering.context import Deps
from statustext.flows.delivering.quotas import asking_for
from statustext.flows.delivering.slots import Slot, Slots

NO_ROOM = Wait(1.0, whole_batch=True)
"""No slot is free before the function must end."""

NO_SENDER = 300.0
"""Seconds between two looks for a sender that neither the page nor the deployment has now."""

NO_TIME = Wait(0.0, whole_batch=True)
"""The function must end."""


@dataclass(frozen=True)
class Way:
    """The sender that a text goes by, what its account is called by, and what stops it there."""

    sender: Sender
    channel: Channel
    passage: Passage


def way(
    page: Page,
    mode: Mode,
    address: str,
    deps: Deps,
    *,
    is_verified: bool = True,
    tried: bool = False,
    only_by: Account | None = None,
) -> Way | None:
    """The sender that a text goes by, and what it finds there: the one that is chosen for the
    address, or in its place another carrier's, where it has been stopped for longer than the page
    waits, or says that it is down. Of a sender that was stopped one text a minute still goes by it,
    as its circuit's probe, but none that was `tried` before. None where there is no sender of the
    account that alone may carry it, or no key to that account."""
    senders = page.senders_by_mode(mode, address, deps.senders, only_by)
    channels = [(one, deps.channel_of(page, one.account)) for one in senders]
    ways = [(one, channel) for one, channel in channels if channel]
    if not ways:
        return None
    first, *others = ways
    sender, channel = first
    is_down = bool(others) and deps.circuits.is_down(sender.carrier)
    stopped_after = 60 * page.failover_after_minutes
    is_over = is_down or (bool(others) and deps.circuits.stopped_for(sender) > stopped_after)
    if not (is_over and (tried or is_down)):
        passage = deps.circuits.look(sender, address, is_verified=is_verified)
        if not (is_over and passage.wait):
            return Way(sender, channel, passage)
    sender, channel = others[0]
    return Way(sender, channel, deps.circuits.look(sender, address, is_verified=is_verified))


@dataclass
class Place:
    """A text's way to the carrier: the sender, its account's channel, its slot, what the text found
    of circuits, and since when it has its turn (seconds since the epoch). It is counted in the
    page's quotas once they were asked."""

    sender: Sender
    channel: Channel
    slots: Slots
    slot: Slot
    passage: Passage
    since: float

    def claimed(self, now: float) -> None:
        """The text may be sent."""
        self.slots.claimed(now - self.since)

    def leave(self) -> None:
        """Nothing is sent: the slot is for others."""
        self.slots.give_back(self.slot)


class Room:
    """Room as one batch of a page finds it."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._hour_is_used_until = 0.0  # except for what may use its reserve

    async def find(self, draft: Draft, person: Subscriber, page: Page) -> Place | Wait | UsedUp:
        """Reserve a slot for a text; how long to wait where there is none, or the page's quota that
        was just found used up."""
        deps = self._deps
        if wait := self._waits_for_the_hour(draft, person):
            return wait
        quotas, asking = deps.quotas_of(page.id), self._asking(draft, person, page)
        if full := quotas.used_up(asking):
            return full
        tried = next(iter(draft.claims.values())).attempt > 1
        by, where = draft.only_by, person.reached_at
        found = way(page, person.mode, where, deps, only_by=by, tried=tried)
        if found is None or found.passage.wait:
            return Wait(found.passage.wait if found else NO_SENDER)
        slots = deps.slots_of(found.sender)
        with quotas.waiting(asking):
            slot = await slots.turn(draft.segments)
        if slot is None:
            return self.none_left()
        place = Place(found.sender, found.channel, slots, slot, found.passage, deps.clock.now())
        if not found.passage.probing:  # others may have met a refusal while this one waited
            place.passage = deps.circuits.look(found.sender, where)
        wait = self._waits_for_the_hour(draft, person)
        if place.passage.wait or wait:
            place.leave()
            return wait or Wait(place.passage.wait)
        return place

    def none_left(self) -> Wait:
        """How long a text waits that got no slot."""
        return NO_TIME if self._deps.clock.now() > self._deps.give_up_at else NO_ROOM

    def _waits_for_the_hour(self, draft: Draft, person: Subscriber) -> Wait | None:
        if person.mode.is_free:
            return None
        left = self._hour_is_used_until - self._deps.clock.now()
        return Wait(left) if left > 0 and not draft.is_privileged else None

    async def take_of_quotas(self, draft: Draft, person: Subscriber, page: Page) -> UsedUp | None:
        """Count a text in the page's quotas; the one that has no room for it, if any."""
        asking = self._asking(draft, person, page)
        return await self._deps.quotas_of(page.id).take(asking, page)

    def _asking(self, draft: Draft, person: Subscriber, page: Page) -> Asking:
        return asking_for(page, person.phone, draft.segments, is_privileged=draft.is_privileged)

    async def take_of_hour(
        self, draft: Draft, person: Subscriber, page: Page, now: float
    ) -> Wait | None:
        """Count a text in the page's hour; how long to wait where that is used up. Hours are those
        of the clock."""
        cap = 0 if person.mode.is_free else page.limits.texts_per_hour
        room = room_of_hour(cap, now, is_privileged=draft.is_privileged)
        counting = partial(spend, self._deps.table, hour_of_texts(page.id), room, HOUR, now)
        if not cap or await self._deps.lanes.away(counting):
            return None
        wait = more_room_in(cap, now, is_privileged=draft.is_privileged)
        self._hour_is_used_until = now + wait
        return Wait(wait, whole_batch=draft.is_privileged)

    def give_back(self, draft: Draft, person: Subscriber, page: Page, at: float) -> None:
        """A text that was counted at a moment did not go."""
        if (cap := page.limits.texts_per_hour) and not person.mode.is_free:
            spend(self._deps.table, hour_of_texts(page.id), cap, HOUR, at, amount=-1)
        self.give_back_to_quotas(draft, person, page, at)

    def give_back_to_quotas(self, draft: Draft, person: Subscriber, page: Page, at: float) -> None:
        """The same, where the page's hour had no room for it."""
        asking = self._asking(draft, person, page)
        self._deps.quotas_of(page.id).put_back(asking, at)
