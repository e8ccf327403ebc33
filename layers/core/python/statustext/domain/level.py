"""How loud a message to a page's own team is."""

from enum import StrEnum


class Level(StrEnum):
    """From the quietest to the loudest; `good` tells that something is over."""

    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


_BY_LOUDNESS = tuple(Level)


def loudness(level: Level) -> int:
    """Its place in the order, from 0."""
    return _BY_LOUDNESS.index(level)
