"""The send protocol: still wanted? now? room? claim, send, record. In this order, from `_deliver`.

A claim is written before the text is sent, and a delivery that was claimed is never claimed again
unless Twilio is proven not to have accepted it. So a crash, a time-out or a message delivered
twice can cost a text, and never sends two.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from statustext.adapters.claims import claim
from statustext.adapters.deliveries import ledger_key
from statustext.adapters.sms_gateway import Text
from statustext.adapters.subscribers import get_subscriber, get_subscribers
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.incident import FINAL_EVENTS
from statustext.domain.pacing import remembered
from statustext.domain.subscriber import (
    State,
    Subscriber,
    Told,
    event_for,
)
from statustext.errors import OutcomeUnknownError, RacedError, RefusedError, SlowDownError
from statustext.flows.attempts import Attempt, compose, note_companions
from statustext.flows.holding import (
    end_claim,
    hold,
    overnight,
    paced_until,
    recalled_while_waiting,
    rests_until,
    supersede_held,
    texted,
)
from statustext.flows.hourly_cap import spend_text, unspend_text
from statustext.flows.outcome import (
    DONE,
    NO_ROOM,
    NO_TIME,
    OVERTAKEN,
    PAUSED,
    RACED,
    Outcome,
)
from statustext.flows.refusals import after_refusal
from statustext.flows.settling import LEASE, RECENT, settle, settle_older
from statustext.flows.telling import Board, Telling, Tools, both_or_each, holds
from statustext.queue_messages import AnnouncementBatch, HeldBatch

Todo = Sequence[tuple[str, Callable[[], Subscriber | None], Telling]]
"""A recipient, as they stand when their turn comes, and what they are to be told."""


def send_announcements(batch: AnnouncementBatch, tools: Tools) -> None:
    """Tell one update to a batch of recipients; what cannot be done now is put back."""
    telling = Board(batch.page, tools).telling(batch.incident, batch.seq)
    found = get_subscribers(tools.table, batch.page, batch.subscribers, tools.clock.now())
    todo = [(one, partial(found.get, one), telling) for one in batch.subscribers]
    _work_through(todo, batch, tools)


def send_held(batch: HeldBatch, tools: Tools) -> None:
    """Tell a batch of people what was held for them, each in one text.

    The latest is told, with all others that wait; each of those then finds that it was told, or,
    where the latest was not wanted any more, takes its place. What must wait longer (the hold may
    be RESUME's, or of a pause that was taken back) is held again.
    """
    board, now = Board(batch.page, tools), tools.clock.now()
    todo: list[tuple[str, Callable[[], Subscriber | None], Telling]] = []
    for one in get_subscribers(tools.table, batch.page, batch.subscribers, now).values():
        by_age = sorted(one.told.items(), key=lambda item: -item[1].claimed_at)
        held = [incident for incident, told in by_age if told.held]
        news = [newest for incident in held if (newest := board.newest(incident))]
        news += [  # claimed by a function that may have died before it sent it or put it back
            board.telling(incident, told.seq)
            for incident, told in by_age
            if told.claimed_at > now - RECENT and not told.held
        ]
        read = partial(get_subscriber, tools.table, batch.page, one.id, now)
        todo += [(one.id, read, telling) for telling in news]
    _work_through(todo, batch, tools)


def _work_through(todo: Todo, batch: AnnouncementBatch | HeldBatch, tools: Tools) -> None:
    """Deliver to each; put back what is left.

    Putting back is sending the rest as new messages: it spends none of the queue's receives.
    """
    left: dict[tuple[float, str, int], list[str]] = defaultdict(list)
    for number, (one, read, telling) in enumerate(todo):
        incident, seq = telling.update.incident, telling.update.seq
        try:
            outcome = _deliver(one, read(), telling, len(todo) - number)
        except RacedError:
            outcome = RACED
        if outcome.is_overtaken:
            left[0.0, incident, telling.incident().due_seq(tools.clock.now())].append(one)
        if outcome.stops_all:  # the next try begins with somebody else
            for other, _, later in todo[number + 1 :]:
                left[outcome.wait, later.update.incident, later.update.seq].append(other)
        if not outcome.is_done:
            left[outcome.wait, incident, seq].append(one)
        if outcome.stops_all:
            break
    for (wait, incident, seq), some in left.items():
        again = AnnouncementBatch(
            page=batch.page,
            incident=incident,
            seq=seq,
            subscribers=tuple(some),
            tries=batch.tries + 1,
        )
        tools.queue.send([again], delay=wait)


def _deliver(one: str, subscriber: Subscriber | None, telling: Telling, expected: int) -> Outcome:
    """The protocol for one recipient. `expected` recipients are still to come, it among them."""
    tools, update, board = telling.tools, telling.update, telling.board
    now = tools.clock.now()
    if now > tools.give_up_at:
        return NO_TIME
    if board.page().paused:
        return PAUSED
    # Claimed before? The queue delivers twice, and functions die.
    told = subscriber.told.get(update.incident) if subscriber else None
    mark = Told(update.seq, 1, now, told.event if told else "", muted=bool(told and told.muted))
    again_as = ""
    if subscriber and told and told.seq <= update.seq:
        is_same = told.seq == update.seq
        settled = (settle if is_same else settle_older)(subscriber, told, telling)
        if settled.wait:
            return Outcome(is_done=False, wait=settled.wait)
        if is_same and not settled.tried_again:
            if settled.went:
                note_companions(subscriber.told, update.incident, one, board)
            return DONE if told.body else _instead(told, telling, is_retry=True)
        if settled.untold:
            again_as = told.event if is_same and settled.in_doubt else ""
            told = replace(told, event=told.before)
            subscriber = replace(subscriber, told={**subscriber.told, update.incident: told})
            mark = replace(mark, event=told.event)
        if is_same:
            doubts = told.doubts + settled.in_doubt
            mark = replace(mark, attempt=told.attempt + 1, doubts=doubts, refusals=told.refusals)
    if told and told.seq > update.seq:  # its row may stand at a later attempt, which is over too
        mark = replace(mark, attempt=telling.last_attempt(one))
    # Still wanted?
    if subscriber is None or subscriber.state is not State.ACTIVE or subscriber.suppressed:
        if subscriber:
            supersede_held(subscriber, {update.incident: mark}, board)
        is_away = subscriber is not None and subscriber.state is State.QUARANTINED
        reason = "quarantined" if is_away else "unsubscribed"
        telling.note(one, mark.attempt, DeliveryStatus.SUPPRESSED, reason)
        return DONE
    if told and told.seq > update.seq:
        if not recalled_while_waiting(subscriber, told, telling):
            telling.note(one, mark.attempt, DeliveryStatus.SUPERSEDED, "told of a newer update")
            return _instead(told, telling) if told.released else DONE
        mark = replace(mark, attempt=mark.attempt + 1)
    incident, waited = telling.incident(), told is not None and (told.held or told.released)
    was_held = told is not None and told.held
    if overtaken := telling.overtaken(was_held=was_held):
        return _end_overtaken(subscriber, telling, mark, overtaken, is_retry=bool(again_as))
    # On a second try it is told as on the first, which may have come through.
    event = again_as or event_for(subscriber, incident, update)
    line = None if event else overnight(told, telling)
    if event is None and line is None:
        why = "not wanted any more" if waited or update.event not in FINAL_EVENTS else "not told"
        ended = end_claim(subscriber, telling, mark, DeliveryStatus.SUPPRESSED, why)
        return DONE if ended else RACED
    # Now?
    if rests := rests_until(subscriber, incident, board.page(), now):
        return _hold(subscriber, telling, mark, rests)
    attempt = compose(
        subscriber,
        telling,
        replace(mark, event=event or line or "", before=mark.event),
        is_summary=bool(line),
        is_retry=bool(again_as),
    )
    if attempt.was_just_sent():
        why = "recent_duplicate"
        ended = end_claim(subscriber, telling, mark, DeliveryStatus.SUPPRESSED, why)
        return DONE if ended else RACED
    if paced := paced_until(subscriber, told, board.page(), now):
        return _hold(subscriber, telling, mark, paced)
    return _find_room(attempt, expected)


def _hold(subscriber: Subscriber, telling: Telling, mark: Told, until: float) -> Outcome:
    held = hold(subscriber, telling, replace(mark, until=until), until)
    return Outcome(is_done=not held.wait, wait=held.wait) if held.is_noted else RACED


def _find_room(attempt: Attempt, expected: int) -> Outcome:
    """Room? Of the sender, the account, the country, the page's hour; then decide once more."""
    telling, subscriber = attempt.telling, attempt.subscriber
    tools, page, sender = telling.tools, telling.page, attempt.sender
    if wait := tools.circuits.wait_for(sender.id, subscriber.phone):
        return Outcome(is_done=False, wait=wait)
    bucket = tools.bucket_of(sender)
    if not bucket.find_room(attempt.size, attempt.size * expected, tools.give_up_at):
        return NO_ROOM
    if telling.page.paused:
        return PAUSED
    before = attempt.before
    if overtaken := telling.overtaken(was_held=before is not None and before.held):
        mark = replace(attempt.told, event=attempt.told.before, body="")
        return _end_overtaken(subscriber, telling, mark, overtaken, is_retry=attempt.is_retry)
    now = tools.clock.now()
    if wait := spend_text(tools.table, page, now, is_privileged=attempt.is_privileged):
        return Outcome(is_done=False, wait=wait, stops_all=True)
    return _claim(attempt)


def _claim(attempt: Attempt) -> Outcome:
    """Write ahead what is about to be sent; then send it when its slot comes."""
    telling, subscriber = attempt.telling, attempt.subscriber
    tools, page, now = telling.tools, telling.page, telling.tools.clock.now()
    claims = {incident: replace(one, claimed_at=now) for incident, one in attempt.claims.items()}
    attempt = replace(attempt, claims=claims)
    tiers = page.recipient_limits
    recent = remembered(texted(subscriber, attempt.before), now, tiers) if tiers else None
    supersede_held(subscriber, claims, telling.board)
    if not holds(tools.table, claim(subscriber, claims, recent)):
        unspend_text(tools.table, page, now)
        return RACED  # changed since it was read: decide anew
    sender = attempt.sender
    text = telling.text(subscriber, attempt.body, attempt.told.attempt, sender.id)
    # From here on to Twilio nothing may be read: a slot is a moment.
    if not tools.bucket_of(sender).wait_for_slot(tools.give_up_at):
        return NO_ROOM if holds(tools.table, attempt.take_back(again=True)) else RACED
    return _send(attempt, text)


def _send(attempt: Attempt, text: Text) -> Outcome:
    """Send what was claimed, and record what Twilio said."""
    telling, subscriber, told = attempt.telling, attempt.subscriber, attempt.told
    one, tools, sender = subscriber.id, telling.tools, text.sender
    ledger = ledger_key(subscriber.page, telling.update.incident, telling.update.seq, one)
    try:
        accepted = tools.gateway.send(text)
    except OutcomeUnknownError as error:
        telling.note(one, told.attempt, DeliveryStatus.UNKNOWN, str(error))
        return Outcome(is_done=False, wait=LEASE)
    except (RefusedError, SlowDownError) as error:
        now = tools.clock.now()
        own = tools.circuits.refused(error.code, sender, subscriber.phone, ledger)
        after = after_refusal(error, subscriber, told.refusals, tools.table, now, its_own=own)
        is_over = after.status is not DeliveryStatus.RELEASED
        back = attempt.take_back(again=not is_over, refusals=told.refusals + after.counts)
        row = telling.row(one, told.attempt, after.status, after.reason)
        both_or_each(tools.table, back, row)
        return DONE if is_over else Outcome(False, after.wait, after.stops_all)
    telling.note(one, told.attempt, DeliveryStatus.ACCEPTED, sid=accepted.sid, count=attempt.size)
    tools.circuits.accepted(ledger)
    note_companions(attempt.claims, telling.update.incident, one, telling.board)
    return DONE


def _end_overtaken(
    subscriber: Subscriber,
    telling: Telling,
    mark: Told,
    why: tuple[DeliveryStatus, str],
    *,
    is_retry: bool,
) -> Outcome:
    """Nobody is told this update any more: the ledger, and what waited or was in doubt."""
    told = subscriber.told.get(telling.update.incident)
    if told is None or not (told.held or is_retry):
        telling.note(subscriber.id, mark.attempt, *why)
    elif not end_claim(subscriber, telling, mark, *why):
        return RACED
    return _instead(told, telling, is_retry=is_retry)


def _instead(told: Told | None, telling: Telling, *, is_retry: bool = False) -> Outcome:
    """For an overtaken update: the newest one's fan-out may have passed over somebody whose text
    was held, or claimed then and refused since, or lost."""
    newer = telling.incident().due_seq(telling.tools.clock.now()) > telling.update.seq
    return OVERTAKEN if told and (told.released or told.held or is_retry) and newer else DONE
