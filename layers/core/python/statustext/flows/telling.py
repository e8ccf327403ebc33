"""One update being told: what the protocol touches, the incident as it stands, the ledger."""

from dataclasses import dataclass

from statustext.adapters.bucket import Bucket
from statustext.adapters.clock import Clock
from statustext.adapters.deliveries import record
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.incidents import get_incident
from statustext.adapters.queues import Queue
from statustext.adapters.sms_gateway import SmsGateway, Text
from statustext.adapters.twilio_signature import RETRY_OVERRIDE
from statustext.domain.delivery import Delivery, DeliveryStatus, announcement_attempt
from statustext.domain.incident import FINAL_EVENTS, Incident, Update
from statustext.domain.page import Page
from statustext.domain.subscriber import Subscriber
from statustext.errors import ConditionFailedError
from statustext.flows.announcing import Announcement

FRESH_FOR = 1.0
"""Seconds that the incident, once read, is taken to be still so while a batch is worked through."""

LIFE = dict.fromkeys(FINAL_EVENTS, 24 * 3600)
"""Seconds after which an announcement is too old to be told; six hours for all others."""

DEFAULT_LIFE = 6 * 3600


@dataclass(frozen=True)
class Tools:
    """What the protocol touches. `give_up_at` leaves time to put back what could not be sent."""

    table: Table
    gateway: SmsGateway
    bucket: Bucket
    queue: Queue
    clock: Clock
    give_up_at: float


class UnknownUpdateError(RuntimeError):
    """A batch for a page or an update that is not in the table: poison."""


class Telling:
    """The update being told, with its incident as it stands now."""

    def __init__(self, page: Page, update: Update, tools: Tools) -> None:
        self.page = page
        self.update = update
        self.tools = tools
        self.announcement = Announcement(page, update, tools.table)
        self._read_at = 0.0
        self._incident: Incident | None = None

    def incident(self) -> Incident:
        """The incident, read again when what is known is older than a second."""
        now = self.tools.clock.now()
        if self._incident is None or not 0 <= now - self._read_at < FRESH_FOR:
            self._incident = get_incident(self.tools.table, self.page.id, self.update.incident)
            self._read_at = now
        if self._incident is None:
            raise UnknownUpdateError(f"no incident {self.update.incident} on {self.page.id}")
        return self._incident

    def text(self, subscriber: Subscriber, event: str, attempt: int) -> Text:
        """The text of one attempt, with its id in the address that receipts go to."""
        name = announcement_attempt(self.update.incident, self.update.seq, subscriber.id, attempt)
        return Text(
            to=subscriber.phone,
            body=self.announcement.text(event, self.incident()),
            status_callback=f"{self.page.public_url}/twilio/{self.page.id}/status/{name}"
            + RETRY_OVERRIDE,
        )

    def overtaken(self) -> tuple[DeliveryStatus, str] | None:
        """Why nobody should be told this update any more, if so."""
        incident, update = self.incident(), self.update
        if incident.announced_seq > update.seq:
            return DeliveryStatus.SUPERSEDED, "a newer update exists"
        if incident.is_over and update.event not in FINAL_EVENTS:
            return DeliveryStatus.SUPERSEDED, "the incident is over"
        if self.tools.clock.now() > update.created_at + LIFE.get(update.event, DEFAULT_LIFE):
            return DeliveryStatus.EXPIRED, "too old"
        return None

    def note(
        self,
        one: str,
        attempt: int,
        status: DeliveryStatus,
        reason: str = "",
        *,
        sid: str = "",
        count: int = 0,
    ) -> None:
        """Write the ledger's row; a receipt that came before stays."""
        delivery = Delivery(
            one, attempt, status, self.tools.clock.now(), sid=sid, reason=reason, segments=count
        )
        write = record(self.page.id, self.update.incident, self.update.seq, delivery)
        holds(self.tools.table, write)


def holds(table: Table, write: Write) -> bool:
    """Whether a conditional write took place."""
    try:
        table.write(write)
    except ConditionFailedError:
        return False
    return True
