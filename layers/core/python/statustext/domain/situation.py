"""Where one person stands with one update, once it is known how the earlier attempt ended."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from statustext.domain.carrier import Account
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.evidence import UNTOLD, Note, Outcome
from statustext.domain.facts import Facts
from statustext.domain.subscriber import Subscriber
from statustext.domain.thread import Thread, begin


@dataclass(frozen=True)
class Situation:
    """One person and one update, once it is known how the earlier attempt ended.

    `person` and `before` have the thread as it is known now, `at_hand` is that of this update.
    `again_as` is how a text in doubt told it that is now tried once more, empty for none, and
    `again_by` its account.
    """

    facts: Facts
    person: Subscriber
    before: Thread | None
    at_hand: Thread
    again_as: str = ""
    again_by: Account | None = None

    @property
    def was_held(self) -> bool:
        return self.before is not None and self.before.is_held

    @property
    def waited(self) -> bool:
        """Whether they waited for this incident's news, or for another try."""
        return self.before is not None and self.before.waits

    @property
    def is_behind(self) -> bool:
        """Whether a newer update of the incident came to them."""
        return self.before is not None and self.before.seq > self.facts.announcement.update.seq

    @property
    def is_again_for_them(self) -> bool:
        """Whether that newer update was recalled before this person got it: then they are sent the
        older one."""
        recalled = self.facts.announcement.incident.recalled
        return self.before is not None and self.before.seq in recalled and not self.before.told_as

    @property
    def instead(self) -> int:
        return self.facts.announcement.due_instead(self.facts.now)

    def note(self, status: DeliveryStatus, reason: str) -> Note:
        incident = self.facts.announcement.incident.id
        return Note(incident, self.at_hand.seq, self.at_hand.attempt, status, reason)

    def replaced(self, claims: Mapping[str, Thread]) -> tuple[Note, ...]:
        """The ledger of updates in whose place these are claimed: older ones that were held, and a
        newer one that was recalled. Nobody would find them once the claim is written."""
        notes = []
        if self.is_behind and self.before:
            why = self.facts.announcement.incident.recalled[self.before.seq]
            incident, newer = self.facts.announcement.incident.id, self.before
            notes = [Note(incident, newer.seq, newer.attempt, DeliveryStatus.SUPPRESSED, why)]
        for incident, made in claims.items():
            older = self.person.threads.get(incident)
            if older and older.is_held and older.seq < made.seq:
                status, why = DeliveryStatus.SUPERSEDED, "a newer update exists"
                notes.append(Note(incident, older.seq, older.attempt, status, why))
        return tuple(notes)


def situation_of(facts: Facts, person: Subscriber) -> Situation:
    """Where this person stands, given how the earlier attempt ended."""
    now, seq, incident = facts.now, facts.announcement.update.seq, facts.announcement.incident
    thread = facts.thread
    if thread is None:
        return Situation(facts, person, None, begin(seq, now))
    if thread.seq > seq:
        newer = thread.arrive() if thread.claimed else thread
        at_hand = newer.turn_to(seq, now, attempt=facts.ledger_attempt)
        found = Situation(facts, person, thread, at_hand)
        if found.is_again_for_them:
            return replace(found, at_hand=at_hand.try_again(now))
        return found
    outcome, text = facts.evidence.outcome, thread.claimed
    known = thread
    is_untold = outcome in UNTOLD
    if outcome is Outcome.DOUBTFUL and person.mode.is_free and thread.seq < seq:
        is_untold = False  # rather an end of what they never heard of than none of what they did
    if text:
        known = thread.give_up() if is_untold else thread.arrive()
    if thread.seq < seq:
        at_hand = known.turn_to(seq, now)
    else:
        at_hand = known.try_again(now, in_doubt=outcome is Outcome.DOUBTFUL)
    if not text or not is_untold:
        return Situation(facts, person, thread, at_hand)
    person = replace(person, threads={**person.threads, incident.id: known})
    is_second_try = outcome is Outcome.DOUBTFUL and thread.seq == seq
    if is_second_try:
        return Situation(facts, person, known, at_hand, text.says, text.account)
    return Situation(facts, person, known, at_hand)
