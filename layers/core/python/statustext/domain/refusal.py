"""What an error of a carrier makes us do, in words that no carrier owns.

The adapter of each carrier has one table from its codes to these.
"""

from dataclasses import dataclass
from enum import StrEnum


class ErrorClass(StrEnum):
    """Codes of a carrier that have the same consequence."""

    OPTED_OUT = "opted_out"
    BAD_NUMBER = "bad_number"
    GONE = "gone"
    UNREACHABLE = "unreachable"
    TEMPORARILY_OFF = "temporarily_off"
    BLOCKED = "blocked"
    NO_ROUTE = "no_route"
    TRIAL = "trial"
    FILTERED = "filtered"
    SLOW_DOWN = "slow_down"
    SENDER_CAP = "sender_cap"
    SENDER = "sender"
    COUNTRY = "country"
    ACCOUNT_CAP = "account_cap"
    ACCOUNT = "account"
    TEMPORARY = "temporary"
    ENDPOINT_DOWN = "endpoint_down"


class Scope(StrEnum):
    """What an error speaks of. It is never taken to speak of anything wider."""

    PAIR = "pair"  # this number, texted by this sender
    NUMBER = "number"
    SENDER = "sender"
    COUNTRY = "country"
    ACCOUNT = "account"


WIDE = frozenset({Scope.SENDER, Scope.COUNTRY, Scope.ACCOUNT})
"""Scopes that hold other people's texts too."""


class ForSubscriber(StrEnum):
    """What becomes of the subscriber."""

    UNCHANGED = "unchanged"
    SUPPRESSED = "suppressed"
    QUARANTINED = "quarantined"
    QUARANTINED_AT_SECOND = "quarantined at the second, a day apart"
    LEFT_ALONE = "left alone, longer each time, and quarantined after a day"


class ForDelivery(StrEnum):
    """What becomes of a text that was certainly not accepted. After a receipt it has ended."""

    SUPPRESSED = "suppressed"
    FAILED = "failed"
    TRIED_THRICE = "tried three times"
    WAITS = "waits until texts pass again"
    WAITS_FOR_THEM = "waits until they are tried again"
    WAITS_A_MOMENT = "waits some seconds, and its queue with it"


class ForCircuit(StrEnum):
    """What stops the other texts of the error's scope."""

    NONE = "none"
    PROBED = "one text a minute tries"
    UNTIL_MIDNIGHT = "until midnight, Pacific time"
    HOURLY = "one text an hour tries"
    REST = "the sender rests for seconds, where a receipt says so"


class ForUpdate(StrEnum):
    """What becomes of the update that was told."""

    UNCHANGED = "unchanged"
    COUNTED = "counted, and recalled above a share"


@dataclass(frozen=True)
class Consequence:
    """What a class of errors makes us do."""

    scope: Scope
    subscriber: ForSubscriber
    delivery: ForDelivery
    circuit: ForCircuit
    update: ForUpdate


CONSEQUENCES: dict[ErrorClass, Consequence] = {
    ErrorClass.OPTED_OUT: Consequence(
        Scope.PAIR,
        ForSubscriber.SUPPRESSED,
        ForDelivery.SUPPRESSED,
        ForCircuit.NONE,
        ForUpdate.UNCHANGED,
    ),
    ErrorClass.BAD_NUMBER: Consequence(
        Scope.NUMBER,
        ForSubscriber.QUARANTINED,
        ForDelivery.FAILED,
        ForCircuit.NONE,
        ForUpdate.UNCHANGED,
    ),
    ErrorClass.GONE: Consequence(
        Scope.NUMBER,
        ForSubscriber.SUPPRESSED,
        ForDelivery.FAILED,
        ForCircuit.NONE,
        ForUpdate.UNCHANGED,
    ),
    ErrorClass.UNREACHABLE: Consequence(
        Scope.NUMBER,
        ForSubscriber.QUARANTINED_AT_SECOND,
        ForDelivery.FAILED,
        ForCircuit.NONE,
        ForUpdate.UNCHANGED,
    ),
    ErrorClass.TEMPORARILY_OFF: Consequence(
        Scope.NUMBER,
        ForSubscriber.UNCHANGED,
        ForDelivery.FAILED,
        ForCircuit.NONE,
        ForUpdate.UNCHANGED,
    ),
    ErrorClass.BLOCKED: Consequence(
        Scope.NUMBER,
        ForSubscriber.UNCHANGED,
        ForDelivery.FAILED,
        ForCircuit.NONE,
        ForUpdate.UNCHANGED,
    ),
    ErrorClass.NO_ROUTE: Consequence(
        Scope.PAIR,
        ForSubscriber.UNCHANGED,
        ForDelivery.TRIED_THRICE,
        ForCircuit.NONE,
        ForUpdate.UNCHANGED,
    ),
    ErrorClass.TRIAL: Consequence(
        Scope.NUMBER,
        ForSubscriber.UNCHANGED,
        ForDelivery.FAILED,
        ForCircuit.NONE,
        ForUpdate.UNCHANGED,
    ),
    ErrorClass.FILTERED: Consequence(
        Scope.PAIR,
        ForSubscriber.UNCHANGED,
        ForDelivery.FAILED,
        ForCircuit.NONE,
        ForUpdate.COUNTED,
    ),
    ErrorClass.SLOW_DOWN: Consequence(
        Scope.SENDER,
        ForSubscriber.UNCHANGED,
        ForDelivery.WAITS_A_MOMENT,
        ForCircuit.REST,
        ForUpdate.UNCHANGED,
    ),
    ErrorClass.SENDER_CAP: Consequence(
        Scope.SENDER,
        ForSubscriber.UNCHANGED,
        ForDelivery.WAITS,
        ForCircuit.UNTIL_MIDNIGHT,
        ForUpdate.UNCHANGED,
    ),
    ErrorClass.SENDER: Consequence(
        Scope.SENDER,
        ForSubscriber.UNCHANGED,
        ForDelivery.WAITS,
        ForCircuit.PROBED,
        ForUpdate.UNCHANGED,
    ),
    ErrorClass.COUNTRY: Consequence(
        Scope.COUNTRY,
        ForSubscriber.UNCHANGED,
        ForDelivery.WAITS,
        ForCircuit.PROBED,
        ForUpdate.UNCHANGED,
    ),
    ErrorClass.ACCOUNT_CAP: Consequence(
        Scope.ACCOUNT,
        ForSubscriber.UNCHANGED,
        ForDelivery.WAITS,
        ForCircuit.HOURLY,
        ForUpdate.UNCHANGED,
    ),
    ErrorClass.ACCOUNT: Consequence(
        Scope.ACCOUNT,
        ForSubscriber.UNCHANGED,
        ForDelivery.WAITS,
        ForCircuit.PROBED,
        ForUpdate.UNCHANGED,
    ),
    ErrorClass.TEMPORARY: Consequence(
        Scope.NUMBER,
        ForSubscriber.UNCHANGED,
        ForDelivery.TRIED_THRICE,
        ForCircuit.NONE,
        ForUpdate.UNCHANGED,
    ),
    ErrorClass.ENDPOINT_DOWN: Consequence(
        Scope.NUMBER,
        ForSubscriber.LEFT_ALONE,
        ForDelivery.WAITS_FOR_THEM,
        ForCircuit.NONE,
        ForUpdate.UNCHANGED,
    ),
}
"""Every class: what becomes of the subscriber, the delivery, the circuit and the update, whichever
carrier says it."""
