"""One text about to be claimed: what it says, of which incidents, and how it is taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from statustext.adapters.claims import take_back
from statustext.adapters.dynamodb import Write
from statustext.domain import segments
from statustext.domain.delivery import DeliveryStatus, fingerprint
from statustext.domain.incident import FINAL_EVENTS, Impact
from statustext.domain.page import Sender
from statustext.domain.subscriber import Subscriber, Told
from statustext.domain.templates import Event
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
    claims: Mapping[str, Told]
    body: str
    size: int
    is_retry: bool  # of a text that may have come through, and is taken for one that did not

    @property
    def told(self) -> Told:
        """The claim of the incident that the text is about."""
        return self.claims[self.telling.update.incident]

    @property
    def before(self) -> Told | None:
        """What was claimed of that incident before."""
        return self.subscriber.told.get(self.telling.update.incident)

    @property
    def sender(self) -> Sender:
        """Who texts this number."""
        telling = self.telling
        return telling.page.sender_for(self.subscriber.phone, telling.tools.senders)

    @property
    def is_privileged(self) -> bool:
        """Whether it may use the reserve of the page's hourly cap."""
        event, impact = self.told.event, self.telling.incident().impact
        opens_critical = event == Event.CREATED and impact is Impact.CRITICAL
        return event in FINAL_EVENTS or opens_critical

    def was_just_sent(self) -> bool:
        """Whether the same words went to the same number within the last minute."""
        told, incident = self.told, self.telling.update.incident
        return any(
            other.body == told.body
            and other.event
            and told.claimed_at - other.claimed_at < SAME_TEXT
            and (one != incident or other.seq < told.seq)
            for one, other in self.subscriber.told.items()
            if not (other.released or other.held or other.lead)
        )

    def goes_along_too_late(self) -> bool:
        """Whether something that is told along was overtaken or recalled since it was composed."""
        telling = self.telling
        return any(
            telling.board.telling(incident, made.seq).overtaken(was_held=True)
            for incident, made in self.claims.items()
            if made.lead
        )

    def take_back(self, *, again: bool, refusals: int | None = None) -> Write:
        """The text certainly did not go: who was told of what is again as before, and what waited
        waits. `again` lets it be tried once more. The condition fails where somebody changed the
        claim meanwhile."""
        telling, lead = self.telling, self.telling.update.incident
        unspend_text(telling.tools.table, telling.page, self.told.claimed_at)
        claims = {}
        for incident, made in self.claims.items():
            before = self.subscriber.told.get(incident)
            claims[incident] = replace(
                made,
                event=made.before,
                body="",
                lead="",
                until=before.until if before and (made.lead or again) else 0.0,
                released=bool(before and not before.held) if made.lead else again,
            )
        if refusals is not None:
            claims[lead] = replace(claims[lead], refusals=refusals)
        return take_back(self.subscriber, claims)


def compose(
    subscriber: Subscriber, telling: Telling, mark: Told, *, is_summary: bool, is_retry: bool
) -> Attempt:
    """The text as it reads now, with everything else that this person waits for."""
    board, incident = telling.board, telling.incident()
    now = telling.tools.clock.now()
    others = companions(subscriber, incident.id, board, now, is_retry=is_retry)
    if others or is_summary:
        body = summary([incident, *map(board.incident, others)], board.page())
    else:
        body = telling.announcement.text(mark.event, incident, board.page())
    claims = {
        one: replace(made, body=fingerprint(body))
        for one, made in {incident.id: mark, **others}.items()
    }
    return Attempt(telling, subscriber, claims, body, segments.count(body).segments, is_retry)


def note_companions(claims: Mapping[str, Told], lead: str, one: str, board: Board) -> None:
    """The ledger of what was told in another incident's text, which Twilio has."""
    for incident, made in claims.items():
        if made.lead == lead and made.body == claims[lead].body:
            telling = board.telling(incident, made.seq)
            telling.note(one, made.attempt, DeliveryStatus.SUPERSEDED, along(lead))
