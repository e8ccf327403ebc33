"""What waits for its time: quiet hours, a person's PAUSE, the limits per person.

What is held is marked on the subscriber's row and looked at again when the time has come; it is
told then as things stand then, and what else waits for the same person goes with it in one text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from statustext.adapters.claims import claim
from statustext.adapters.holds import put_hold
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.incident import FINAL_EVENTS, Impact, Incident
from statustext.domain.pacing import next_allowed
from statustext.domain.page import Page
from statustext.domain.quiet_hours import quiet_until, zones_of
from statustext.domain.subscriber import Subscriber, event_for
from statustext.domain.templates import Event
from statustext.domain.thread import Thread
from statustext.flows.delivering.telling import Board, Telling

SHORT = 900.0
"""Seconds up to which the queue itself keeps what waits; beyond, a hold does."""

MOST_COMPANIONS = 20
"""Incidents told in another's text. The rest is a text of its own, as a claim is one write and
DynamoDB takes 4 KB of an expression."""


@dataclass(frozen=True)
class Noted:
    """Whether it was noted, and for how many seconds the queue is to keep it (0: a hold does)."""

    is_noted: bool
    wait: float


def rests_until(subscriber: Subscriber, incident: Incident, page: Page, now: float) -> float:
    """Until when this person is not to be texted about this incident; 0 for now."""
    rests = subscriber.paused_until if subscriber.paused_until > now else 0.0
    preferences = subscriber.preferences
    hours = preferences.quiet_hours or page.quiet_hours
    passes = incident.impact is Impact.CRITICAL and preferences.critical_always
    if not hours or hours == "off" or passes:
        return rests
    zones = (preferences.timezone,) if preferences.timezone else zones_of(subscriber.phone)
    return max(rests, quiet_until(now, hours, zones, page.timezone) or 0.0)


def paced_until(subscriber: Subscriber, thread: Thread | None, page: Page, now: float) -> float:
    """Until when the limits per person hold a text back; 0 for now."""
    return next_allowed(texted(subscriber, thread), now, page.recipient_limits) or 0.0


def texted(subscriber: Subscriber, thread: Thread | None) -> tuple[float, ...]:
    """When the last texts were claimed, without the one that was not accepted."""
    never_went = thread.at if thread and thread.is_not_accepted else None
    return tuple(at for at in subscriber.recent if at != never_went)


def hold(subscriber: Subscriber, telling: Telling, at_hand: Thread, until: float) -> Noted:
    """Mark on the subscriber's row that an update waits until a moment.

    The hold comes first: one that finds nothing to release is harmless.
    """
    tools, update = telling.tools, telling.update
    now = tools.clock.now()
    wait = until - now if until - now <= SHORT else 0.0
    if not wait:
        tools.table.write(put_hold(subscriber.page, subscriber.id, until))
    held = {update.incident: at_hand.hold(until)}
    supersede_held(subscriber, held, telling.board)
    if not tools.table.write_if(claim(subscriber, held)):
        return Noted(is_noted=False, wait=0.0)
    telling.note(subscriber.id, at_hand.attempt, DeliveryStatus.HELD, _reason(until, now))
    return Noted(is_noted=True, wait=wait)


def supersede_held(subscriber: Subscriber, claims: Mapping[str, Thread], board: Board) -> None:
    """The ledger of older updates that were held: newer ones are told in their place.

    Before the claim, as nobody would find them after it.
    """
    for incident, made in claims.items():
        before = subscriber.threads.get(incident)
        if before and before.is_held and before.seq < made.seq:
            older = board.telling(incident, before.seq)
            reason = "a newer update exists"
            older.note(subscriber.id, before.attempt, DeliveryStatus.SUPERSEDED, reason)


def _reason(until: float, now: float) -> str:
    return "limits per person" if until - now <= SHORT else "quiet"


def end_claim(
    subscriber: Subscriber,
    telling: Telling,
    at_hand: Thread,
    status: DeliveryStatus | None = None,
    reason: str = "",
) -> bool:
    """Nothing is told: keeps an opening still on its way from coming after, ends what was held.

    The ledger comes first, as nobody would look after the claim; a text that goes after all
    outranks it.
    """
    claims = {telling.update.incident: at_hand}
    supersede_held(subscriber, claims, telling.board)
    if status:
        telling.note(subscriber.id, at_hand.attempt, status, reason)
    return telling.tools.table.write_if(claim(subscriber, claims))


def recalled_while_waiting(subscriber: Subscriber, thread: Thread, telling: Telling) -> bool:
    """Whether a newer update waited for somebody not told of the incident yet, and was recalled:
    then the older one is for them again. Ends it in the ledger."""
    recalled = telling.incident().recalled.get(thread.seq)
    if recalled is None or thread.told_as:
        return False
    newer = telling.board.telling(telling.update.incident, thread.seq)
    newer.note(subscriber.id, thread.attempt, DeliveryStatus.SUPPRESSED, recalled)
    return True


def companions(
    subscriber: Subscriber, lead: str, board: Board, now: float, *, is_retry: bool
) -> dict[str, tuple[Thread, Event]]:
    """The other incidents that this person is told of in the same text as `lead`, and how: those
    that wait and need not wait any longer, and on a second try those that went with the first."""
    found: dict[str, tuple[Thread, Event]] = {}
    first = subscriber.threads[lead].at if is_retry else None
    for incident_id, thread in subscriber.threads.items():
        if len(found) == MOST_COMPANIONS:
            break
        text = thread.claimed
        went_along = text is not None and text.carried_by == lead and thread.at == first
        if incident_id == lead or not (thread.waits or went_along):
            continue
        telling = board.newest(incident_id)
        is_recalled = telling is not None and telling.update.seq < thread.seq
        if telling is None or is_recalled or telling.overtaken(was_held=True):
            continue  # decided in a text of its own
        incident, seq = telling.incident(), telling.update.seq
        as_known = thread.give_up() if went_along else thread
        someone = replace(subscriber, threads={**subscriber.threads, incident_id: as_known})
        event = event_for(someone, incident, telling.update) or overnight(thread, telling)
        if text and went_along and not event and not thread.muted:
            was_end, is_end = text.says in FINAL_EVENTS, telling.update.event in FINAL_EVENTS
            event = Event(text.says) if was_end >= is_end else None
        if event is None or rests_until(subscriber, incident, board.page(), now):
            continue
        at_hand = (
            as_known.try_again(now, in_doubt=went_along)
            if thread.seq == seq
            else as_known.turn_to(seq, now)
        )
        found[incident_id] = at_hand, event
    return found


def overnight(thread: Thread | None, telling: Telling) -> Event | None:
    """How the end of an incident is told to somebody for whom its opening was still held: as one
    line, or not at all, as the page chooses."""
    update = telling.update
    if thread is None or not thread.is_held or thread.muted or update.event not in FINAL_EVENTS:
        return None
    return update.event if telling.page.overnight == "line" else None
