"""The send protocol: still wanted? room? claim, send, record. In this order, in `_deliver`.

A claim is written before the text is sent, and a delivery that was claimed is never claimed again
unless Twilio is proven not to have accepted it. So a crash, a time-out or a message delivered
twice can cost a text, and never sends two.
"""

from dataclasses import dataclass

from statustext.adapters.incidents import get_update
from statustext.adapters.pages import get_page
from statustext.adapters.subscribers import claim_announcement, get_subscribers
from statustext.contracts import AnnouncementBatch
from statustext.domain import segments
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.incident import FINAL_EVENTS
from statustext.domain.subscriber import State, Subscriber, event_for
from statustext.errors import OutcomeUnknownError, RefusedError, SlowDownError
from statustext.flows.refusals import after_refusal
from statustext.flows.settling import LEASE, settle
from statustext.flows.telling import Telling, Tools, UnknownUpdateError, holds

RACE_WAIT = 1.0


@dataclass(frozen=True)
class Outcome:
    """What became of one recipient: done, or to be put back for `wait` seconds.

    `stops_all` means that the rest of the batch had better wait as well.
    """

    is_done: bool = True
    wait: float = 0.0
    stops_all: bool = False


DONE = Outcome()
NO_ROOM = Outcome(is_done=False, wait=1.0, stops_all=True)


def send_announcements(batch: AnnouncementBatch, tools: Tools) -> None:
    """Tell one update to a batch of recipients; what cannot be done now is put back.

    Putting back is sending the rest as a new message: it spends none of the queue's receives.
    """
    page = get_page(tools.table, batch.page)
    update = get_update(tools.table, batch.page, batch.incident, batch.seq)
    if page is None or update is None:
        raise UnknownUpdateError(f"no update {batch.incident}#{batch.seq} on {batch.page}")
    telling = Telling(page, update, tools)
    recipients = get_subscribers(tools.table, page.id, batch.subscribers, tools.clock.now())
    left: list[str] = []
    delay = 0.0
    for number, one in enumerate(batch.subscribers):
        outcome = _deliver(one, recipients.get(one), telling, len(batch.subscribers) - number)
        if outcome.is_done:
            continue
        delay = max(delay, outcome.wait)
        left.append(one)
        if outcome.stops_all:
            left += batch.subscribers[number + 1 :]
            break
    if left:
        put_back = {"subscribers": tuple(left), "tries": batch.tries + 1}
        tools.queue.send([batch.model_copy(update=put_back)], delay=delay)


def _deliver(one: str, subscriber: Subscriber | None, telling: Telling, expected: int) -> Outcome:
    """The protocol for one recipient. `expected` recipients are still to come, it among them."""
    tools, update = telling.tools, telling.update
    # Still wanted?
    if subscriber is None or subscriber.state is not State.ACTIVE or subscriber.suppressed:
        telling.note(one, 1, DeliveryStatus.SUPPRESSED, "unsubscribed")
        return DONE
    attempt = 1
    told = subscriber.told.get(update.incident)
    if told and told.seq > update.seq:
        telling.note(one, 1, DeliveryStatus.SUPERSEDED, "told of a newer update")
        return DONE
    if told and told.seq == update.seq:  # the queue delivers twice, and functions die
        settled = settle(subscriber, told, telling) if told.event else None
        if settled is None or not settled.tried_again:
            return Outcome(
                is_done=not (settled and settled.wait), wait=settled.wait if settled else 0
            )
        attempt = told.attempt + 1
    if overtaken := telling.overtaken():
        telling.note(one, attempt, *overtaken)
        return DONE
    event = (
        told.event if told and attempt > 1 else event_for(subscriber, telling.incident(), update)
    )
    if event is None:
        if update.event in FINAL_EVENTS:  # keeps an opening still on its way from coming after
            holds(tools.table, claim_announcement(subscriber, update, 1, tools.clock.now(), ""))
        return DONE
    # Room?
    size = segments.count(telling.announcement.text(event, telling.incident())).segments
    if not tools.bucket.wait_for_room(size, size * expected, tools.give_up_at):
        return NO_ROOM
    if overtaken := telling.overtaken():
        telling.note(one, attempt, *overtaken)
        return DONE
    # Claim.
    claim = claim_announcement(subscriber, update, attempt, tools.clock.now(), event)
    if not holds(tools.table, claim):
        return Outcome(is_done=False, wait=RACE_WAIT)  # changed since it was read: decide anew
    # Send, and record.
    text = telling.text(subscriber, event, attempt)
    try:
        accepted = tools.gateway.send(text)
    except OutcomeUnknownError as error:
        telling.note(one, attempt, DeliveryStatus.UNKNOWN, str(error))
        return Outcome(is_done=False, wait=LEASE)
    except (RefusedError, SlowDownError) as error:
        after = after_refusal(error, subscriber, attempt, tools.table, tools.clock.now())
        telling.note(one, attempt, after.status, after.reason)
        is_over = after.status is not DeliveryStatus.RELEASED
        return DONE if is_over else Outcome(False, after.wait, after.stops_all)
    telling.note(one, attempt, DeliveryStatus.ACCEPTED, sid=accepted.sid, count=size)
    return DONE
