"""What follows from a clean refusal: for the delivery, for the subscriber, for the queue."""

from dataclasses import dataclass

from statustext.adapters.carrier_errors import classify, consequence, sentence, why_suppressed
from statustext.adapters.dynamodb import Table
from statustext.adapters.ended import put_ended
from statustext.adapters.opt_outs import suppress
from statustext.adapters.quarantine import note_failing, quarantine
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.failing import failed_again
from statustext.domain.refusal import ForCircuit, ForDelivery, ForSubscriber
from statustext.domain.subscriber import Subscriber
from statustext.errors import GatewayError, SlowDownError
from statustext.observability import count, log_failure

TRIES = 3
SLOW_DOWN_WAIT = 5.0
TEMPORARY_WAIT = 30.0
CIRCUIT_WAIT = 65.0
"""A little longer than others wait for the next probe, so that it is one of them who tries."""

CAP_WAIT = 900.0
"""What SQS can delay: whom a daily cap stops where too few were refused for a circuit."""


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

    `refusals` counts the earlier ones that nothing else explains; waiting for room is none.
    `its_own`: it is refused again for what would stop others, and does not stop them: no use in
    another try. Whoever was never verified waits for nothing: three tries, as they can ask again.
    """
    reason = str(error.code)
    if isinstance(error, SlowDownError):
        return Aftermath(DeliveryStatus.NOT_ACCEPTED, reason, SLOW_DOWN_WAIT, stops_all=True)
    found = consequence(error.code)
    about = {"subscriber": subscriber.id, "class": classify(error.code).value}
    log_failure("A carrier refused a text", error, {**about, "meaning": sentence(error.code)})
    match found.subscriber:  # who left meanwhile is left as they are
        case ForSubscriber.SUPPRESSED:
            stop = suppress(subscriber.page, subscriber.id, why_suppressed(error.code), now)
            table.transact([stop, put_ended(subscriber.page, subscriber.id, now)])
        case ForSubscriber.LEFT_ALONE if subscriber.verified_at is not None:
            return leave_alone(subscriber, reason, error.retry_after, table, now)
        case ForSubscriber.QUARANTINED:
            table.write_if(quarantine(subscriber.page, subscriber.id, reason, now))
    if found.delivery is ForDelivery.SUPPRESSED:
        return Aftermath(DeliveryStatus.SUPPRESSED, reason)
    if found.delivery is ForDelivery.FAILED or its_own:
        return Aftermath(DeliveryStatus.FAILED, reason)
    wait, is_known = TEMPORARY_WAIT, subscriber.verified_at is not None
    if found.delivery is ForDelivery.WAITS:
        count("CircuitOpen")
        wait = CIRCUIT_WAIT
        if is_known:
            is_cap = found.circuit is not ForCircuit.PROBED
            return Aftermath(DeliveryStatus.NOT_ACCEPTED, reason, CAP_WAIT if is_cap else wait)
    if refusals + 1 < TRIES:
        return Aftermath(DeliveryStatus.NOT_ACCEPTED, reason, wait, counts=True)
    return Aftermath(DeliveryStatus.FAILED, reason)


def leave_alone(
    subscriber: Subscriber, reason: str, asked: float, table: Table, now: float
) -> Aftermath:
    """An endpoint failed: it is tried again later, or after a day of failures no more."""
    failing = failed_again(subscriber.failing, now, asked)
    if failing is None:
        table.write_if(quarantine(subscriber.page, subscriber.id, reason, now))
        return Aftermath(DeliveryStatus.FAILED, reason)
    table.write_if(note_failing(subscriber.page, subscriber.id, failing))
    return Aftermath(DeliveryStatus.NOT_ACCEPTED, reason, failing.until - now)
