"""The send protocol: still wanted? now? room? claim, send, record. In this order, from `deliver`.

A claim is written before the text is sent, and a delivery that was claimed is never claimed again
unless Twilio is proven not to have accepted it. So a crash, a time-out or a message delivered
twice can cost a text, and never sends two.
"""

from dataclasses import replace

from statustext.adapters.claims import claim, take_back
from statustext.adapters.deliveries import ledger_key
from statustext.adapters.holds import put_hold
from statustext.adapters.sms_gateway import Text
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.incident import FINAL_EVENTS
from statustext.domain.pacing import remembered
from statustext.domain.subscriber import State, Subscriber, event_for
from statustext.domain.templates import Event
from statustext.domain.thread import Thread
from statustext.errors import OutcomeUnknownError, RefusedError, SlowDownError
from statustext.flows.delivering.attempts import Attempt, compose, note_companions
from statustext.flows.delivering.holding import (
    end_claim,
    hold,
    overnight,
    paced_until,
    recalled_while_waiting,
    rests_until,
    supersede_held,
    texted,
)
from statustext.flows.delivering.hourly_cap import spend_text, unspend_text
from statustext.flows.delivering.outcome import DONE, NO_ROOM, NO_TIME, PAUSED, RACED, Outcome
from statustext.flows.delivering.refusals import after_refusal
from statustext.flows.delivering.settling import DOUBT, LEASE
from statustext.flows.delivering.standing import end_overtaken, instead, stand
from statustext.flows.delivering.telling import Telling


def deliver(one: str, subscriber: Subscriber | None, telling: Telling, expected: int) -> Outcome:
    """The protocol for one recipient. `expected` recipients are still to come, it among them."""
    tools, update, board = telling.tools, telling.update, telling.board
    now = tools.clock.now()
    if now > tools.give_up_at:
        return NO_TIME
    if board.page().paused:
        return PAUSED
    standing = stand(one, subscriber, telling)
    if isinstance(standing, Outcome):
        return standing
    subscriber, thread, at_hand = standing.subscriber, standing.thread, standing.at_hand
    # Still wanted?
    if subscriber is None or subscriber.state is not State.ACTIVE or subscriber.suppressed:
        if subscriber:
            supersede_held(subscriber, {update.incident: at_hand}, board)
        is_away = subscriber is not None and subscriber.state is State.QUARANTINED
        reason = "quarantined" if is_away else "unsubscribed"
        row = telling.row(one, at_hand.attempt, DeliveryStatus.SUPPRESSED, reason)
        if subscriber and thread and standing.again_as:  # was in doubt, and told nothing
            back = {update.incident: thread}
            tools.table.both_or_each(take_back(subscriber, back), row)
        elif not tools.table.write_if(row):  # the ledger may stand at a later attempt
            telling.note(one, telling.last_attempt(one), DeliveryStatus.SUPPRESSED, reason)
        return DONE
    if thread and thread.seq > update.seq:
        if not recalled_while_waiting(subscriber, thread, telling):
            telling.note(one, at_hand.attempt, DeliveryStatus.SUPERSEDED, "told of a newer update")
            return instead(thread, telling) if thread.is_not_accepted else DONE
        at_hand = at_hand.try_again(now)
    incident, is_retry = telling.incident(), bool(standing.again_as)
    if overtaken := telling.overtaken(was_held=standing.was_held):
        return end_overtaken(subscriber, telling, at_hand, overtaken, is_retry=is_retry)
    # On a second try it is told as on the first, which may have come through.
    event = event_for(subscriber, incident, update)
    line = None if event else overnight(thread, telling)
    if event and is_retry:
        event = Event(standing.again_as)
    elif is_retry and standing.again_as in FINAL_EVENTS and not at_hand.muted:
        line = Event(standing.again_as)
    says = event or line
    if says is None:
        is_end = update.event in FINAL_EVENTS and not standing.waited
        why = "not told" if is_end else "not wanted any more"
        ended = end_claim(subscriber, telling, at_hand, DeliveryStatus.SUPPRESSED, why)
        return DONE if ended else RACED
    # Now?
    if rests := rests_until(subscriber, incident, board.page(), now):
        return _hold(subscriber, telling, at_hand, rests)
    attempt = compose(
        subscriber,
        telling,
        at_hand,
        says,
        is_summary=bool(line),
        is_retry=is_retry,
    )
    if attempt.was_just_sent():
        why = "recent_duplicate"
        ended = end_claim(subscriber, telling, at_hand, DeliveryStatus.SUPPRESSED, why)
        return DONE if ended else RACED
    if paced := paced_until(subscriber, thread, board.page(), now):
        return _hold(subscriber, telling, at_hand, paced)
    return _find_room(attempt, expected)


