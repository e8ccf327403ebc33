"""Escalations: something that the team is to react to, and how far it has climbed."""

from dataclasses import dataclass
from enum import StrEnum

from statustext.domain.team.ladder import Step, due_at
from statustext.domain.team.routing import Level


class EscalationState(StrEnum):
    """RAISED climbs, and nothing else does. EXHAUSTED has no step left and no answer."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    EXHAUSTED = "exhausted"


UNANSWERED = (EscalationState.RAISED, EscalationState.EXHAUSTED)
"""What can be acknowledged."""


class CauseKind(StrEnum):
    """What is behind an escalation. STALE is an incident without news."""

    ALERT = "alert"
    DRAFT = "draft"
    INCIDENT = "incident"
    STALE = "stale"


@dataclass(frozen=True)
class Cause:
    """What an escalation is about; of one cause there is one open escalation."""

    kind: CauseKind
    id: str

    @property
    def key(self) -> str:
        return f"{self.kind}#{self.id}"

    @property
    def incident(self) -> str:
        """The incident that it goes with, or ""."""
        return self.id if self.kind in (CauseKind.INCIDENT, CauseKind.STALE) else ""


@dataclass(frozen=True)
class Escalation:
    """`steps` is its whole plan, made when it was raised; `step` is the number of the next one,
    from 0. `token` lets whoever was told acknowledge it by a link."""

    id: str
    page: str
    state: EscalationState
    level: Level
    title: str
    cause: Cause
    component_ids: tuple[str, ...]
    link: str
    steps: tuple[Step, ...]
    step: int
    raised_at: float
    state_at: float
    token: str
    by: str = ""

    @property
    def next_at(self) -> float | None:
        """When it climbs on, in seconds since 1970; None where it does not."""
        if self.state is not EscalationState.RAISED:
            return None
        return due_at(self.steps, self.step, self.raised_at)
