"""Opt-outs: attributes of the subscriber's row, so that no claim can pass one."""

from statustext.adapters.dynamodb import Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.subscribers import subscriber_key
from statustext.domain.subscriber import State


def suppress(
    page: str, subscriber: str, reason: str, now: float, *, in_words: bool = False
) -> Write:
    """Opt a number out for good, whether or not it ever subscribed.

    `in_words`: said so that Twilio does not block the number itself. Then nothing but this row
    stands between the person and the next text, and `may_return` holds it for a while.
    """
    pk, sk = subscriber_key(page, subscriber)
    return Write(
        pk,
        sk,
        update=(
            "SET kind = :kind, page = :page, #state = :ended, suppressed = :reason,"
            " suppressed_at = :now, suppressed_in_words = :in_words,"
            " told = if_not_exists(told, :none), said = if_not_exists(said, :none),"
            " created_at = if_not_exists(created_at, :now),"
            " left_at = if_not_exists(left_at, :now) REMOVE #ttl, expires_at"
            " ADD token_epoch :one"
        ),
        names={"state": "state", "ttl": "ttl"},
        values={
            "kind": "subscriber",
            "page": page,
            "ended": State.UNSUBSCRIBED.value,
            "reason": reason,
            "in_words": in_words,
            "now": now,
            "none": {},
            "one": 1,
        },
    )


STOP_HOLDS = 300.0
"""Seconds in which a START does not undo a stop in plain words.

Webhooks carry no time. A START whose first delivery we failed to answer is delivered again, by
Twilio's retries within minutes, and may come after a stop that was texted later. Where the stop was
one of Twilio's own keywords, Twilio blocks the number whatever this row says; one in plain words it
does not know. So for as long as it may retry, the stop wins; who means START says it once more.
"""

_MAY_RETURN = "NOT (suppressed_in_words = :yes AND suppressed_at > :held)"


def may_return(row: Item, now: float) -> bool:
    """Whether START is obeyed at this moment, as the conditions below hold it."""
    return not (row.get("suppressed_in_words") and row["suppressed_at"] > now - STOP_HOLDS)


def has_subscription(row: Item) -> bool:
    """Whether this number was verified, and did not leave otherwise than by an opt-out since."""
    verified_at = row.get("verified_at")
    return verified_at is not None and row.get("ended_at", verified_at) <= verified_at


def bring_back(page: str, subscriber: str, phone: str, state: str, now: float) -> Write:
    """Undo an opt-out or a quarantine at the person's own word, for a number once verified whose
    `state` is still the one in which they said so.

    Whoever says so wants to be told: a pause from before is over. What they muted stays muted.
    """
    pk, sk = subscriber_key(page, subscriber)
    return Write(
        pk,
        sk,
        update=(
            "SET #state = :active, phone = :phone REMOVE suppressed, suppressed_at,"
            " suppressed_in_words, expires_at, #ttl, quarantined_for, quarantined_at,"
            " unreachable_at,"
            " ended_at, ended_by, left_at, number_removed_at, paused_until ADD wishes :one"
        ),
        condition=f"attribute_exists(verified_at) AND #state = :before AND {_MAY_RETURN}",
        names={"state": "state", "ttl": "ttl"},
        values={
            "active": State.ACTIVE.value,
            "before": state,
            "phone": phone,
            "one": 1,
            "yes": True,
            "held": now - STOP_HOLDS,
        },
    )


def unsuppress(page: str, subscriber: str, now: float) -> Write:
    """Lift an opt-out where no subscription is to come back: the number was never verified, or had
    left before. It may be asked for a code again."""
    pk, sk = subscriber_key(page, subscriber)
    return Write(
        pk,
        sk,
        update="REMOVE suppressed, suppressed_at, suppressed_in_words",
        condition=(
            "attribute_exists(suppressed)"
            f" AND (attribute_not_exists(verified_at) OR ended_at > verified_at) AND {_MAY_RETURN}"
        ),
        values={"yes": True, "held": now - STOP_HOLDS},
    )


def lift(page: str, subscriber: str, reason: str, now: float) -> Write:
    """Lift a suppression that was made for just this reason; nobody is subscribed by that."""
    pk, sk = subscriber_key(page, subscriber)
    return Write(
        pk,
        sk,
        update="SET released_at = :now REMOVE suppressed, suppressed_at, suppressed_in_words",
        condition="suppressed = :reason",
        values={"reason": reason, "now": now},
    )
