"""What delivering works with: its dependencies, and a page and its incidents as they stand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from statustext.adapters.channel import Channel, Listing
from statustext.adapters.clock import Clock
from statustext.adapters.components import list_components
from statustext.adapters.dynamodb import Table
from statustext.adapters.incidents import find_told_incident, get_update
from statustext.adapters.lanes import Lanes
from statustext.adapters.pages import get_page
from statustext.adapters.queues import Queue
from statustext.adapters.secret_store import Secrets
from statustext.domain.announcement import Announcement
from statustext.domain.carrier import Account
from statustext.domain.incident import Incident, Update
from statustext.domain.mode import Mode
from statustext.domain.page import Page, Sender, Senders
from statustext.flows.delivering.circuits import Circuits
from statustext.flows.delivering.quotas import Quotas
from statustext.flows.delivering.slots import Slots

READ_AGAIN_AFTER = 1.0
"""Seconds that a page and its incidents, once read, are taken to be still so: how soon a newer
update, a recall or the kill switch takes effect on a batch at work."""


@dataclass(frozen=True)
class Deps:
    """What delivering depends on. `senders` are the deployment's; an account, theirs or the page's,
    has a channel and, if it can be asked, a listing. `slots_of` are one sender's slots, `quotas_of`
    one page's quotas, `lanes` all texts that are under way, `queue` where they come from, `secrets`
    has the keys of codes and tokens; `give_up_at` leaves time to put back what could not be sent.
    Whose address is called goes on by the `web_queue`; None in the function that calls."""

    table: Table
    channel_of: Callable[[Page, Account], Channel | None]
    listing_of: Callable[[Page, Account], Listing | None]
    senders: Senders
    slots_of: Callable[[Sender], Slots]
    quotas_of: Callable[[str], Quotas]
    lanes: Lanes
    circuits: Circuits
    queue: Queue
    clock: Clock
    secrets: Secrets
    give_up_at: float
    web_queue: Queue | None = None


class UnknownUpdateError(RuntimeError):
    """A batch for a page, an incident or an update that is not in the table: poison."""


class PageView:
    """A page and its incidents as they stand, each read again when it is older than a second."""

    def __init__(self, page_id: str, deps: Deps) -> None:
        self.page_id = page_id
        self._deps = deps
        self._read_at: dict[str, float] = {}
        self._page: Page | None = None
        self._incidents: dict[str, Incident] = {}
        self._updates: dict[tuple[str, int], Update] = {}
        self._component_names: dict[str, str] | None = None

    def page(self) -> Page:
        """The page. Raises UnknownUpdateError."""
        now = self._deps.clock.now()
        if self._page is None or not self._is_fresh("", now):
            self._page = get_page(self._deps.table, self.page_id)
            self._read_at[""] = now  # only once it was read: what failed is read again
        if self._page is None:
            raise UnknownUpdateError(f"no page {self.page_id}")
        return self._page

    def incident(self, incident_id: str) -> Incident:
        """One of its incidents. Raises UnknownUpdateError."""
        now = self._deps.clock.now()
        if incident_id not in self._incidents or not self._is_fresh(incident_id, now):
            found = find_told_incident(self._deps.table, self.page_id, incident_id)
            if found is None:
                raise UnknownUpdateError(f"no incident {incident_id} on {self.page_id}")
            self._incidents[incident_id] = found
            self._read_at[incident_id] = now
        return self._incidents[incident_id]

    def update(self, incident_id: str, seq: int) -> Update:
        """One update, which never changes. Raises UnknownUpdateError."""
        if (incident_id, seq) not in self._updates:
            found = get_update(self._deps.table, self.page_id, incident_id, seq)
            if found is None:
                raise UnknownUpdateError(f"no update {incident_id}#{seq} on {self.page_id}")
            self._updates[incident_id, seq] = found
        return self._updates[incident_id, seq]

    def announcement(self, update: Update) -> Announcement:
        """An update with its incident as it stands. Raises UnknownUpdateError."""
        return Announcement(self.incident(update.incident), update)

    def newest(self, incident_id: str) -> Announcement | None:
        """The update of an incident that is to be told now, if there is one."""
        incident = self.incident(incident_id)
        seq = incident.due_seq(self._deps.clock.now())
        return Announcement(incident, self.update(incident_id, seq)) if seq else None

    def component_names(self, mode: Mode = Mode.SMS) -> Mapping[str, str]:
        """Names of components by id; for texts none where no template of the page names them."""
        templates = self.page().templates.values()
        if mode is Mode.SMS and not any("service" in template for template in templates):
            return {}
        if self._component_names is None:
            found = list_components(self._deps.table, self.page_id)
            self._component_names = {one.id: one.name for one in found}
        return self._component_names

    def _is_fresh(self, what: str, now: float) -> bool:
        return 0 <= now - self._read_at.get(what, -READ_AGAIN_AFTER) < READ_AGAIN_AFTER
