"""What else a person is told in the same text: other incidents that waited for them."""

from dataclasses import dataclass, replace

from statustext.domain.announcement import Announcement
from statustext.domain.facts import Facts
from statustext.domain.incident import FINAL_EVENTS
from statustext.domain.page import Page
from statustext.domain.resting import rests_until
from statustext.domain.subscriber import Subscriber, event_for
from statustext.domain.templates import Event
from statustext.domain.thread import Thread

MOST_COMPANIONS = 20
"""Incidents told in another's text. The rest is a text of its own, as a claim is one write and
DynamoDB takes 4 KB of an expression."""


@dataclass(frozen=True)
class Companion:
    """An incident told in the text of another one: its update at hand, and how it is told."""

    announcement: Announcement
    at_hand: Thread
    says: Event


def may_go_along(subscriber: Subscriber, carrier: str) -> list[str]:
    """Other incidents that wait for this person, or went with the last text of `carrier`."""
    return [
        incident
        for incident, thread in subscriber.threads.items()
        if incident != carrier and (thread.waits or _went_along(subscriber, incident, carrier))
    ]


def companions(person: Subscriber, facts: Facts, *, is_second_try: bool) -> list[Companion]:
    """The other incidents that go with a text about the one of `facts`: those that wait and need
    not wait any longer, and on a second try in doubt those that went with the first. `person` has
    the threads as they are known now."""
    carrier, page, now = facts.announcement.incident.id, facts.page, facts.now
    found: list[Companion] = []
    for incident in may_go_along(person, carrier):
        if len(found) == MOST_COMPANIONS:
            break
        thread, announcement = person.threads[incident], facts.others.get(incident)
        if not (thread.waits or is_second_try) or announcement is None:
            continue
        is_recalled = announcement.update.seq < thread.seq
        if is_recalled or announcement.overtaken(now, was_held=True):
            continue  # decided in a text of its own
        says = _says(person, announcement, page)
        if says is None or rests_until(person, announcement.incident, page, now):
            continue
        known = thread if thread.waits else thread.give_up()
        at_hand = (
            known.try_again(now, in_doubt=not thread.waits)
            if thread.seq == announcement.update.seq
            else known.turn_to(announcement.update.seq, now)
        )
        found.append(Companion(announcement, at_hand, says))
    return found


def _went_along(subscriber: Subscriber, incident: str, carrier: str) -> bool:
    text, own = subscriber.threads[incident].claimed, subscriber.threads.get(carrier)
    is_carried = text is not None and text.carried_by == carrier
    return is_carried and own is not None and subscriber.threads[incident].at == own.at


def _says(subscriber: Subscriber, announcement: Announcement, page: Page) -> Event | None:
    """How it is told. On a second try it is told as on the first, which may have come through."""
    incident = announcement.incident
    thread = subscriber.threads[incident.id]
    text = thread.claimed
    known = thread.give_up() if text else thread
    someone = replace(subscriber, threads={**subscriber.threads, incident.id: known})
    says = event_for(someone, incident, announcement.update) or overnight(
        thread, announcement, page
    )
    if says or thread.muted or text is None:
        return says
    was_end = text.says in FINAL_EVENTS
    return Event(text.says) if was_end >= announcement.is_end else None


def overnight(thread: Thread | None, announcement: Announcement, page: Page) -> Event | None:
    """How the end of an incident is told to somebody for whom its opening was still held: as one
    line, or not at all, as the page chooses."""
    if thread is None or not thread.is_held or thread.muted or not announcement.is_end:
        return None
    return announcement.update.event if page.overnight == "line" else None
