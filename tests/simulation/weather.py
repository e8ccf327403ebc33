"""How badly the world behaves: probabilities of each misfortune, and kinds of days."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Weather:
    """Probabilities, per call where nothing else is said; all 0 is a perfect day."""

    # Calls to AWS.
    throttled: float = 0.0
    failed: float = 0.0  # a 5xx or a time-out, and nothing was done
    lost: float = 0.0  # it was done, and the answer never came
    repeated: float = 0.0  # it was done, and done again by the client's own retry
    conflicts: float = 0.0  # a transaction on the same row was in the way
    partial: float = 0.0  # of a batch, only a part was done
    slow: float = 0.0
    stale: float = 0.0  # an eventually consistent read sees what was there before
    crashes: float = 0.0  # the function dies before or after the call
    # Calls to Twilio.
    unreached: float = 0.0  # a time-out, a reset or a 5xx; nothing was accepted
    unanswered: float = 0.0  # the same, and the text was accepted
    slowed: float = 0.0  # 429
    refused: float = 0.0  # one of Twilio's errors
    carrier_down: float = 0.0  # Twilio takes nothing from the account
    # Event sources, per message, record batch or webhook.
    late: float = 0.0
    delivered_twice: float = 0.0
    webhooks_lost: float = 0.0  # one try
    receipts_lost: float = 0.0  # all tries
    webhooks_repeated: float = 0.0
    webhooks_late: float = 0.0
    ticks_lost: float = 0.0
    # Machines.
    uneven: float = 0.0  # an invocation's clock is wrong by a few milliseconds
    skewed: float = 0.0  # by up to a minute
    expiring: float = 0.0  # a row whose time to live is over is deleted at last, per minute


KINDS = tuple(field.name for field in fields(Weather))
CALM = Weather(expiring=0.02)
MIXED = tuple(one for one in KINDS if one != "carrier_down")
"""Of the last, one text is enough to stop all: it is there alone."""

DRIZZLE = Weather(**dict.fromkeys(MIXED, 0.003))
RAIN = Weather(**dict.fromkeys(MIXED, 0.015))
STORM = Weather(**dict.fromkeys(MIXED, 0.05))
SEVERE: Mapping[str, float] = {
    "carrier_down": 1.0,
    "crashes": 0.06,
    "receipts_lost": 0.5,
    "skewed": 0.3,
    "uneven": 1.0,
    "late": 0.4,
}


def single(kind: str) -> Weather:
    """Nothing but one misfortune, and that often."""
    return replace(CALM, **{kind: SEVERE.get(kind, 0.2)})


def some(rng: random.Random) -> Weather:
    """The weather of some day."""
    choice = rng.random()
    if choice < 0.1:
        return CALM
    if choice < 0.55:
        return single(rng.choice(KINDS))
    return rng.choice((DRIZZLE, RAIN, STORM))
