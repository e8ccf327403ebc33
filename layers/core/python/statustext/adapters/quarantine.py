"""Quarantine: a number that cannot be reached is not texted until somebody shows that it can."""

from statustext.adapters.dynamodb import Write
from statustext.adapters.subscribers import subscriber_key
from statustext.domain.failing import Failing
from statustext.domain.subscriber import DEACTIVATED, State


def quarantine(page: str, subscriber: str, reason: str, now: float) -> Write:
    """Stop texting a number that cannot be reached."""
    pk, sk = subscriber_key(page, subscriber)
    return Write(
        pk,
        sk,
        update="SET #state = :quarantined, quarantined_for = :reason, quarantined_at = :now",
        condition="#state = :active",
        names={"state": "state"},
        values={
            "quarantined": State.QUARANTINED.value,
            "reason": reason,
            "now": now,
            "active": State.ACTIVE.value,
        },
    )


def note_unreachable(page: str, subscriber: str, before: float | None, now: float) -> Write:
    """Remember the first time that a carrier did not know the number: the first of all, or the
    first since the one `before`, which counts no more."""
    pk, sk = subscriber_key(page, subscriber)
    same = "unreachable_at = :before" if before else "attribute_not_exists(unreachable_at)"
    return Write(
        pk,
        sk,
        update="SET unreachable_at = :now",
        condition=f"#state = :active AND {same}",
        names={"state": "state"},
        values={"now": now, "active": State.ACTIVE.value} | ({"before": before} if before else {}),
    )


def note_failing(page: str, subscriber: str, failing: Failing) -> Write:
    """Remember that an endpoint failed, and when it is tried again."""
    pk, sk = subscriber_key(page, subscriber)
    return Write(
        pk,
        sk,
        update="SET failing = :failing",
        condition="#state = :active",
        names={"state": "state"},
        values={"failing": vars(failing), "active": State.ACTIVE.value},
    )


def note_working(page: str, subscriber: str) -> Write:
    """Forget that an endpoint failed: it took something."""
    pk, sk = subscriber_key(page, subscriber)
    return Write(pk, sk, update="REMOVE failing", condition="attribute_exists(failing)")


def release(page: str, subscriber: str, now: float) -> Write:
    """Text a quarantined number again, but one that its carrier gave up. It never lifts an opt-out,
    which is another state."""
    pk, sk = subscriber_key(page, subscriber)
    return Write(
        pk,
        sk,
        update=(
            "SET #state = :active, released_at = :now"
            " REMOVE quarantined_for, quarantined_at, unreachable_at, failing"
        ),
        condition=(
            "#state = :quarantined AND attribute_not_exists(suppressed)"
            " AND quarantined_for <> :deactivated"
        ),
        names={"state": "state"},
        values={
            "active": State.ACTIVE.value,
            "quarantined": State.QUARANTINED.value,
            "now": now,
            "deactivated": DEACTIVATED,
        },
    )
