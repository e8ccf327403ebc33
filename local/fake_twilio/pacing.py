"""When a message is sent and what becomes of it; and how fast messages were accepted."""

import random
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .faults import FinalStatus
from .messages import Step

VALIDITY_EXPIRED = 30036
_DEFAULT_CODES = {"undelivered": 30003, "failed": 30008}


@dataclass(frozen=True)
class Pace:
    """Seconds from a message's turn to each receipt; `jitter` adds up to so many to each gap."""

    sending: float = 0.1
    sent: float = 0.3
    delivered: float = 1.0
    jitter: float = 0.0


class Accepted(NamedTuple):
    """The truth about one accepted request: when, what, and its price in segments."""

    at: float
    sid: str
    to: str
    sender: str
    segments: int


def plan_steps(
    first: Step,
    turn: float,
    expires: float,
    pace: Pace,
    rng: random.Random,
    end: FinalStatus | None,
) -> tuple[tuple[Step, ...], int | None]:
    """A message's life from its acceptance on, and the error code it ends with, if any.

    `turn` is when its sender has room for it; a turn after `expires` never comes.
    """
    if turn > expires:
        return (first, Step(expires, "failed")), VALIDITY_EXPIRED
    queued = (Step(turn, "queued"),) if first.status == "accepted" else ()
    at, offset, steps = turn, 0.0, [first, *queued]
    for status, delay in _stages(pace, end):
        at += max(0.0, delay - offset) + (rng.uniform(0, pace.jitter) if pace.jitter else 0.0)
        offset = max(offset, delay)
        steps.append(Step(at, status))
    if end is None or end.status == "sent":
        return tuple(steps), None
    return tuple(steps), end.code or _DEFAULT_CODES[end.status]


def _stages(pace: Pace, end: FinalStatus | None) -> list[tuple[str, float]]:
    sending, sent = ("sending", pace.sending), ("sent", pace.sent)
    match end.status if end else "delivered":
        case "failed":
            return [sending, ("failed", pace.sent)]
        case "sent":
            return [sending, sent]
        case final:
            return [sending, sent, (final, pace.delivered)]


def reordered(steps: Sequence[Step]) -> list[Step]:
    """The same receipts at the same times, last first."""
    return [Step(at.at, step.status) for at, step in zip(steps, reversed(steps), strict=True)]


def fastest_second(accepted: Iterable[Accepted]) -> int:
    """The most segments accepted within any one-second window (a second later is outside)."""
    window: deque[Accepted] = deque()
    total = most = 0
    for each in sorted(accepted):
        window.append(each)
        total += each.segments
        while window[0].at <= each.at - 1:
            total -= window.popleft().segments
        most = max(most, total)
    return most
