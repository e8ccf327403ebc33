"""Handing one text to the carrier, once, and what follows from its answer. Both lanes do it so."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from statustext.adapters.channel import Accepted, Channel, Text
from statustext.adapters.clock import Clock
from statustext.domain.subscriber import Subscriber
from statustext.errors import OutcomeUnknownError, RefusedError, SlowDownError
from statustext.flows.delivering.circuits import RowKey
from statustext.flows.delivering.context import Deps
from statustext.flows.delivering.refusals import Aftermath, after_refusal
from statustext.flows.delivering.room import Place
from statustext.flows.delivering.slots import READY_BEFORE, Slot


@dataclass(frozen=True)
class Unknown:
    """The carrier may have accepted it, or not."""

    reason: str


@dataclass(frozen=True)
class Missed:
    """No slot was met: the text did not go."""


Refused = RefusedError | SlowDownError


@dataclass(frozen=True)
class Attempt:
    """A text that was claimed: `row` is the key of the row that records it, `refusals` counts the
    earlier ones for no known reason."""

    text: Text
    size: int
    row: RowKey
    whose: Subscriber
    refusals: int


async def hand_over(
    attempt: Attempt, place: Place, deps: Deps
) -> Accepted | Unknown | Refused | Missed:
    """Send it at its slot, or where that is missed at a later one. From here on to the carrier
    nothing is read: a slot is a moment."""
    while True:
        slot = place.slot
        sending = partial(send_in_time, attempt.text, slot, place.channel, deps.clock)
        answer = await deps.lanes.away(sending, slot.at - READY_BEFORE)
        if not isinstance(answer, Missed):
            return answer
        later = await place.slots.take(attempt.size, first=True)
        if later is None:
            return answer
        place.slot = later


def send_in_time(
    text: Text, slot: Slot, channel: Channel, clock: Clock
) -> Accepted | Unknown | Refused | Missed:
    """Wait for the slot and send, unless it is missed by then."""
    if slot.at > clock.now():
        clock.sleep(slot.at - clock.now())
    if clock.now() > slot.is_missed_after:
        return Missed()
    try:
        return channel.send(text)
    except OutcomeUnknownError as error:
        return Unknown(str(error))
    except (RefusedError, SlowDownError) as error:
        return error


def take_refusal(
    error: Refused, attempt: Attempt, deps: Deps, take_back: Callable[[], object]
) -> Aftermath:
    """What follows from a refusal, for the circuits and the subscriber. Where that cannot be
    recorded the claim is taken back, as nothing was sent: the next try is refused again, and an
    opt-out that only the carrier knows of is not lost."""
    try:
        return _what_follows(error, attempt, deps)
    except Exception:
        take_back()
        raise


def _what_follows(error: Refused, attempt: Attempt, deps: Deps) -> Aftermath:
    text, whose, now = attempt.text, attempt.whose, deps.clock.now()
    is_known = whose.verified_at is not None
    own = deps.circuits.refused(error.code, text.sender, text.to, attempt.row, is_verified=is_known)
    return after_refusal(error, whose, attempt.refusals, deps.table, now, its_own=own)
