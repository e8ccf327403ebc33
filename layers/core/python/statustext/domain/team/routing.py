"""Which level reaches the team by which channel: a table that the operator may change."""

from collections.abc import Mapping
from enum import StrEnum


class Level(StrEnum):
    """How much something matters to the team."""

    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


def loudness(level: Level) -> int:
    """Its place from the quietest to the loudest, from 0."""
    return list(Level).index(level)


class Channel(StrEnum):
    """How the team is reached. The log is the deployment's own."""

    LOG = "log"
    SLACK = "slack"
    EMAIL = "email"
    SMS = "sms"


Policy = Mapping[Level, tuple[Channel, ...]]

_QUIET = (Channel.LOG, Channel.SLACK)
DEFAULT_POLICY: Policy = {
    Level.INFO: _QUIET,
    Level.GOOD: _QUIET,
    Level.WARNING: _QUIET,
    Level.ERROR: (*_QUIET, Channel.EMAIL),
    Level.CRITICAL: (*_QUIET, Channel.EMAIL, Channel.SMS),
}

WHY_SMS_IS_RESTRICTED = (
    "A text wakes people, costs money and has a carrier's limits: a phone that rings for what can"
    " wait is soon muted, and then it is silent for what cannot. So only what is critical is"
    " texted, to whoever is on call, five times an hour at most."
)


def route(level: Level, policy: Policy = DEFAULT_POLICY) -> tuple[Channel, ...]:
    """The channels by which a level reaches the team, the quietest first. A policy that does not
    name the level leaves it as it is by default."""
    chosen = policy.get(level, DEFAULT_POLICY[level])
    return tuple(channel for channel in Channel if channel in chosen)


def in_words(policy: Policy) -> list[str]:
    """A policy as sentences, one for each level."""
    return [f"{level}: {_joined(route(level, policy))}" for level in Level]


_WORDS = {
    Channel.LOG: "the log",
    Channel.SLACK: "Slack",
    Channel.EMAIL: "e-mail",
    Channel.SMS: "SMS to the on-call phone",
}


def _joined(channels: tuple[Channel, ...]) -> str:
    words = [_WORDS[channel] for channel in channels]
    if not words:
        return "nobody"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
