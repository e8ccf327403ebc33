"""One text about to be claimed: what it says, of which incidents, and how it is taken back."""

from collections.abc import Mapping
from dataclasses import dataclass

from statustext.adapters.claims import take_back
from statustext.adapters.dynamodb import Write
from statustext.domain import segments
from statustext.domain.delivery import DeliveryStatus, fingerprint
from statustext.domain.incident import FINAL_EVENTS, Impact
from statustext.domain.page import Sender
from statustext.domain.subscriber import Subscriber
from statustext.domain.templates import Event
from statustext.domain.thread import Thread
from statustext.flows.delivering.holding import companions
from statustext.flows.delivering.hourly_cap import unspend_text
from statustext.flows.delivering.settling import along
from statustext.flows.delivering.telling import Board, Telling
from statustext.flows.publishing.announcing import summary

SAME_TEXT = 60.0
"""Seconds in which the same text is not sent to the same number again."""


@dataclass(frozen=True)
class Attempt:
    """`claims` are by incident: the one that the text is about, and those told along with it."""

    telling: Telling
    subscriber: Subscriber
    claims: Mapping[str, Thread]
    body: str
    size: int
    is_retry: bool  # of a text that may have come through, and is taken for one that did not

    @property
    def claim(self) -> Thread:
        """The claim of the incident that the text is about."""
        return self.claims[self.telling.update.incident]

    @property
    def before(self) -> Thread | None:
        """What was claimed of that incident before."""
        return self.subscriber.threads.get(self.telling.update.incident)

    @property
    def sender(self) -> Sender:
        """Who texts this number."""
        telling = self.telling
        return telling.page.sender_for(self.subscriber.phone, telling.tools.senders)

    @property
    def is_privileged(self) -> bool:
        """Whether it may use the reserve of the page's hourly cap."""
        event, impact = self.claim.told_as, self.telling.incident().impact
        opens_critical = event == Event.CREATED and impact is Impact.CRITICAL
        return event in FINAL_EVENTS or opens_critical

    def was_just_sent(self) -> bool:
        """Whether the same words went to the same number within the last minute."""
        made, incident = self.claim, self.telling.update.incident
        return any(
            text.body == fingerprint(self.body)
            and made.at - other.at < SAME_TEXT
            and (one != incident or other.seq < made.seq)
            for one, other in self.subscriber.threads.items()
            if (text := other.claimed) and not text.carried_by
        )

    def goes_along_too_late(self) -> bool:
        """Whether something that is told along was overtaken or recalled since it was composed."""
        telling = self.telling
        return any(
            telling.board.telling(incident, made.seq).overtaken(was_held=True)
            for incident, made in self.claims.items()
            if made.claimed and made.claimed.carried_by
        )

    def take_back(self, *, again: bool, counts: bool = False) -> Write:
        """The text certainly did not go: who was told of what is again as before, and what waited
        waits. `again` lets it be tried once more. The condition fails where somebody changed the
        claim meanwhile."""
        telling, lead = self.telling, self.telling.update.incident
        unspend_text(telling.tools.table, telling.page, self.claim.at)
        before = self.subscriber.threads
        refused = {
            incident: made.refuse(
                before.get(incident), again=again, counts=counts and incident == lead
            )
            for incident, made in self.claims.items()
        }
        return take_back(self.subscriber, refused)


def compose(
    subscriber: Subscriber,
    telling: Telling,
    at_hand: Thread,
    says: Event,
    *,
    is_summary: bool,
    is_retry: bool,
) -> Attempt:
    """The text as it reads now, with everything else that this person waits for."""
    board, incident = telling.board, telling.incident()
    now = telling.tools.clock.now()
    others = companions(subscriber, incident.id, board, now, is_retry=is_retry)
    if others or is_summary:
        body = summary([incident, *map(board.incident, others)], board.page())
    else:
        body = telling.announcement.text(says, incident, board.page())
    made = {incident.id: at_hand.claim(says, fingerprint(body), now)}
    for one, (thread, event) in others.items():
        made[one] = thread.claim(event, fingerprint(body), now, carried_by=incident.id)
    return Attempt(telling, subscriber, made, body, segments.count(body).segments, is_retry)


def note_companions(threads: Mapping[str, Thread], lead: str, one: str, board: Board) -> None:
    """The ledger of what was told in another incident's text, which Twilio has."""
    own = threads[lead].claimed
    for incident, made in threads.items():
        text = made.claimed
        if own and text and text.carried_by == lead and text.body == own.body:
            telling = board.telling(incident, made.seq)
            telling.note(one, made.attempt, DeliveryStatus.SUPERSEDED, along(lead))
