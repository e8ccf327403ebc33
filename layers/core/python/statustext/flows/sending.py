"""The send protocol: still wanted? room? claim, send, record. In this order, from `_deliver` on.

A claim is written before the text is sent, and a delivery that was claimed is never claimed again
unless Twilio is proven not to have accepted it. So a crash, a time-out or a message delivered
twice can cost a text, and never sends two.
"""

from collections import defaultdict
from dataclasses import dataclass

from statustext.adapters.claims import claim_announcement, take_back
from statustext.adapters.incidents import get_update
from statustext.adapters.pages import get_page
from statustext.adapters.subscribers import get_subscribers
from statustext.domain import segments
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.incident import FINAL_EVENTS
from statustext.domain.subscriber import State, Subscriber, Told, event_for
from statustext.errors import OutcomeUnknownError, RefusedError, SlowDownError
from statustext.flows.refusals import after_refusal
from statustext.flows.settling import LEASE, is_on_its_way, settle
from statustext.flows.telling import Telling, Tools, UnknownUpdateError, holds
from statustext.queue_messages import AnnouncementBatch

RACE_WAIT = 1.0


@dataclass(frozen=True)
class Outcome:
    """What became of one recipient: done, or to be put back for `wait` seconds.

    `stops_all` means that the rest of the batch had better wait as well, `is_overtaken` that
    somebody who was not told yet is to be told the newest update instead.
    """

    is_done: bool = True
    wait: float = 0.0
    stops_all: bool = False
    is_overtaken: bool = False


DONE = Outcome()
NO_ROOM = Outcome(is_done=False, wait=1.0, stops_all=True)
NO_TIME = Outcome(is_done=False, stops_all=True)
RACED = Outcome(is_done=False, wait=RACE_WAIT)
UNDERWAY = Outcome(is_done=False, wait=2.0)
OVERTAKEN = Outcome(is_overtaken=True)


def send_announcements(batch: AnnouncementBatch, tools: Tools) -> None:
    """Tell one update to a batch of recipients; what cannot be done now is put back.

    Putting back is sending the rest as new messages: it spends none of the queue's receives.
    """
    page = get_page(tools.table, batch.page)
    update = get_update(tools.table, batch.page, batch.incident, batch.seq)
    if page is None or update is None:
        raise UnknownUpdateError(f"no update {batch.incident}#{batch.seq} on {batch.page}")
    telling = Telling(page, update, tools)
    recipients = get_subscribers(tools.table, page.id, batch.subscribers, tools.clock.now())
    left: dict[float, list[str]] = defaultdict(list)
    overtaken: list[str] = []
    for number, one in enumerate(batch.subscribers):
        outcome = _deliver(one, recipients.get(one), telling, len(batch.subscribers) - number)
        if outcome.is_overtaken:
            overtaken.append(one)
        if outcome.stops_all:  # the next try begins with somebody else
            left[outcome.wait] += batch.subscribers[number + 1 :]
        if not outcome.is_done:
            left[outcome.wait].append(one)
        if outcome.stops_all:
            break
    for wait, some in left.items():
        again = {"subscribers": tuple(some), "tries": batch.tries + 1}
        tools.queue.send([batch.model_copy(update=again)], delay=wait)
    if overtaken:
        newest = {"subscribers": tuple(overtaken), "seq": telling.incident().announced_seq}
        tools.queue.send([batch.model_copy(update=newest)])


def _deliver(one: str, subscriber: Subscriber | None, telling: Telling, expected: int) -> Outcome:
    """The protocol for one recipient. `expected` recipients are still to come, it among them."""
    tools, update = telling.tools, telling.update
    if tools.clock.now() > tools.give_up_at:
        return NO_TIME
    # Claimed before? The queue delivers twice, and functions die.
    told = subscriber.told.get(update.incident) if subscriber else None
    attempt, doubts, refusals = 1, 0, 0
    if subscriber and told and told.seq == update.seq:
        settled = settle(subscriber, told, telling)
        if not settled.tried_again:
            return Outcome(is_done=not settled.wait, wait=settled.wait)
        attempt, refusals = told.attempt + 1, told.refusals
        doubts = told.doubts + settled.in_doubt
    # Still wanted?
    if subscriber is None or subscriber.state is not State.ACTIVE or subscriber.suppressed:
        telling.note(one, attempt, DeliveryStatus.SUPPRESSED, "unsubscribed")
        return DONE
    if told and told.seq > update.seq:
        telling.note(one, attempt, DeliveryStatus.SUPERSEDED, "told of a newer update")
        return DONE
    if overtaken := telling.overtaken():
        telling.note(one, attempt, *overtaken)
        return _instead(told, telling)
    if told and is_on_its_way(subscriber, told, telling):
        return UNDERWAY
    again = told.event if told and attempt > 1 and not told.released else ""
    event = again or event_for(subscriber, telling.incident(), update)
    if event is None:
        if update.event not in FINAL_EVENTS:
            return DONE
        # Keeps an opening still on its way from coming after.
        end = Told(update.seq, attempt, tools.clock.now(), "")
        return DONE if holds(tools.table, claim_announcement(subscriber, update, end)) else RACED
    # Room?
    size = segments.count(telling.announcement.text(event, telling.incident())).segments
    if not tools.bucket.find_room(size, size * expected, tools.give_up_at):
        return NO_ROOM
    if overtaken := telling.overtaken():
        telling.note(one, attempt, *overtaken)
        return _instead(told, telling)
    # Claim.
    claim = Told(update.seq, attempt, tools.clock.now(), event, doubts=doubts, refusals=refusals)
    if not holds(tools.table, claim_announcement(subscriber, update, claim)):
        return RACED  # changed since it was read: decide anew
    return _send(subscriber, claim, size, telling)


def _send(subscriber: Subscriber, claim: Told, size: int, telling: Telling) -> Outcome:
    """Send what was claimed when its slot comes, and record what Twilio said."""
    one, attempt, tools, update = subscriber.id, claim.attempt, telling.tools, telling.update
    if not tools.bucket.wait_for_slot(tools.give_up_at):
        back = take_back(subscriber, update, claim, again=True, refusals=claim.refusals)
        return NO_ROOM if holds(tools.table, back) else RACED
    try:
        accepted = tools.gateway.send(telling.text(subscriber, claim.event, attempt))
    except OutcomeUnknownError as error:
        telling.note(one, attempt, DeliveryStatus.UNKNOWN, str(error))
        return Outcome(is_done=False, wait=LEASE)
    except (RefusedError, SlowDownError) as error:
        after = after_refusal(error, subscriber, claim.refusals, tools.table, tools.clock.now())
        is_over = after.status is not DeliveryStatus.RELEASED
        refusals = claim.refusals + after.counts
        back = take_back(subscriber, update, claim, again=not is_over, refusals=refusals)
        holds(tools.table, back)
        telling.note(one, attempt, after.status, after.reason)
        return DONE if is_over else Outcome(False, after.wait, after.stops_all)
    telling.note(one, attempt, DeliveryStatus.ACCEPTED, sid=accepted.sid, count=size)
    return DONE


def _instead(told: Told | None, telling: Telling) -> Outcome:
    """For an overtaken update: the newest one's fan-out may have passed over somebody whose text
    was claimed then and refused since."""
    newer = telling.incident().announced_seq > telling.update.seq
    return OVERTAKEN if told and told.released and newer else DONE