def _hold(subscriber: Subscriber, telling: Telling, at_hand: Thread, until: float) -> Outcome:
    held = hold(subscriber, telling, at_hand, until)
    return Outcome(is_done=not held.wait, wait=held.wait) if held.is_noted else RACED


def _find_room(attempt: Attempt, expected: int) -> Outcome:
    """Room? Of the sender, the account, the country, the page's hour; then decide once more."""
    telling, subscriber = attempt.telling, attempt.subscriber
    tools, board, page, sender = telling.tools, telling.board, telling.page, attempt.sender
    left = board.hour_is_used_until - tools.clock.now()
    if left > 0 and not attempt.is_privileged:
        return Outcome(is_done=False, wait=left)
    if wait := tools.circuits.wait_for(sender.id, subscriber.phone):
        return Outcome(is_done=False, wait=wait)
    telling.look_after()
    bucket = tools.bucket_of(sender)
    if not bucket.find_room(attempt.size, attempt.size * expected, tools.give_up_at):
        return NO_ROOM
    if telling.page.paused:
        return PAUSED
    before = attempt.before
    if overtaken := telling.overtaken(was_held=before is not None and before.is_held):
        at_hand = attempt.claim.give_up()
        return end_overtaken(subscriber, telling, at_hand, overtaken, is_retry=attempt.is_retry)
    if attempt.goes_along_too_late():
        return RACED
    now = tools.clock.now()
    if wait := spend_text(tools.table, page, now, is_privileged=attempt.is_privileged):
        board.hour_is_used_until = now + wait
        return Outcome(is_done=False, wait=wait, stops_all=attempt.is_privileged)
    return _claim(attempt)


def _claim(attempt: Attempt) -> Outcome:
    """Write ahead what is about to be sent; then send it when its slot comes."""
    telling, subscriber = attempt.telling, attempt.subscriber
    tools, page, now = telling.tools, telling.page, telling.tools.clock.now()
    claims = {incident: replace(one, at=now) for incident, one in attempt.claims.items()}
    attempt = replace(attempt, claims=claims)
    tiers = page.recipient_limits
    recent = remembered(texted(subscriber, attempt.before), now, tiers) if tiers else None
    supersede_held(subscriber, claims, telling.board)
    if len(claims) > 1:  # who goes along may have no message of its own
        tools.table.write(put_hold(page.id, subscriber.id, now + DOUBT))
    if not tools.table.write_if(claim(subscriber, claims, recent)):
        unspend_text(tools.table, page, now)
        return RACED  # changed since it was read: decide anew
    sender = attempt.sender
    text = telling.text(subscriber, attempt.body, attempt.claim.attempt, sender.id)
    # From here on to Twilio nothing may be read: a slot is a moment.
    if not tools.bucket_of(sender).wait_for_slot(tools.give_up_at):
        return NO_ROOM if tools.table.write_if(attempt.take_back(again=True)) else RACED
    return _send(attempt, text)


def _send(attempt: Attempt, text: Text) -> Outcome:
    """Send what was claimed, and record what Twilio said."""
    telling, subscriber, made = attempt.telling, attempt.subscriber, attempt.claim
    one, tools, sender = subscriber.id, telling.tools, text.sender
    ledger = ledger_key(subscriber.page, telling.update.incident, telling.update.seq, one)
    try:
        accepted = tools.gateway.send(text)
    except OutcomeUnknownError as error:
        telling.note(one, made.attempt, DeliveryStatus.UNKNOWN, str(error))
        return Outcome(is_done=False, wait=LEASE)
    except (RefusedError, SlowDownError) as error:
        now = tools.clock.now()
        own = tools.circuits.refused(error.code, sender, subscriber.phone, ledger)
        after = after_refusal(error, subscriber, made.refusals, tools.table, now, its_own=own)
        is_over = after.status is not DeliveryStatus.RELEASED
        back = attempt.take_back(again=not is_over, counts=after.counts)
        row = telling.row(one, made.attempt, after.status, after.reason)
        tools.table.both_or_each(back, row)
        return DONE if is_over else Outcome(False, after.wait, after.stops_all)
    telling.note(one, made.attempt, DeliveryStatus.ACCEPTED, sid=accepted.sid, count=attempt.size)
    tools.circuits.accepted(ledger)
    note_companions(attempt.claims, telling.update.incident, one, telling.board)
    return DONE
