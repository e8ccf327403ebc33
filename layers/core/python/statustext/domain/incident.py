"""Incidents and maintenances, and the updates they are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from statustext.domain.templates import Event


class Impact(StrEnum):
    """How bad it is; Statuspage's words."""

    NONE = "none"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"
    MAINTENANCE = "maintenance"


class Status(StrEnum):
    """Where an incident, or a maintenance, stands; Statuspage's words."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    POSTMORTEM = "postmortem"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    VERIFYING = "verifying"
    COMPLETED = "completed"

    @property
    def in_words(self) -> str:
        """As a sentence begins with it: "In progress"."""
        return self.value.replace("_", " ").capitalize()


MAINTENANCE = frozenset({Status.SCHEDULED, Status.IN_PROGRESS, Status.VERIFYING, Status.COMPLETED})
OVER = frozenset({Status.RESOLVED, Status.POSTMORTEM, Status.COMPLETED})
UNDER_WAY = frozenset({Status.IN_PROGRESS, Status.VERIFYING})
FINAL_EVENTS = frozenset({Event.RESOLVED, Event.MAINTENANCE_COMPLETED})


_BY_WEIGHT = (Impact.NONE, Impact.MINOR, Impact.MAJOR, Impact.CRITICAL)


@dataclass(frozen=True)
class Progress:
    """How far an update has got. `found` and `queued` are upper bounds, as tasks may be repeated.

    `cursors` say by shard behind whom to go on, `beats` when that was noted, and `resumed` how
    often the clock has taken it up again since a task was last heard of.
    """

    shards_done: tuple[int, ...] = ()
    found: int = 0
    queued: int = 0
    cursors: Mapping[int, str] = field(default_factory=dict)
    beats: Mapping[int, float] = field(default_factory=dict)
    resumed: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Update:
    """One step of an incident. `seq` counts from 1; `deliver` says whether people are told.

    `id` is 12 characters [a-z0-9]. `display_at` is the moment that readers are shown for it.
    """

    incident: str
    seq: int
    status: Status
    event: Event
    body: str
    deliver: bool
    created_at: float
    affected: tuple[Mapping[str, str], ...] = ()  # code, name, old_status, new_status
    progress: Progress = Progress()
    tell_at: float = 0.0  # when the wait for a next update is over
    id: str = ""
    updated_at: float = 0.0
    display_at: float = 0.0

    @property
    def is_shown(self) -> bool:
        """Whether the page has it; a reminder is for the people only."""
        return self.event is not Event.MAINTENANCE_REMINDER


@dataclass(frozen=True)
class Schedule:
    """When a maintenance is planned, in seconds since the epoch, and what the clock does about it.

    The clock reminds people before it (`remind_prior`, done at `reminded_at`), starts it at
    `scheduled_for` and completes it at `scheduled_until` (`auto_in_progress`, `auto_completed`).
    Its components go under maintenance as it starts and become operational as it completes
    (`to_maintenance_state`, `to_operational_state`), by hand too. `deliver_at_start` and
    `deliver_at_end` say whether people are told of what the clock does. Its times were last set at
    `planned_at`.
    """

    scheduled_for: float
    scheduled_until: float
    remind_prior: bool = False
    reminded_at: float | None = None
    auto_in_progress: bool = False
    auto_completed: bool = False
    to_maintenance_state: bool = False
    to_operational_state: bool = False
    deliver_at_start: bool = False
    deliver_at_end: bool = False
    planned_at: float = 0.0

    def is_moved(self, before: "Schedule | None") -> bool:
        """Whether its times are others than before, where there were any."""
        if before is None:
            return False
        return (self.scheduled_for, self.scheduled_until) != (
            before.scheduled_for,
            before.scheduled_until,
        )


@dataclass(frozen=True)
class Postmortem:
    """What was learnt: the draft, and what was published of it (empty until then)."""

    draft: str
    draft_at: float
    body: str = ""
    body_at: float | None = None
    published_at: float | None = None
    notify_subscribers: bool = False


@dataclass(frozen=True)
class Reach:
    """Whom any edition of an incident may have been for: each impact and component that it ever
    had, whether it ever named no component, and whether it ever was a maintenance."""

    impacts: frozenset[Impact] = frozenset()
    component_ids: frozenset[str] = frozenset()
    named_none: bool = False
    was_maintenance: bool = False

    def widened(self, incident: "Incident") -> "Reach":
        """With whom an incident is for as it stands."""
        return Reach(
            self.impacts | {incident.impact},
            self.component_ids | set(incident.component_ids),
            self.named_none or not incident.component_ids,
            self.was_maintenance or incident.is_maintenance,
        )


@dataclass(frozen=True)
class Incident:
    """An incident or a maintenance.

    `announced_seq` is the newest update that people are told, `tell_at` from when on, and
    `due_before` the one that they are told until then. `recalled` are updates that an operator, or
    a carrier's filter, stopped. `reopened_seq` is the last update with which it went on after its
    end. `edition` counts the changes to the row. A maintenance has a `schedule`. A `backfilled`
    incident was entered after it was over: nobody is ever told of it. `reach` is of the editions
    that were written. While it names no component it is for everybody, or `for_all_services` only
    for those who follow all of them.
    """

    id: str
    page: str
    name: str
    status: Status
    impact: Impact
    component_ids: tuple[str, ...]
    newest_seq: int
    announced_seq: int
    created_at: float
    updated_at: float
    started_at: float = 0.0
    impact_override: Impact | None = None
    monitoring_at: float | None = None
    resolved_at: float | None = None
    schedule: Schedule | None = None
    postmortem: Postmortem | None = None
    backfilled: bool = False
    external_id: str | None = None
    metadata: Mapping[str, object] = field(default_factory=dict)
    tell_at: float = 0.0
    due_before: int = 0
    recalled: Mapping[int, str] = field(default_factory=dict)  # why, by update
    reopened_seq: int = 0
    edition: int = 0
    reach: Reach = Reach()
    for_all_services: bool = False

    def due_seq(self, now: float) -> int:
        """The newest update that is to be told at this moment; 0 for none."""
        return self.announced_seq if now >= self.tell_at else self.due_before

    @property
    def is_maintenance(self) -> bool:
        """Whatever its impact is, unless an operator set that; and also after its postmortem. An
        incident of components that are under maintenance is none."""
        planned = self.schedule is not None or self.status in MAINTENANCE
        return planned or self.impact_override is Impact.MAINTENANCE

    @property
    def is_over(self) -> bool:
        return self.status in OVER


def weight(impact: Impact) -> int:
    """How bad it is; 0 for a maintenance too."""
    return _BY_WEIGHT.index(impact) if impact in _BY_WEIGHT else 0


def is_worse(impact: Impact, before: Impact) -> bool:
    """Whether an incident has a heavier impact than it had."""
    return weight(impact) > weight(before)


def event_of(
    status: Status, seq: int, before: Status | None = None, *, moved: bool = False
) -> Event:
    """Which announcement an update is: of this status, after `before` if known; `moved` where a
    maintenance has other times from now on."""
    if status is Status.COMPLETED or (status in OVER and before in MAINTENANCE):
        return Event.MAINTENANCE_COMPLETED
    if status in OVER:
        return Event.RESOLVED
    if status in UNDER_WAY and before not in UNDER_WAY:
        return Event.MAINTENANCE_STARTED
    if status in MAINTENANCE and moved:
        return Event.MAINTENANCE_RESCHEDULED
    if status in MAINTENANCE:
        return Event.MAINTENANCE_SCHEDULED if seq == 1 else Event.MAINTENANCE_UPDATED
    return Event.CREATED if seq == 1 else Event.UPDATED
