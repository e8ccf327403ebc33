"""A delivery that was claimed before: how it ended, or whether it may be tried once more."""

from dataclasses import dataclass

from statustext.adapters.deliveries import get_delivery
from statustext.domain.delivery import TERMINAL, DeliveryStatus
from statustext.domain.subscriber import Subscriber, Told
from statustext.errors import OutcomeUnknownError
from statustext.flows.telling import Telling

LEASE = 90.0
"""Seconds after which a claim without an outcome belongs to a function that is dead. Longer than
the sender's time-out."""

DOUBT = 900.0
"""Seconds in which Twilio's list or a callback must show an unknown text, before one more try."""

LOOK_AGAIN = 120.0


@dataclass(frozen=True)
class Settled:
    """It is done; or ask again in `wait` seconds; or it may be `tried_again`."""

    wait: float = 0.0
    tried_again: bool = False
    in_doubt: bool = False  # because nothing tells how it ended


def is_on_its_way(subscriber: Subscriber, told: Told, telling: Telling) -> bool:
    """Whether another function may be about to send an older update: this one has to wait for it.

    Costs a read only for somebody who was claimed for the same incident within the lease.
    """
    tools, update = telling.tools, telling.update
    is_recent = tools.clock.now() < told.claimed_at + LEASE
    waits = told.released or told.held
    if not told.event or waits or told.seq >= update.seq or not is_recent:
        return False
    incident, text = update.incident, told
    if told.lead in subscriber.told:  # it went, if it went, in another incident's text
        incident, text = told.lead, subscriber.told[told.lead]
    older = get_delivery(tools.table, subscriber.page, incident, text.seq, subscriber.id)
    return older is None or older.attempt < text.attempt


def settle(subscriber: Subscriber, told: Told, telling: Telling) -> Settled:
    """Find out how a claimed delivery ended.

    Proven not accepted, or only held: it may be tried again at once. Unknown: a callback or
    Twilio's list tells; where neither does within fifteen minutes, one more try, and never a third.
    """
    tools, update = telling.tools, telling.update
    if told.released or told.held:
        return Settled(tried_again=True)
    if not told.event or told.lead:
        return Settled()  # only keeps older updates out; or told with another incident
    now = tools.clock.now()
    known = get_delivery(tools.table, subscriber.page, update.incident, update.seq, subscriber.id)
    if known is None or known.attempt < told.attempt:
        if now < told.claimed_at + LEASE:
            return Settled(wait=told.claimed_at + LEASE - now)
        telling.note(subscriber.id, told.attempt, DeliveryStatus.UNKNOWN, "no outcome recorded")
    elif known.status in TERMINAL or known.sid:
        return Settled()
    elif known.status is DeliveryStatus.RELEASED:
        return Settled(tried_again=True)
    try:
        found = tools.gateway.find(subscriber.phone, told.body, since=told.claimed_at)
    except OutcomeUnknownError:  # an unread list proves nothing; what is too old is given up
        is_over = now > told.claimed_at + DOUBT and telling.overtaken()
        return Settled(tried_again=True) if is_over else Settled(wait=LOOK_AGAIN)
    if found is not None:
        accepted = DeliveryStatus.ACCEPTED
        telling.note(subscriber.id, told.attempt, accepted, "found", sid=found.sid)
        return Settled()
    if now < told.claimed_at + DOUBT:
        return Settled(wait=min(LOOK_AGAIN, told.claimed_at + DOUBT - now))
    if told.doubts:
        telling.note(subscriber.id, told.attempt, DeliveryStatus.FAILED, "unknown twice")
        return Settled()
    return Settled(tried_again=True, in_doubt=True)
