"""A subscriber, what they want to hear, and whether one update is for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from statustext.domain.failing import Failing
from statustext.domain.incident import FINAL_EVENTS, Impact, Incident, Update
from statustext.domain.language import Language
from statustext.domain.mode import Mode
from statustext.domain.templates import Event
from statustext.domain.thread import Thread


class State(StrEnum):
    """Where a subscription stands."""

    UNCONFIRMED = "unconfirmed"
    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"
    QUARANTINED = "quarantined"


DEACTIVATED = "deactivated"
"""Why a number is in quarantine that its carrier gave up: it may be somebody else's soon. Only who
has it now brings it back, by YES or START, or by signing up anew."""

ALL_IMPACTS = tuple(Impact)


@dataclass(frozen=True)
class Preferences:
    """Which announcements a subscriber wants. Empty `services` means every component.

    `all_resolutions` asks for the end of incidents whose beginning was not told. `quiet_hours` is
    "22:00-07:00", "off", or empty for the page's; `timezone` an IANA name, or empty for those of
    the number; `critical_always` lets what is critical pass them; `language` None is the page's.
    `incidents` narrows all of it to these; empty means every incident.
    """

    severity_filter: tuple[Impact, ...] = ALL_IMPACTS
    services: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    new_incidents: bool = True
    updates: bool = False
    resolutions: bool = True
    maintenance: bool = False
    all_resolutions: bool = False
    quiet_hours: str = ""
    timezone: str = ""
    critical_always: bool = True
    language: Language | None = None


PRESETS: Mapping[str, Preferences] = {
    "all": Preferences(updates=True, maintenance=True),
    "critical_only": Preferences(severity_filter=(Impact.CRITICAL,)),
}


def usual_preferences(mode: Mode) -> Preferences:
    """What somebody hears who chose nothing: by a mode that is free, updates as well."""
    return Preferences(updates=mode.is_free)


@dataclass(frozen=True)
class Subscriber:
    """One address on one page: of the mode sms a number, in `phone`, of any other what `address`
    says. Both are empty once a person was erased.

    `suppressed` outlives every state: a number that said STOP is not texted, whoever asks.
    """

    id: str
    page: str
    phone: str
    state: State
    created_at: float
    preferences: Preferences = Preferences()
    verified_at: float | None = None
    suppressed: str | None = None
    quarantined_at: float | None = None  # when it was last found that nobody is reached there
    quarantined_for: str = ""  # a carrier's error code, or DEACTIVATED
    expires_at: float | None = None
    token_epoch: int = 0
    threads: Mapping[str, Thread] = field(default_factory=dict)  # by incident
    paused_until: float = 0.0  # asked for by PAUSE
    recent: tuple[float, ...] = ()  # when the last texts were claimed, oldest first
    wishes: int = 0  # goes up whenever preferences or pause change
    said: Mapping[str, float] = field(default_factory=dict)
    """When the last texts were claimed, by their fingerprints (domain/delivery.py)."""
    mode: Mode = Mode.SMS
    address: str = field(default="", repr=False)
    failing: Failing | None = None
    secret_version: int = 0  # of a webhook; goes up whenever its secret is rotated
    secret_rotated_at: float = 0.0

    @property
    def reached_at(self) -> str:
        """The number or address; empty once a person was erased."""
        return self.phone if self.mode is Mode.SMS else self.address

    @property
    def is_deactivated(self) -> bool:
        """Whether its carrier gave the number up, and nobody confirmed it since."""
        return self.state is State.QUARANTINED and self.quarantined_for == DEACTIVATED

    @property
    def is_textable(self) -> bool:
        """Whether announcements may be sent to this number or address."""
        return self.state is State.ACTIVE and not self.suppressed


def concerns(preferences: Preferences, incident: Incident) -> bool:
    """Whether the incident, its impact and components are among those asked for."""
    if preferences.incidents and incident.id not in preferences.incidents:
        return False
    if not incident.is_maintenance and incident.impact not in preferences.severity_filter:
        return False
    if not preferences.services:
        return True
    if not incident.component_ids:
        return not incident.for_all_services
    return bool(set(preferences.services) & set(incident.component_ids))


def event_for(subscriber: Subscriber, incident: Incident, update: Update) -> Event | None:
    """How this update is told to this subscriber; None where it is not for them.

    Somebody not told of an incident yet hears any of its updates as its opening: the opening may
    have been overtaken in the queue, the impact raised since, the person new, or the incident open
    again after its end was told. "Resolved" is for
    those who were told (DESIGN §3, promise 5), or asked for all resolutions.
    """
    preferences = subscriber.preferences
    thread = subscriber.threads.get(incident.id)
    told_as = thread.told_as if thread else ""
    was_told = bool(told_as) and told_as not in FINAL_EVENTS
    if thread and thread.muted:
        return None
    if update.event in FINAL_EVENTS:
        is_maintenance = update.event is Event.MAINTENANCE_COMPLETED
        wanted = preferences.maintenance if is_maintenance else preferences.resolutions
        has_end = told_as in FINAL_EVENTS
        is_again = thread is not None and has_end and thread.seq > incident.reopened_seq
        to_all = preferences.all_resolutions and concerns(preferences, incident) and not is_again
        return update.event if wanted and (was_told or to_all) else None
    if not concerns(preferences, incident):
        return None
    if incident.is_maintenance:
        return update.event if preferences.maintenance else None
    if was_told:
        return Event.UPDATED if preferences.updates else None
    if incident.is_over:
        return None
    return Event.CREATED if preferences.new_incidents else None
