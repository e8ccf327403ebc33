"""What the protocol touches, and what is being told as it stands now."""

from collections.abc import Callable
from dataclasses import dataclass

from statustext.adapters.bucket import Bucket
from statustext.adapters.clock import Clock
from statustext.adapters.deliveries import get_delivery, record
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.incidents import get_incident, get_update
from statustext.adapters.pages import get_page
from statustext.adapters.queues import Queue
from statustext.adapters.sms_gateway import SmsGateway, Text
from statustext.adapters.twilio_signature import RETRY_OVERRIDE
from statustext.adapters.underway import RENEWED_AFTER, renew_underway
from statustext.domain.delivery import Delivery, DeliveryStatus, announcement_attempt
from statustext.domain.incident import FINAL_EVENTS, Incident, Update
from statustext.domain.page import Page, Sender, Senders
from statustext.domain.subscriber import Subscriber
from statustext.flows.delivering.circuits import Circuits
from statustext.flows.publishing.announcing import Announcement

FRESH_FOR = 1.0
"""Seconds that page and incidents, once read, are taken to be still so: how soon a newer update, a
recall or the kill switch takes effect on a batch at work."""

LIFE = 48 * 3600.0
"""Seconds after which an announcement is too old to be told. Until then it is as true as its
incident, which is looked at before every text: a sender that was stopped for a day by a cap, or a
page by its operator, has lost nothing."""

MAINTENANCE_LIFE = 6 * 3600.0
"""The same for what maintenance begins with, whose hour is in its text."""


@dataclass(frozen=True)
class Tools:
    """What the protocol touches. `senders` are the deployment's, `bucket_of` is a sender's
    throttle; `give_up_at` leaves time to put back what could not be sent."""

    table: Table
    gateway: SmsGateway
    senders: Senders
    bucket_of: Callable[[Sender], Bucket]
    circuits: Circuits
    queue: Queue
    clock: Clock
    give_up_at: float


class UnknownUpdateError(RuntimeError):
    """A batch for a page, an incident or an update that is not in the table: poison."""


class Board:
    """A page and its incidents as they stand, each read again when it is older than a second.

    Until `hour_is_used_until`, the page's hourly cap has room only for what may use its reserve.
    """

    def __init__(self, page: str, tools: Tools) -> None:
        self.hour_is_used_until = 0.0
        self._page_id = page
        self._tools = tools
        self._read_at: dict[str, float] = {}
        self._page: Page | None = None
        self._incidents: dict[str, Incident] = {}
        self._tellings: dict[tuple[str, int], Telling] = {}

    def page(self) -> Page:
        """The page. Raises UnknownUpdateError."""
        if self._is_stale(""):
            self._page = get_page(self._tools.table, self._page_id)
        if self._page is None:
            raise UnknownUpdateError(f"no page {self._page_id}")
        return self._page

    def incident(self, incident: str) -> Incident:
        """One of its incidents. Raises UnknownUpdateError."""
        if self._is_stale(incident):
            found = get_incident(self._tools.table, self._page_id, incident)
            if found is None:
                raise UnknownUpdateError(f"no incident {incident} on {self._page_id}")
            self._incidents[incident] = found
        return self._incidents[incident]

    def telling(self, incident: str, seq: int) -> "Telling":
        """One update of an incident, to be told. Raises UnknownUpdateError."""
        if (incident, seq) not in self._tellings:
            update = get_update(self._tools.table, self._page_id, incident, seq)
            if update is None:
                raise UnknownUpdateError(f"no update {incident}#{seq} on {self._page_id}")
            self._tellings[incident, seq] = Telling(self, update, self._tools)
        return self._tellings[incident, seq]

    def newest(self, incident: str) -> "Telling | None":
        """The update of an incident that is to be told now, if there is one."""
        seq = self.incident(incident).due_seq(self._tools.clock.now())
        return self.telling(incident, seq) if seq else None

    def _is_stale(self, what: str) -> bool:
        now = self._tools.clock.now()
        if 0 <= now - self._read_at.get(what, -FRESH_FOR) < FRESH_FOR:
            return False
        self._read_at[what] = now
        return True


class Telling:
    """One update being told: its incident as it stands now, its texts, its rows in the ledger."""

    def __init__(self, board: Board, update: Update, tools: Tools) -> None:
        self.board = board
        self.update = update
        self.tools = tools
        self.announcement = Announcement(update, tools.table)
        self._is_looked_after = False

    @property
    def page(self) -> Page:
        return self.board.page()

    def incident(self) -> Incident:
        """The incident as it stands."""
        return self.board.incident(self.update.incident)

    def text(self, subscriber: Subscriber, body: str, attempt: int, sender: str) -> Text:
        """The text of one attempt, with its id in the address that receipts go to."""
        name = announcement_attempt(self.update.incident, self.update.seq, subscriber.id, attempt)
        page = self.page
        return Text(
            sender=sender,
            to=subscriber.phone,
            body=body,
            status_callback=f"{page.public_url}/twilio/{page.id}/status/{name}{RETRY_OVERRIDE}",
            validity=self._validity(),
        )

    def _life(self) -> float:
        is_end = self.update.event in FINAL_EVENTS
        return MAINTENANCE_LIFE if self.incident().is_maintenance and not is_end else LIFE

    def _validity(self) -> float:
        """Seconds for which the update is still worth telling. What was held may be older."""
        left = self.update.tell_at + self._life() - self.tools.clock.now()
        return left if left > 0 else LIFE

    def overtaken(self, *, was_held: bool = False) -> tuple[DeliveryStatus, str] | None:
        """Why nobody should be told this update any more, if so.

        What `was_held` has waited for its time and not grown stale: it is told as things are now.
        """
        incident, update, now = self.incident(), self.update, self.tools.clock.now()
        if update.seq in incident.recalled:
            return DeliveryStatus.SUPPRESSED, incident.recalled[update.seq]
        if incident.due_seq(now) > update.seq:
            return DeliveryStatus.SUPERSEDED, "a newer update exists"
        is_end = update.event in FINAL_EVENTS
        if incident.is_over and not is_end:
            return DeliveryStatus.SUPERSEDED, "the incident is over"
        if is_end and not incident.is_over:
            return DeliveryStatus.SUPERSEDED, "the incident goes on"
        is_open = was_held and not incident.is_over
        if not is_open and now > update.tell_at + self._life():
            return DeliveryStatus.EXPIRED, "too old"
        return None

    def look_after(self) -> None:
        """Have the clock look for the ends of what goes late, as its looks have grown rare: once
        in a batch, and before the first text, so that none is without."""
        now = self.tools.clock.now()
        if not self._is_looked_after and now > self.update.tell_at + RENEWED_AFTER:
            self.tools.table.write_if(renew_underway(self.page.id, self.update, now))
            self._is_looked_after = True

    def last_attempt(self, one: str) -> int:
        """The number of the attempt at which the ledger stands; 1 before the first."""
        page, update = self.page.id, self.update
        known = get_delivery(self.tools.table, page, update.incident, update.seq, one)
        return known.attempt if known else 1

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
        self.tools.table.write_if(self.row(one, attempt, status, reason, sid=sid, count=count))

    def row(
        self,
        one: str,
        attempt: int,
        status: DeliveryStatus,
        reason: str = "",
        *,
        sid: str = "",
        count: int = 0,
    ) -> Write:
        """The write of the ledger's row."""
        delivery = Delivery(
            one, attempt, status, self.tools.clock.now(), sid=sid, reason=reason, segments=count
        )
        return record(self.page.id, self.update.incident, self.update.seq, delivery)
