"""Which version of its signing secret a webhook has; the secrets themselves are derived."""

from statustext.adapters.dynamodb import Write
from statustext.adapters.subscribers import subscriber_key
from statustext.domain.subscriber import State, Subscriber


def rotate_secret(person: Subscriber, now: float) -> Write:
    """Have the next version sign, on condition that the subscription is active and nobody rotated
    it meanwhile."""
    pk, sk = subscriber_key(person.page, person.id)
    return Write(
        pk,
        sk,
        update="SET secret_version = :next, secret_rotated_at = :now",
        condition=(
            "#state = :active"
            " AND (attribute_not_exists(secret_version) OR secret_version = :before)"
        ),
        names={"state": "state"},
        values={
            "next": person.secret_version + 1,
            "now": now,
            "before": person.secret_version,
            "active": State.ACTIVE.value,
        },
    )
