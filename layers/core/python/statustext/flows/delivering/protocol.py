"""The send protocol: gather facts, decide, find room, decide again, claim, send, record.

A claim is written before the text is sent, and a delivery that was claimed is never claimed again
unless the carrier is proven not to have accepted it. So a crash, a time-out or a message delivered
twice can cost a text, and never sends two. What is decided stands in domain/decision.py, without
any of this.
"""

from statustext.adapters.deliveries import ledger_key
from statustext.adapters.sms_gateway import Accepted, Text
from statustext.adapters.twilio_signature import RETRY_OVERRIDE
from statustext.domain.decision import decide
from statustext.domain.delivery import DeliveryStatus, announcement_attempt
from statustext.domain.evidence import CLAIM_LEASE
from statustext.domain.facts import Facts
from statustext.domain.incident import Update
from statustext.domain.steps import Draft, End, Hold, Send, Step, Wait
from statustext.domain.subscriber import Subscriber
from statustext.flows.delivering.context import Deps, PageView
from statustext.flows.delivering.evidence import gather, look_again
from statustext.flows.delivering.handing_over import Unknown, hand_over
from statustext.flows.delivering.record import RACED, Record
from statustext.flows.delivering.room import NO_ROOM, Room

NO_TIME = Wait(0.0, whole_batch=True)
"""The function must end."""


class SendProtocol:
    """The protocol for recipients of one page, as long as one message of the queue is at work."""

    def __init__(self, page_id: str, deps: Deps) -> None:
        self.view = PageView(page_id, deps)
        self._deps = deps
        self._room = Room(deps)
        self._record = Record(page_id, deps)

    def deliver(
        self, one: str, subscriber: Subscriber | None, update: Update, expected: int
    ) -> Step:
        """One update for one recipient. What is left to do: nothing (End), to look again later
        (Wait), or another update (Instead). `expected` recipients are still to come, it among them.
        """
        if self._deps.clock.now() > self._deps.give_up_at:
            return NO_TIME
        facts = gather(one, subscriber, update, self.view, self._deps)
        self._record.learned(facts)
        step = decide(facts)
        if isinstance(step, Send) and subscriber:
            self._record.watch(update)
            if wait := self._room.find(step.draft, subscriber, facts.page, expected):
                return wait
            slot = self._slot_of(step, subscriber, facts)
            facts = look_again(facts, self.view, self._deps)
            step = decide(facts)
            if isinstance(step, Send):
                is_as_found = self._slot_of(step, subscriber, facts) == slot
                return self._send(step, subscriber, facts) if is_as_found else RACED
        if isinstance(step, Hold) and subscriber:
            return self._record.hold(step, subscriber, facts)
        if isinstance(step, End):
            return self._record.end(step, one, facts)
        return step

    def _send(self, step: Send, person: Subscriber, facts: Facts) -> Step:
        """Claim, wait for the slot, send, record."""
        draft, page, claimed_at = step.draft, facts.page, facts.now
        if wait := self._room.take_of_hour(draft, page, claimed_at):
            return wait
        if not self._record.claim(step, person):
            self._room.give_back_of_hour(page, claimed_at)
            return RACED
        text = self._text(draft, person, facts)
        # From here on to the carrier nothing may be read: a slot is a moment.
        if not self._room.wait_for_slot(page, person):
            self._room.give_back_of_hour(page, claimed_at)
            return NO_ROOM if self._record.not_sent(draft, person) else RACED
        update = facts.announcement.update
        row = ledger_key(page.id, update.incident, update.seq, person.id)
        refusals = draft.claims[update.incident].refusals
        match hand_over(text, row, person, refusals, self._deps):
            case Accepted(sid):
                self._record.accepted(draft, person, facts, sid)
                self._deps.circuits.accepted(row)
                self._record.carried(draft, person, facts)
                return End()
            case Unknown(reason):
                self._record.unknown(draft, person, facts, reason)
                return Wait(CLAIM_LEASE)
            case after:
                self._room.give_back_of_hour(page, claimed_at)
                self._record.refused(draft, person, facts, after)
                is_over = after.status is not DeliveryStatus.NOT_ACCEPTED
                return End() if is_over else Wait(after.wait, after.stops_all)

    def _slot_of(self, step: Send, person: Subscriber, facts: Facts) -> tuple[str, int]:
        """Whose slot a text takes, and of which size. Either may change while room is found."""
        return facts.page.sender_for(person.phone, self._deps.senders).id, step.draft.segments

    def _text(self, draft: Draft, person: Subscriber, facts: Facts) -> Text:
        """The text of one attempt, with its id in the address that receipts go to."""
        page, update = facts.page, facts.announcement.update
        attempt = draft.claims[update.incident].attempt
        name = announcement_attempt(update.incident, update.seq, person.id, attempt)
        return Text(
            sender=page.sender_for(person.phone, self._deps.senders).id,
            to=person.phone,
            body=draft.body,
            status_callback=f"{page.public_url}/twilio/{page.id}/status/{name}{RETRY_OVERRIDE}",
            validity=facts.announcement.validity(self._deps.clock.now()),
        )
