"""Handing one text to the carrier, once, and what follows from its answer. Both lanes do it so."""

from dataclasses import dataclass

from statustext.adapters.sms_gateway import Accepted, Text
from statustext.domain.subscriber import Subscriber
from statustext.errors import OutcomeUnknownError, RefusedError, SlowDownError
from statustext.flows.delivering.circuits import RowKey
from statustext.flows.delivering.context import Deps
from statustext.flows.delivering.refusals import Aftermath, after_refusal


@dataclass(frozen=True)
class Unknown:
    """The carrier may have accepted it, or not."""

    reason: str


def hand_over(
    text: Text, row: RowKey, whose: Subscriber, refusals: int, deps: Deps
) -> Accepted | Unknown | Aftermath:
    """Send a text that was claimed. `row` is the key of the row that records it, `refusals` counts
    the earlier ones for no known reason."""
    try:
        return deps.gateway.send(text)
    except OutcomeUnknownError as error:
        return Unknown(str(error))
    except (RefusedError, SlowDownError) as error:
        known, now = whose.verified_at is not None, deps.clock.now()
        own = deps.circuits.refused(error.code, text.sender, text.to, row, is_verified=known)
        return after_refusal(error, whose, refusals, deps.table, now, its_own=own)
