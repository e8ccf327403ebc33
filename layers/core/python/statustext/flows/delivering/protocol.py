"""The send protocol: gather facts, decide, find room, decide again, claim, send, record.

A claim is written before the text is sent, and a delivery that was claimed is never claimed again
unless the carrier is proven not to have accepted it. So a crash, a time-out or a message delivered
twice can cost a text, and never sends two. What is decided stands in domain/decision.py, without
any of this.
"""

from dataclasses import replace
from functools import partial

from statustext.adapters.channel import Accepted, Text
from statustext.adapters.deliveries import ledger_key
from statustext.adapters.twilio_signature import RETRY_OVERRIDE
from statustext.domain.decision import decide
from statustext.domain.delivery import DeliveryStatus, announcement_attempt
from statustext.domain.evidence import CLAIM_LEASE
from statustext.domain.facts import Facts
from statustext.domain.incident import Update
from statustext.domain.mail import Mail
from statustext.domain.mode import Mode
from statustext.domain.post import Post
from statustext.domain.quota import UsedUp
from statustext.domain.steps import Draft, End, Hold, Send, Step, Wait
from statustext.domain.subscriber import Subscriber
from statustext.domain.templates import Event
from statustext.domain.thread import Thread
from statustext.flows.delivering.context import Deps, PageView
from statustext.flows.delivering.evidence import gather, look_again
from statustext.flows.delivering.handing_over import (
    Attempt,
    Missed,
    Unknown,
    hand_over,
    take_refusal,
)
from statustext.flows.delivering.mails import announcement_mail
from statustext.flows.delivering.posts import post_of
from statustext.flows.delivering.record import RACED, Record
from statustext.flows.delivering.room import NO_TIME, Place, Room


class SendProtocol:
    """The protocol for recipients of one page, as long as one message of the queue is at work.
    Several of them are told at once: each is told in one lane, and waits where it says `await`."""

    def __init__(self, page_id: str, deps: Deps) -> None:
        self.view = PageView(page_id, deps)
        self.rest: Wait | None = None
        """What keeps all of them waiting who are not claimed yet."""
        self._deps = deps
        self._room = Room(deps)
        self._record = Record(page_id, deps)

    async def deliver(self, one: str, subscriber: Subscriber | None, update: Update) -> Step:
        """One update for one recipient. What is left to do: nothing (End), to look again later
        (Wait), or another update (Instead)."""
        if self._deps.clock.now() > self._deps.give_up_at:
            return NO_TIME
        facts = gather(one, subscriber, update, self.view, self._deps)
        self._record.learned(facts)
        step = decide(facts)
        if isinstance(step, Send) and subscriber:
            self._record.watch(update)
            step, facts = await self._try(step, subscriber, facts)
        if isinstance(step, Hold) and subscriber:
            return self._record.hold(step, subscriber, facts)
        if isinstance(step, End):
            return self._record.end(step, one, facts)
        return step

    async def _try(self, step: Send, person: Subscriber, facts: Facts) -> tuple[Step, Facts]:
        """Find room, decide anew, send; what is left to do, and the facts that says so."""
        place = await self._room.find(step.draft, person, facts.page)
        if isinstance(place, Wait):
            return place, facts
        if isinstance(place, UsedUp):
            facts = replace(facts, used_up=place)
            return decide(facts), facts
        if self.rest:
            place.leave()
            return self.rest, facts
        size = step.draft.segments
        facts = look_again(facts, self.view, self._deps)
        again = decide(facts)
        if isinstance(again, Send) and not self._has_still(place, size, again, facts):
            again = RACED
        elif isinstance(again, Send):
            full = await self._room.take_of_quotas(again.draft, person, facts.page)
            if full is None:
                return await self._send(again, person, facts, place), facts
            facts = replace(facts, used_up=full)
            again = decide(facts)
        place.leave()
        return again, facts

    async def _send(self, step: Send, person: Subscriber, facts: Facts, place: Place) -> Step:
        """Claim, wait for the slot, send, record."""
        draft, page, away = step.draft.by(place.sender.account), facts.page, self._deps.lanes.away
        if wait := await self._room.take_of_hour(draft, person, page, facts.now):
            place.leave()
            self._room.give_back_to_quotas(draft, person, page, facts.now)
            return wait
        post = None
        if person.mode.is_called:
            post = post_of(person, facts.announcement, page, self._deps)
        if not await away(partial(self._record.claim, draft, step.notes, person)):
            place.leave()
            self._room.give_back(draft, person, page, facts.now)
            return RACED
        place.claimed(self._deps.clock.now())
        attempt = self._attempt(draft, person, facts, place, post)
        match await hand_over(attempt, place, self._deps):
            case Accepted() as answer:
                await away(partial(self._record.accepted, draft, person, facts, answer))
                self._deps.circuits.accepted(place.passage, attempt.row)
                self._record.carried(draft, person, facts)
                return End()
            case Unknown(reason):
                self._record.unknown(draft, person, facts, reason)
                return Wait(CLAIM_LEASE)
            case Missed():
                self._room.give_back(draft, person, page, facts.now)
                is_back = self._record.not_sent(draft, person)
                return self._room.none_left() if is_back else RACED
            case error:
                self._room.give_back(draft, person, page, facts.now)
                after = take_refusal(
                    error, attempt, self._deps, partial(self._record.not_sent, draft, person)
                )
                self._record.refused(draft, person, facts, after)
                is_over = after.status is not DeliveryStatus.NOT_ACCEPTED
                return End() if is_over else Wait(after.wait, after.stops_all)

    def _has_still(self, place: Place, size: int, step: Send, facts: Facts) -> bool:
        """Whether a text still has its place: its sender or its size may change while room is
        found."""
        if (one := facts.subscriber) is None:
            return False
        deployed, by = self._deps.senders, step.draft.only_by
        senders = facts.page.senders_by_mode(one.mode, one.reached_at, deployed, by)
        return place.sender in senders and step.draft.segments == size

    def _mail(self, claim: Thread, person: Subscriber, facts: Facts, place: Place) -> Mail | None:
        """What goes to an e-mail address in the place of a text."""
        if person.mode is not Mode.EMAIL or claim.claimed is None:
            return None
        says, key = Event(claim.claimed.says), self._deps.secrets.code_key()
        names, sender = self.view.component_names(person.mode), place.sender.id
        return announcement_mail(facts.announcement, says, facts.page, person, names, key, sender)

    def _attempt(
        self, draft: Draft, person: Subscriber, facts: Facts, place: Place, post: Post | None
    ) -> Attempt:
        """The text of one attempt, with its id in the address that receipts go to."""
        page, update = facts.page, facts.announcement.update
        claim = draft.claims[update.incident]
        name = announcement_attempt(update.incident, update.seq, person.id, claim.attempt)
        text = Text(
            sender=place.sender.id,
            to=person.reached_at,
            body=draft.body,
            status_callback=f"{page.public_url}/twilio/{page.id}/status/{name}{RETRY_OVERRIDE}",
            validity=facts.announcement.validity(self._deps.clock.now()),
            page=page.id,
            attempt=name,
            mail=self._mail(claim, person, facts, place),
            post=post,
        )
        row = ledger_key(page.id, update.incident, update.seq, person.id)
        return Attempt(text, draft.segments, row, person, claim.refusals)
