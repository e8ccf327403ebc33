"""What follows from a clean refusal: for the delivery, for the subscriber, for the queue."""

from dataclasses import dataclass

from statustext.adapters.dynamodb import Table
from statustext.adapters.opt_outs import suppress
from statustext.adapters.quarantine import quarantine
from statustext.adapters.twilio_errors import ErrorClass, classify
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.subscriber import Subscriber
from statustext.errors import GatewayError, SlowDownError
from statustext.observability import count, log_failure

TRIES = 3
SLOW_DOWN_WAIT = 5.0
TEMPORARY_WAIT = 30.0
CIRCUIT_WAIT = 65.0
"""A little longer than others wait for the next probe, so that it is one of them who tries."""


@dataclass(frozen=True)
class Aftermath:
    """The delivery's state, why, and whether the queue should rest for `wait` seconds."""

    status: DeliveryStatus
    reason: str
    wait: float = 0.0
    stops_all: bool = False
    counts: bool = False  # among the few refusals without a reason that a delivery may have


def after_refusal(
    error: GatewayError,
    subscriber: Subscriber,
    refusals: int,
    table: Table,
    now: float,
    *,
    its_own: bool,
) -> Aftermath:
    """Do to the subscriber what the error asks for, and say what becomes of the delivery.

    `refusals` counts the earlier ones for no known reason; waiting for room is none. `its_own`: it
    is refused again for what would stop others, and does not stop them: no use in another try.
    """
    reason = f"twilio {error.code}"
    if isinstance(error, SlowDownError):
        return Aftermath(DeliveryStatus.RELEASED, reason, SLOW_DOWN_WAIT, stops_all=True)
    kind = classify(error.code)
    log_failure("Twilio refused a text", error, {"subscriber": subscriber.id, "class": kind.value})
    match kind:  # who left meanwhile is left as they are
        case ErrorClass.OPTED_OUT:
            table.write_if(suppress(subscriber.page, subscriber.id, "carrier", now))
            return Aftermath(DeliveryStatus.SUPPRESSED, reason)
        case ErrorClass.BAD_NUMBER:
            table.write_if(quarantine(subscriber.page, subscriber.id, reason))
            return Aftermath(DeliveryStatus.FAILED, reason)
        case ErrorClass.SENDER_STOPPED | ErrorClass.ACCOUNT | ErrorClass.COUNTRY if not its_own:
            count("CircuitOpen")
            return Aftermath(DeliveryStatus.RELEASED, reason, CIRCUIT_WAIT)
        case ErrorClass.TEMPORARY if refusals + 1 < TRIES:
            return Aftermath(DeliveryStatus.RELEASED, reason, TEMPORARY_WAIT, counts=True)
    return Aftermath(DeliveryStatus.FAILED, reason)
