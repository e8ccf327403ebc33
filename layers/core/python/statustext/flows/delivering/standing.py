"""Where one recipient stands: what was claimed for them before, and how that ended."""

from dataclasses import dataclass, replace

from statustext.domain.delivery import DeliveryStatus
from statustext.domain.subscriber import Subscriber, Told
from statustext.flows.delivering.attempts import note_companions
from statustext.flows.delivering.holding import end_claim
from statustext.flows.delivering.outcome import DONE, OVERTAKEN, RACED, Outcome
from statustext.flows.delivering.settling import settle, settle_older
from statustext.flows.delivering.telling import Telling


@dataclass(frozen=True)
class Standing:
    """`told` is what they were told of the incident, as far as anybody knows, and `mark` the claim
    to be made. `again_as` is how a text in doubt told it that is now tried once more."""

    subscriber: Subscriber | None
    told: Told | None
    mark: Told
    again_as: str = ""

    @property
    def was_held(self) -> bool:
        return self.told is not None and self.told.held

    @property
    def waited(self) -> bool:
        """Whether they wait for this incident's news, or for another try."""
        return self.told is not None and (self.told.held or self.told.released)


def stand(one: str, subscriber: Subscriber | None, telling: Telling) -> Standing | Outcome:
    """Settle what was claimed before, as the queue delivers twice and functions die; an Outcome
    where that is all, or must be waited for."""
    update, now = telling.update, telling.tools.clock.now()
    told = subscriber.told.get(update.incident) if subscriber else None
    mark = Told(update.seq, 1, now, told.event if told else "", muted=bool(told and told.muted))
    if subscriber is None or told is None:
        return Standing(subscriber, told, mark)
    if told.seq > update.seq:  # its row may stand at a later attempt, which is over too
        return Standing(subscriber, told, replace(mark, attempt=telling.last_attempt(one)))
    is_same = told.seq == update.seq
    settled = (settle if is_same else settle_older)(subscriber, told, telling)
    if settled.wait:
        return Outcome(is_done=False, wait=settled.wait)
    if is_same and not settled.tried_again:
        if settled.went:
            note_companions(subscriber.told, update.incident, one, telling.board)
        is_text = told.body and not settled.untold  # else given up, or kept out only
        return DONE if is_text else instead(told, telling, is_retry=True)
    if is_same:
        doubts = told.doubts + settled.in_doubt
        mark = replace(mark, attempt=told.attempt + 1, doubts=doubts, refusals=told.refusals)
    if not settled.untold:
        return Standing(subscriber, told, mark)
    again_as = told.event if is_same and settled.in_doubt else ""
    told = replace(told, event=told.before)
    subscriber = replace(subscriber, told={**subscriber.told, update.incident: told})
    return Standing(subscriber, told, replace(mark, event=told.event), again_as)


def end_overtaken(
    subscriber: Subscriber,
    telling: Telling,
    mark: Told,
    why: tuple[DeliveryStatus, str],
    *,
    is_retry: bool,
) -> Outcome:
    """Nobody is told this update any more: the ledger, and what waited or was in doubt."""
    told = subscriber.told.get(telling.update.incident)
    incident, seq = telling.incident(), telling.update.seq
    is_older = told is not None and told.held and told.seq < seq
    is_due = incident.due_seq(telling.tools.clock.now()) < seq
    if is_older and is_due and seq in incident.recalled:
        telling.note(subscriber.id, mark.attempt, *why)  # the older one is still for them
        return DONE
    if told is None or not (told.held or is_retry):
        telling.note(subscriber.id, mark.attempt, *why)
    elif not end_claim(subscriber, telling, mark, *why):
        return RACED
    return instead(told, telling, is_retry=is_retry)


def instead(told: Told | None, telling: Telling, *, is_retry: bool = False) -> Outcome:
    """For an overtaken update: the newest one's fan-out may have passed over somebody whose text
    was held, or claimed then and refused since, or lost."""
    due = telling.incident().due_seq(telling.tools.clock.now())
    is_other = bool(due) and due != telling.update.seq
    return OVERTAKEN if told and (told.released or told.held or is_retry) and is_other else DONE
