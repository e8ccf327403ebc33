"""An alert, whatever source it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from statustext.domain.team.routing import Level


class Source(StrEnum):
    """Who sends it, as the address that it is posted to says."""

    ALERTMANAGER = "alertmanager"
    GRAFANA = "grafana"
    CLOUDWATCH = "cloudwatch"
    DATADOG = "datadog"
    PAGERDUTY = "pagerduty"
    UPTIME_KUMA = "uptime-kuma"
    STATUSPAGE = "statuspage"
    JSON = "json"


class AlertState(StrEnum):
    """Whether what it is about goes on."""

    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Alert:
    """One message about one thing that monitoring watches.

    `fingerprint` names that thing within its source, the same in every message about it.
    `starts_at` (seconds since the epoch) is when it began or, where a source tells that only, when
    this was said; None where it tells neither. Of two messages about the same thing the one with
    the later `starts_at` is the newer, and at the same moment the one that it is resolved.
    """

    fingerprint: str
    state: AlertState
    level: Level
    title: str
    description: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    link: str = ""
    starts_at: float | None = None

    @property
    def is_firing(self) -> bool:
        return self.state is AlertState.FIRING


@dataclass(frozen=True)
class NotUnderstood:
    """A body, or a part of one, that its source is not known to send; `reason` is one sentence."""

    reason: str


Reading = tuple[Alert | NotUnderstood, ...]
"""What a body says; nothing for a test message, or one about something else."""
