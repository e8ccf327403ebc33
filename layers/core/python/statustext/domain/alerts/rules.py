"""A page's rules: which alert is about which components, how bad it is, and what becomes of it.

They are data of the page's, in an order; the first that fits an alert decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from statustext.domain.alerts.alert import Alert, Source
from statustext.domain.ids import key_hash
from statustext.domain.team.routing import Level, loudness


class Publish(StrEnum):
    """What becomes of an alert that a rule is for."""

    DRAFT = "draft"  # an incident that somebody must publish
    PUBLISH = "publish"  # an incident at once
    IGNORE = "ignore"  # it is kept, and nothing else


@dataclass(frozen=True)
class Rule:
    """One rule. It fits an alert of `source` (None for any) whose title and labels match patterns
    with `*` and `?`, in any case; every label that it names must be there.

    `components` (ids or keys) are what is broken then. `level` takes the place of the alert's own.
    `incident_name` and `body` are the words of the incident, in place of the alert's title and of
    none. All alerts that fit open one incident, or one for each value of the labels `group_by`. It
    is over when none of them has fired for `settle_seconds`.
    """

    name: str
    source: Source | None = None
    title: str = "*"
    labels: Mapping[str, str] = field(default_factory=dict)
    components: tuple[str, ...] = ()
    level: Level | None = None
    publish: Publish = Publish.DRAFT
    incident_name: str = ""
    body: str = ""
    group_by: tuple[str, ...] = ()
    settle_seconds: int = 300

    def fits(self, source: Source, alert: Alert) -> bool:
        return (
            self.source in (None, source)
            and _is_like(alert.title, self.title)
            and all(
                name in alert.labels and _is_like(alert.labels[name], pattern)
                for name, pattern in self.labels.items()
            )
        )


UNMATCHED = Rule("")
"""What holds for an alert that no rule fits: a draft of its own, if it is a warning or worse."""


@dataclass(frozen=True)
class Verdict:
    """What a page's rules make of an alert. `group` names the incident that it belongs to."""

    rule: Rule
    level: Level
    publish: Publish
    group: str

    def name_for(self, alert: Alert) -> str:
        """What the incident is called, on one line."""
        return " ".join((self.rule.incident_name or alert.title).split())


def judge(rules: Sequence[Rule], source: Source, alert: Alert) -> Verdict:
    """What becomes of an alert. The group of one that is resolved is that which it fired in."""
    rule = next((one for one in rules if one.fits(source, alert)), UNMATCHED)
    level = rule.level if rule.level and alert.is_firing else alert.level
    publish = rule.publish
    is_quiet = alert.is_firing and loudness(level) < loudness(Level.WARNING)
    if rule is UNMATCHED and is_quiet:
        publish = Publish.IGNORE
    parts = [f"{name}={alert.labels.get(name, '')}" for name in rule.group_by]
    if rule is UNMATCHED:
        parts = [source, alert.fingerprint]
    return Verdict(rule, level, publish, key_hash("|".join([rule.name, *parts]))[:16])


def _is_like(given: str, pattern: str) -> bool:
    return fnmatchcase(given.casefold(), pattern.casefold())
