"""Where one recipient stands: what was claimed for them before, and how that ended."""

from dataclasses import dataclass, replace

from statustext.domain.delivery import DeliveryStatus
from statustext.domain.subscriber import Subscriber
from statustext.domain.thread import Thread, begin
from statustext.flows.delivering.attempts import note_companions
from statustext.flows.delivering.holding import end_claim
from statustext.flows.delivering.outcome import DONE, OVERTAKEN, RACED, Outcome
from statustext.flows.delivering.settling import settle, settle_older
from statustext.flows.delivering.telling import Telling


@dataclass(frozen=True)
class Standing:
    """`thread` is what they were told of the incident, as far as anybody knows, and `at_hand` the
    same of the update to be told. `again_as` is how a text in doubt told it that is now tried once
    more."""

    subscriber: Subscriber | None
    thread: Thread | None
    at_hand: Thread
    again_as: str = ""

    @property
    def was_held(self) -> bool:
        return self.thread is not None and self.thread.is_held

    @property
    def waited(self) -> bool:
        """Whether they wait for this incident's news, or for another try."""
        return self.thread is not None and self.thread.waits


def stand(one: str, subscriber: Subscriber | None, telling: Telling) -> Standing | Outcome:
    """Settle what was claimed before, as the queue delivers twice and functions die; an Outcome
    where that is all, or must be waited for."""
    update, now = telling.update, telling.tools.clock.now()
    thread = subscriber.threads.get(update.incident) if subscriber else None
    if subscriber is None or thread is None:
        return Standing(subscriber, thread, begin(update.seq, now))
    if thread.seq > update.seq:  # its row may stand at a later attempt, which is over too
        newer = thread.arrive() if thread.claimed else thread
        attempt = telling.last_attempt(one)
        return Standing(subscriber, thread, newer.turn_to(update.seq, now, attempt=attempt))
    is_same, text = thread.seq == update.seq, thread.claimed
    settled = (settle if is_same else settle_older)(subscriber, thread, telling)
    if settled.wait:
        return Outcome(is_done=False, wait=settled.wait)
    if is_same and not settled.tried_again:
        if settled.went:
            note_companions(subscriber.threads, update.incident, one, telling.board)
        is_text = text and not settled.untold  # else given up, or kept out only
        return DONE if is_text else instead(thread, telling, is_retry=True)
    known = thread
    if text:
        known = thread.give_up() if settled.untold else thread.arrive()
    at_hand = (
        known.try_again(now, in_doubt=settled.in_doubt)
        if is_same
        else known.turn_to(update.seq, now)
    )
    if not settled.untold:
        return Standing(subscriber, thread, at_hand)
    again_as = text.says if text and is_same and settled.in_doubt else ""
    subscriber = replace(subscriber, threads={**subscriber.threads, update.incident: known})
    return Standing(subscriber, known, at_hand, again_as)


def end_overtaken(
    subscriber: Subscriber,
    telling: Telling,
    at_hand: Thread,
    why: tuple[DeliveryStatus, str],
    *,
    is_retry: bool,
) -> Outcome:
    """Nobody is told this update any more: the ledger, and what waited or was in doubt."""
    thread = subscriber.threads.get(telling.update.incident)
    incident, seq = telling.incident(), telling.update.seq
    is_older = thread is not None and thread.is_held and thread.seq < seq
    is_due = incident.due_seq(telling.tools.clock.now()) < seq
    if is_older and is_due and seq in incident.recalled:
        telling.note(subscriber.id, at_hand.attempt, *why)  # the older one is still for them
        return DONE
    if thread is None or not (thread.is_held or is_retry):
        telling.note(subscriber.id, at_hand.attempt, *why)
    elif not end_claim(subscriber, telling, at_hand, *why):
        return RACED
    return instead(thread, telling, is_retry=is_retry)


def instead(thread: Thread | None, telling: Telling, *, is_retry: bool = False) -> Outcome:
    """For an overtaken update: the newest one's fan-out may have passed over somebody whose text
    was held, or claimed then and refused since, or lost."""
    due = telling.incident().due_seq(telling.tools.clock.now())
    is_other = bool(due) and due != telling.update.seq
    return OVERTAKEN if thread and (thread.waits or is_retry) and is_other else DONE
