"""Draft incidents: what alerts that belong together would publish, or have published.

One is opened by the first of them and over when none has fired for a while. What is to be done
about it is decided from what is stored, so that whoever comes first does it, the intake or the
clock, and doing it again changes nothing.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from statustext.domain.alerts.alert import Alert
from statustext.domain.alerts.rules import Publish, Verdict
from statustext.domain.component import ComponentStatus
from statustext.domain.incident import Impact
from statustext.domain.team.routing import Level, loudness

MUTED_FOR = 24 * 3600
"""Seconds after which alerts that go on open a new draft, where somebody discarded theirs or
resolved their incident: a source that never says that it is over would be silent for ever."""

MOST_FIRING = 500
"""Alerts of one draft that are counted; the row must stay small."""

IMPACT_OF = {
    Level.INFO: Impact.NONE,
    Level.GOOD: Impact.NONE,
    Level.WARNING: Impact.MINOR,
    Level.ERROR: Impact.MAJOR,
    Level.CRITICAL: Impact.CRITICAL,
}
LEVEL_OF = {
    Impact.NONE: Level.GOOD,
    Impact.MINOR: Level.WARNING,
    Impact.MAJOR: Level.ERROR,
    Impact.CRITICAL: Level.CRITICAL,
}
"""The loudest level that an impact says enough of."""

STATUS_OF = {
    Level.INFO: ComponentStatus.OPERATIONAL,
    Level.GOOD: ComponentStatus.OPERATIONAL,
    Level.WARNING: ComponentStatus.DEGRADED_PERFORMANCE,
    Level.ERROR: ComponentStatus.PARTIAL_OUTAGE,
    Level.CRITICAL: ComponentStatus.MAJOR_OUTAGE,
}
"""What components are shown as while an alert of this level fires."""


class DraftState(StrEnum):
    """What became of a draft."""

    WAITING = "waiting"  # for somebody who publishes or discards it
    PUBLISHING = "publishing"  # it is to become an incident
    PUBLISHED = "published"  # it is one
    RESOLVED = "resolved"  # it was one, and its alerts are over
    DISCARDED = "discarded"  # by somebody, or because its alerts were over first


OPEN = (DraftState.WAITING, DraftState.PUBLISHING, DraftState.PUBLISHED)


class Step(StrEnum):
    """What is to be done about a draft."""

    OPEN = "open"
    UPDATE = "update"
    RESOLVE = "resolve"
    DISCARD = "discard"


@dataclass(frozen=True)
class DraftIncident:
    """One draft. `number` counts those of its `group`, one after the other.

    `level` is the worst that any of its alerts had, `told` the one that its incident was last told
    of, and `raised` the one that the team was. `firing` are the ids of alerts that go on. With
    none, it is over at `settles_at` (seconds since the epoch). `by_rule` says that nobody is asked.
    `edition` counts the changes to the row.
    """

    page: str
    group: str
    number: int
    state: DraftState
    rule: str
    name: str
    body: str
    components: tuple[str, ...]
    level: Level
    by_rule: bool
    settle_seconds: int
    opened_at: float
    changed_at: float
    firing: frozenset[str] = frozenset()
    settles_at: float | None = None
    told: Level | None = None
    raised: Level | None = None
    incident: str | None = None
    edition: int = 0

    @property
    def id(self) -> str:
        return f"{self.group}-{self.number}"

    @property
    def impact(self) -> Impact:
        return IMPACT_OF[self.level]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_still(self, now: float, *, is_incident_over: bool) -> bool:
        """Whether what fires now belongs to it, and opens no other."""
        if self.is_open and not is_incident_over:
            return True
        return bool(self.firing) and now - self.changed_at < MUTED_FOR


def fires(before: DraftIncident, alert_id: str, level: Level, now: float) -> DraftIncident:
    """The draft with another alert that fires, of a level."""
    worse = max(before.level, level, key=loudness)
    firing = before.firing if len(before.firing) >= MOST_FIRING else before.firing | {alert_id}
    return replace(before, firing=firing, level=worse, settles_at=None, changed_at=now)


def opened(
    last: DraftIncident | None, page: str, alert_id: str, alert: Alert, verdict: Verdict, now: float
) -> DraftIncident:
    """A new draft of a group, of which the `last` one, if there was any, is over."""
    is_published = verdict.publish is Publish.PUBLISH
    return DraftIncident(
        page=page,
        group=verdict.group,
        number=last.number + 1 if last else 1,
        state=DraftState.PUBLISHING if is_published else DraftState.WAITING,
        rule=verdict.rule.name,
        name=verdict.name_for(alert),
        body=verdict.rule.body,
        components=verdict.rule.components,
        level=verdict.level,
        by_rule=is_published,
        settle_seconds=verdict.rule.settle_seconds,
        opened_at=now,
        changed_at=now,
        firing=frozenset({alert_id}),
        edition=last.edition if last else 0,
    )


def ends(before: DraftIncident, alert_id: str, now: float) -> DraftIncident:
    """The draft without an alert that is resolved; with the last one, its end comes nearer."""
    firing = before.firing - {alert_id}
    settles_at = now + before.settle_seconds if before.is_open and not firing else None
    return replace(before, firing=firing, settles_at=settles_at, changed_at=now)


def next_step(draft: DraftIncident, now: float) -> Step | None:
    """What is to be done about it at this moment."""
    is_settled = draft.settles_at is not None and now >= draft.settles_at
    match draft.state:
        case DraftState.WAITING if is_settled:
            return Step.DISCARD
        case DraftState.PUBLISHING:
            return Step.OPEN
        case DraftState.PUBLISHED if is_settled:
            return Step.RESOLVE
        case DraftState.PUBLISHED if draft.told and loudness(draft.level) > loudness(draft.told):
            return Step.UPDATE
    return None


def is_unraised(draft: DraftIncident) -> bool:
    """Whether the page's team has not been told how bad it is. A critical incident is raised by
    itself (flows/escalating/watching.py), so what a rule publishes as one is not raised twice."""
    is_raised_by_itself = draft.by_rule and draft.level is Level.CRITICAL
    is_news = draft.raised is None or loudness(draft.level) > loudness(draft.raised)
    return draft.is_open and is_news and not is_raised_by_itself


def due_at(draft: DraftIncident, now: float) -> float | None:
    """When something is to be done about it, as far as is known now."""
    return now if is_unraised(draft) or next_step(draft, now) else draft.settles_at
