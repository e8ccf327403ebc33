"""Writing down what was found out, decided and sent: the only writer of threads and the ledger."""

from collections.abc import Iterable
from dataclasses import replace

from statustext.adapters.channel import Accepted
from statustext.adapters.claims import claim, take_back
from statustext.adapters.deliveries import record
from statustext.adapters.dynamodb import Write
from statustext.adapters.holds import put_hold
from statustext.adapters.quarantine import note_working
from statustext.adapters.update_progress import WATCHED_ANEW_AFTER, watch_anew
from statustext.domain.delivery import Delivery, DeliveryStatus
from statustext.domain.evidence import DOUBT_FOR, Note, Outcome, notes_of_carried
from statustext.domain.facts import Facts
from statustext.domain.incident import Update
from statustext.domain.steps import Draft, End, Hold, Instead, Step, Wait
from statustext.domain.subscriber import Subscriber
from statustext.flows.delivering.context import Deps
from statustext.flows.delivering.refusals import Aftermath, leave_alone

SHORT = 900.0
"""Seconds up to which the queue itself keeps what is held; beyond, a hold's row does."""

RACED = Wait(1.0)
"""The subscriber's row changed since it was read: it is read and decided anew."""


class Record:
    """Writes about the recipients of one page. A receipt that came first stays."""

    def __init__(self, page_id: str, deps: Deps) -> None:
        self._page_id = page_id
        self._deps = deps
        self._watched: set[tuple[str, int]] = set()

    def learned(self, facts: Facts) -> None:
        """What the evidence tells and the ledger does not say yet. A text that was given up is
        taken for one that told nobody anything."""
        person, thread, evidence = facts.subscriber, facts.thread, facts.evidence
        if person is None or thread is None:
            return
        if evidence.outcome is Outcome.GIVEN_UP:
            back = take_back(person, {facts.announcement.incident.id: thread.give_up()})
            rows = [self._row(person.id, note) for note in evidence.notes]
            self._deps.table.both_or_each(back, *rows)
        else:
            self._write(person.id, evidence.notes)

    def end(self, step: End, one: str, facts: Facts) -> Step:
        """The ledger comes first, as nobody would look after the thread; a text that goes after all
        outranks it."""
        person, incident_id = facts.subscriber, facts.announcement.incident.id
        if person and step.takes_back:
            back = take_back(person, {incident_id: step.takes_back})
            rows = [self._row(one, note) for note in step.notes]
            self._deps.table.both_or_each(back, *rows)
        else:
            self._write(one, step.notes)
        if person and step.closes:
            closing = claim(person, {incident_id: step.closes})
            if not self._deps.table.write_if(closing):
                return RACED
        return Instead(step.instead) if step.instead else step

    def hold(self, step: Hold, person: Subscriber, facts: Facts) -> Step:
        """The hold comes first: one that finds nothing to hand on is harmless. For a short while
        the queue keeps it instead."""
        wait = step.until - self._deps.clock.now()
        if wait > SHORT:
            self._deps.table.write(put_hold(self._page_id, person.id, step.until))
        self._write(person.id, step.notes)
        holding = claim(person, {facts.announcement.incident.id: step.thread})
        if not self._deps.table.write_if(holding):
            return RACED
        self._write(person.id, [replace(step.note, until=step.until)])
        return Wait(wait) if wait <= SHORT else End()

    def claim(self, draft: Draft, notes: Iterable[Note], person: Subscriber) -> bool:
        """Write ahead what is about to be sent; False where the person's row changed since it was
        read."""
        table = self._deps.table
        self._write(person.id, notes)
        if len(draft.claims) > 1:  # who goes along may have no message of its own
            until = self._deps.clock.now() + DOUBT_FOR
            table.write(put_hold(self._page_id, person.id, until))
        return table.write_if(claim(person, draft.claims, draft.recent))

    def not_sent(self, draft: Draft, person: Subscriber) -> bool:
        """Take a claim back whose text did not go; False where somebody changed it meanwhile."""
        return self._deps.table.write_if(_taken_back(draft, person, again=True, counts=False))

    def refused(self, draft: Draft, person: Subscriber, facts: Facts, after: Aftermath) -> None:
        """Take back a claim whose text was certainly not accepted, and say why in the ledger."""
        again = after.status is DeliveryStatus.NOT_ACCEPTED
        back = _taken_back(draft, person, again=again, counts=after.counts)
        note = self._note(draft, facts, after.status, after.reason)
        self._deps.table.both_or_each(back, self._row(person.id, note))

    def unknown(self, draft: Draft, person: Subscriber, facts: Facts, reason: str) -> None:
        """The text may have been accepted."""
        self._write(person.id, [self._note(draft, facts, DeliveryStatus.UNKNOWN, reason)])
        if person.mode.is_called:
            leave_alone(person, reason, 0.0, self._deps.table, self._deps.clock.now())

    def accepted(self, draft: Draft, person: Subscriber, facts: Facts, answer: Accepted) -> None:
        """The carrier has the text, which tells of other incidents too; an endpoint that took
        something has it for good."""
        from statustext.domain.phone_numbers import country_of  # a tenth of a second, for senders

        is_there = answer.status == DeliveryStatus.DELIVERED and person.mode.is_called
        status = DeliveryStatus.DELIVERED if is_there else DeliveryStatus.ACCEPTED
        note = self._note(draft, facts, status, "", answer.sid)
        note = replace(note, published_at=facts.announcement.update.created_at)
        country = country_of(person.phone) if person.phone else ""
        row = self._row(person.id, note, country)
        if person.failing:
            # Together: else the next failure would count from one that is long over.
            self._deps.table.both_or_each(note_working(self._page_id, person.id), row)
        else:
            self._deps.table.write_if(row)

    def carried(self, draft: Draft, person: Subscriber, facts: Facts) -> None:
        """The ledger of the other incidents that an accepted text tells."""
        incident_id = facts.announcement.incident.id
        self._write(person.id, notes_of_carried(draft.claims, incident_id))

    def watch(self, update: Update) -> None:
        """Have the clock look for the ends of what goes late, as its looks have grown rare: once in
        a batch, and before the first text, so that none is without."""
        key, now = (update.incident, update.seq), self._deps.clock.now()
        if key not in self._watched and now > update.tell_at + WATCHED_ANEW_AFTER:
            self._deps.table.write_if(watch_anew(self._page_id, update, now))
            self._watched.add(key)

    def _note(
        self, draft: Draft, facts: Facts, status: DeliveryStatus, reason: str, sid: str = ""
    ) -> Note:
        update = facts.announcement.update
        thread, size, account = draft.claims[update.incident], 0, None
        if sid and thread.claimed:
            size, account = draft.segments, thread.claimed.account
        attempt = thread.attempt
        return Note(
            update.incident, update.seq, attempt, status, reason, sid, size, account=account
        )

    def _write(self, one: str, notes: Iterable[Note]) -> None:
        for note in notes:
            self._deps.table.write_if(self._row(one, note))

    def _row(self, one: str, note: Note, country: str = "") -> Write:
        delivery = Delivery(
            one,
            note.attempt,
            note.status,
            self._deps.clock.now(),
            sid=note.sid,
            reason=note.reason,
            segments=note.segments,
            country=country,
            published_at=note.published_at,
            until=note.until,
            account=note.account,
        )
        return record(self._page_id, note.incident, note.seq, delivery)


def _taken_back(draft: Draft, person: Subscriber, *, again: bool, counts: bool) -> Write:
    """Undo the claims: restore what each incident's thread said before, holds included. `counts` is
    of the incident that the text was about, the first of its claims."""
    about = next(iter(draft.claims))
    refused = {
        incident: made.refuse(
            person.threads.get(incident), again=again, counts=counts and incident == about
        )
        for incident, made in draft.claims.items()
    }
    return take_back(person, refused)
