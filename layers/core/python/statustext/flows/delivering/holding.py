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
from statustext.domain.subscriber import Subscriber, Told, event_for
from statustext.domain.templates import Event
from statustext.flows.delivering.telling import Board, Telling

SHORT = 900.0
"""Seconds up to which the queue itself keeps what waits; beyond, a hold does."""

MOST_COMPANIONS = 20
"""Incidents told in another's text. The rest is a text of its own, as a claim is one write and
DynamoDB takes 4 KB of an expression."""


@dataclass(frozen=True)
class Held:
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


def paced_until(subscriber: Subscriber, told: Told | None, page: Page, now: float) -> float:
    """Until when the limits per person hold a text back; 0 for now."""
    return next_allowed(texted(subscriber, told), now, page.recipient_limits) or 0.0


def texted(subscriber: Subscriber, told: Told | None) -> tuple[float, ...]:
    """When the last texts were claimed, without the one that `told` took back."""
    never_went = told.claimed_at if told and told.released else None
    return tuple(at for at in subscriber.recent if at != never_went)


def hold(subscriber: Subscriber, telling: Telling, mark: Told, until: float) -> Held:
    """Mark on the subscriber's row that an update waits until a moment.

    The hold comes first: one that finds nothing to release is harmless.
    """
    tools, update = telling.tools, telling.update
    now = tools.clock.now()
    wait = until - now if until - now <= SHORT else 0.0
    if not wait:
        tools.table.write(put_hold(subscriber.page, subscriber.id, until))
    supersede_held(subscriber, {update.incident: mark}, telling.board)
    if not tools.table.write_if(claim(subscriber, {update.incident: mark})):
        return Held(is_noted=False, wait=0.0)
    telling.note(subscriber.id, mark.attempt, DeliveryStatus.HELD, _reason(until, now))
    return Held(is_noted=True, wait=wait)


def supersede_held(subscriber: Subscriber, claims: Mapping[str, Told], board: Board) -> None:
    """The ledger of older updates that were held: newer ones are told in their place.

    Before the claim, as nobody would find them after it.
    """
    for incident, made in claims.items():
        before = subscriber.told.get(incident)
        if before and before.held and before.seq < made.seq:
            older = board.telling(incident, before.seq)
            reason = "a newer update exists"
            older.note(subscriber.id, before.attempt, DeliveryStatus.SUPERSEDED, reason)


def _reason(until: float, now: float) -> str:
    return "limits per person" if until - now <= SHORT else "quiet"


def end_claim(
    subscriber: Subscriber,
    telling: Telling,
    mark: Told,
    status: DeliveryStatus | None = None,
    reason: str = "",
) -> bool:
    """Nothing is told: keeps an opening still on its way from coming after, ends what was held.

    The ledger comes first, as nobody would look after the claim; a text that goes after all
    outranks it.
    """
    claims = {telling.update.incident: mark}
    supersede_held(subscriber, claims, telling.board)
    if status:
        telling.note(subscriber.id, mark.attempt, status, reason)
    return telling.tools.table.write_if(claim(subscriber, claims))


def recalled_while_waiting(subscriber: Subscriber, told: Told, telling: Telling) -> bool:
    """Whether a newer update waited for somebody not told of the incident yet, and was recalled:
    then the older one is for them again. Ends it in the ledger."""
    recalled = telling.incident().recalled.get(told.seq)
    if recalled is None or told.event or told.body:
        return False
    newer = telling.board.telling(telling.update.incident, told.seq)
    newer.note(subscriber.id, told.attempt, DeliveryStatus.SUPPRESSED, recalled)
    return True


def companions(
    subscriber: Subscriber, lead: str, board: Board, now: float, *, is_retry: bool
) -> dict[str, Told]:
    """Claims of the other incidents that this person is told of in the same text as `lead`: those
    that wait and need not wait any longer, and on a second try those that went with the first."""
    found: dict[str, Told] = {}
    first = subscriber.told[lead].claimed_at if is_retry else None
    for incident_id, told in subscriber.told.items():
        if len(found) == MOST_COMPANIONS:
            break
        went_along = told.lead == lead and told.claimed_at == first
        if incident_id == lead or not (told.held or told.released or went_along):
            continue
        telling = board.newest(incident_id)
        is_recalled = telling is not None and telling.update.seq < told.seq
        if telling is None or is_recalled or telling.overtaken(was_held=True):
            continue  # decided in a text of its own
        incident = telling.incident()
        as_known = replace(told, event=told.before) if went_along else told
        someone = replace(subscriber, told={**subscriber.told, incident_id: as_known})
        event = event_for(someone, incident, telling.update) or overnight(told, telling)
        was_end, is_end = told.event in FINAL_EVENTS, telling.update.event in FINAL_EVENTS
        is_again = went_along and told.event and not told.muted and was_end >= is_end
        event = event or (Event(told.event) if is_again else None)
        if event is None or rests_until(subscriber, incident, board.page(), now):
            continue
        is_again, seq = told.seq == telling.update.seq, telling.update.seq
        found[incident_id] = Told(
            seq,
            told.attempt + 1 if is_again else 1,
            now,
            event,
            doubts=told.doubts + went_along if is_again else 0,
            refusals=told.refusals if is_again else 0,
            lead=lead,
            muted=told.muted,
            before=told.before if went_along else told.event,
        )
    return found


def overnight(told: Told | None, telling: Telling) -> Event | None:
    """How the end of an incident is told to somebody for whom its opening was still held: as one
    line, or not at all, as the page chooses."""
    update = telling.update
    if told is None or not told.held or told.muted or update.event not in FINAL_EVENTS:
        return None
    return update.event if telling.page.overnight == "line" else None
