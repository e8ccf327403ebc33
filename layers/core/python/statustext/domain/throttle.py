"""The shared throttle: a generic cell rate algorithm (ITU-T I.371) in segments per second.

The state is one number, the theoretical arrival time (TAT): the moment at which the next segment
may leave. Reserving `n` segments moves it on by `n` intervals and yields the moments in between.
"""

from dataclasses import dataclass

MARGIN = 1.04
"""Intervals are this much longer than 1/rate, so that a request delayed by up to 40 ms on its way
does not put one segment too many into anybody's one-second window; 1/1.04 is 96 % of the rate."""


@dataclass(frozen=True)
class Reservation:
    """`segments` slots, the first at `start` (epoch seconds), one every `interval` seconds."""

    start: float
    segments: int
    interval: float

    @property
    def end(self) -> float:
        """The moment the next slot after these begins: the bucket's new TAT."""
        return self.start + self.segments * self.interval


def interval_of(rate: float) -> float:
    """Seconds between two segments at `rate` segments per second."""
    return MARGIN / rate


def reserve(
    tat: float, now: float, segments: int, at_least: int, rate: float, horizon: float
) -> Reservation | None:
    """Up to `segments` slots that begin within `horizon` seconds; None where there are none.

    `at_least` slots are given whenever the first of them begins in time, so that a text of several
    segments is never starved by single ones.
    """
    interval = interval_of(rate)
    start = max(tat, now)
    room = now + horizon - start
    if room < 0:
        return None
    fitting = max(at_least, min(segments, int(room / interval) + 1))
    return Reservation(start, fitting, interval)
