"""What keeps the team from being reached has a metric of its own, and one alarm with the rest."""

from statustext.observability import count


def count_not_reached(metric: str) -> None:
    """Count it by itself and among all, which the alarm watches."""
    count(metric)
    count("TeamNotReached")
