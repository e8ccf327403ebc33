"""What an error of a carrier makes us do, in words that no carrier owns.

The adapter of each carrier has one table from its codes to these.
"""

from dataclasses import dataclass
from enum import StrEnum


class ErrorClass(StrEnum):
    """Codes of a carrier that have the same consequence."""

    OPTED_OUT = "opted_out"
    BAD_NUMBER = "bad_number"
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


class ForDelivery(StrEnum):
    """What becomes of a text that was certainly not accepted. After a receipt it has ended."""

    SUPPRESSED = "suppressed"
    FAILED = "failed"
    TRIED_THRICE = "tried three times"
    WAITS = "waits until texts pass again"
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
    """One row of a carrier's table. `sentence` is what an operator reads."""

    scope: Scope
    subscriber: ForSubscriber
    delivery: ForDelivery
    circuit: ForCircuit
    update: ForUpdate
    sentence: str
