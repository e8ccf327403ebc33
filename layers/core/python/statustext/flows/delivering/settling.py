"""A delivery that was claimed before: how it ended, or whether it may be tried once more."""

from dataclasses import dataclass

from statustext.adapters.claims import take_back
from statustext.adapters.deliveries import get_delivery
from statustext.domain.delivery import TERMINAL, DeliveryStatus
from statustext.domain.subscriber import Subscriber
from statustext.domain.thread import Thread
from statustext.errors import OutcomeUnknownError
from statustext.flows.delivering.telling import LIFE, Telling

LEASE = 90.0
"""Seconds after which a claim without an outcome belongs to a function that is dead. Longer than
the sender's time-out."""

DOUBT = 900.0
"""Seconds in which Twilio's list or a callback must show an unknown text, before one more try."""

GRACE = 300.0
"""Seconds more that an incident told along waits for the text it was told in."""

LOOK_AGAIN = 120.0
SOON = 2.0


@dataclass(frozen=True)
class Settled:
    """It is done; or to be asked again in `wait` seconds; or it may be `tried_again`.

    `went` says that Twilio has it, `untold` that the claim tells of a text that did not go, or is
    taken for one that did not; it is `in_doubt` where nothing tells how it ended.
    """

    wait: float = 0.0
    tried_again: bool = False
    went: bool = False
    untold: bool = False
    in_doubt: bool = False


DONE = Settled()
WENT = Settled(went=True)


def settle_older(subscriber: Subscriber, thread: Thread, telling: Telling) -> Settled:
    """The same of an older update of the incident, without which nobody knows what this person was
    told. `telling` is that of the newer one.

    Costs a read for somebody who was texted of the same incident. Its own messages may have had no
    chance to settle it, where a page was paused or AWS away for hours.
    """
    age = telling.tools.clock.now() - thread.at
    if age > LIFE or not thread.claimed:
        return DONE
    older = telling.board.telling(telling.update.incident, thread.seq)
    settled = settle(subscriber, thread, older)
    if settled.wait and age < LEASE:
        return Settled(wait=SOON)  # a function is about to send it
    return settled


def settle(subscriber: Subscriber, thread: Thread, telling: Telling) -> Settled:
    """Find out how a claimed delivery ended.

    Proven not accepted, or only held: it may be tried again at once. Unknown: a callback or
    Twilio's list tells; where neither does within fifteen minutes, one more try, and never a third.
    """
    tools, update = telling.tools, telling.update
    if thread.waits:
        return Settled(tried_again=True)
    text = thread.claimed
    if not text:
        return DONE  # only keeps older updates out
    now = tools.clock.now()
    known = get_delivery(tools.table, subscriber.page, update.incident, update.seq, subscriber.id)
    if known is None or known.attempt < thread.attempt:
        if now < thread.at + LEASE:
            return Settled(wait=thread.at + LEASE - now)
        telling.note(subscriber.id, thread.attempt, DeliveryStatus.UNKNOWN, "no outcome recorded")
    elif known.sid:
        return WENT
    elif known.status in TERMINAL:  # a later attempt's: it was given up, perhaps not yet here
        is_given_up = known.attempt > thread.attempt
        return Settled(tried_again=is_given_up, untold=is_given_up)
    elif known.status is DeliveryStatus.RELEASED:
        return Settled(tried_again=True, untold=True)
    try:
        found = tools.gateway.find(subscriber.phone, text.body, since=thread.at)
    except OutcomeUnknownError:  # an unread list proves nothing; what is too old is given up
        is_over = now > thread.at + DOUBT and telling.overtaken()
        return Settled(tried_again=True) if is_over else Settled(wait=LOOK_AGAIN)
    if found is not None:
        if text.carried_by:
            why = along(text.carried_by)
            telling.note(subscriber.id, thread.attempt, DeliveryStatus.SUPERSEDED, why)
        else:
            accepted = DeliveryStatus.ACCEPTED
            telling.note(subscriber.id, thread.attempt, accepted, "found", sid=found.sid)
        return WENT
    if now < thread.at + DOUBT:
        return Settled(wait=min(LOOK_AGAIN, thread.at + DOUBT - now))
    lead = subscriber.threads.get(text.carried_by)
    if lead and lead.claimed and lead.claimed.body == text.body and now < thread.at + DOUBT + GRACE:
        return Settled(wait=LOOK_AGAIN)  # the second try of that text takes this one along again
    if thread.doubts:  # given up, and taken for one that told nobody anything
        back = thread.give_up()
        failed = telling.row(subscriber.id, thread.attempt, DeliveryStatus.FAILED, "unknown twice")
        tools.table.both_or_each(take_back(subscriber, {update.incident: back}), failed)
        return Settled(untold=True)
    return Settled(tried_again=True, untold=True, in_doubt=True)


def along(lead: str) -> str:
    """Why there is no text of its own: it was told in that of another incident."""
    return f"told with {lead}"
