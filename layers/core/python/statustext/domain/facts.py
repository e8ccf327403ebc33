"""The facts that a decision rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from statustext.domain.announcement import Announcement
from statustext.domain.evidence import NO_ATTEMPT, Evidence, Note, notes_of_carried
from statustext.domain.page import Page
from statustext.domain.quota import UsedUp
from statustext.domain.subscriber import Subscriber
from statustext.domain.thread import Thread


@dataclass(frozen=True)
class Facts:
    """All that a decision rests on, as it was read.

    `subscriber` is None for one who is not there any more. `evidence` is of the text that their
    thread says was claimed. `ledger_attempt` is the attempt at which the ledger stands for this
    update, where that matters: for one who left, and for an update older than the thread's.
    `used_up` is the page's quota that has no room for the text, if any. `is_carrier_down` says that
    the carrier of a text to them tells of an outage on its own status page.
    `others` are the newest updates of other incidents that may go along; `component_names` by id.
    """

    now: float
    page: Page
    subscriber: Subscriber | None
    announcement: Announcement
    evidence: Evidence = NO_ATTEMPT
    ledger_attempt: int = 1
    others: Mapping[str, Announcement] = field(default_factory=dict)
    component_names: Mapping[str, str] = field(default_factory=dict)
    used_up: UsedUp | None = None
    is_carrier_down: bool = False

    @property
    def thread(self) -> Thread | None:
        """This person's thread of the incident, as it is stored."""
        if self.subscriber is None:
            return None
        return self.subscriber.threads.get(self.announcement.incident.id)

    @property
    def notes_of_carried(self) -> tuple[Note, ...]:
        """The ledger of other incidents that were told in the claimed text of this one."""
        if self.subscriber is None:
            return ()
        return notes_of_carried(self.subscriber.threads, self.announcement.incident.id)
