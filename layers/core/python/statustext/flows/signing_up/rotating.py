"""A webhook's owner has its signing secret replaced."""

from datetime import UTC, datetime

from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table
from statustext.adapters.endpoint_secrets import rotate_secret
from statustext.adapters.pages import audit
from statustext.adapters.secret_store import Secrets
from statustext.domain.ids import new_id
from statustext.domain.mode import Mode
from statustext.domain.subscriber import Subscriber
from statustext.domain.webhook_signing import OLD_SIGNS_FOR, secret_for
from statustext.errors import ConditionFailedError, RejectedError

MOMENT = "%Y-%m-%dT%H:%M:%S.000Z"


def rotate_signing_secret(
    subscriber: Subscriber, table: Table, secrets: Secrets, now: float, entropy: Entropy
) -> dict[str, str]:
    """Give a webhook a new secret; the one before signs for a day, too. Raises RejectedError 409
    for a subscription that is none of a webhook, or that was rotated at the same moment."""
    if subscriber.mode is not Mode.WEBHOOK:
        raise RejectedError(409, "not_a_webhook", "Only what is sent to a webhook is signed.")
    about = {"subscriber": subscriber.id}
    entry = new_id(now, entropy(4)), "subscriber.secret_rotated", about, "the subscriber", now
    noted = audit(subscriber.page, *entry)
    try:
        table.transact([rotate_secret(subscriber, now), noted])
    except ConditionFailedError:
        sentence = "The secret was just rotated by another request; ask again for yet another one."
        raise RejectedError(409, "rotated_meanwhile", sentence) from None
    key, version = secrets.master_key(), subscriber.secret_version + 1
    return {
        "signing_secret": secret_for(key, subscriber.page, subscriber.id, version),
        "old_secret_signs_until": datetime.fromtimestamp(now + OLD_SIGNS_FOR, UTC).strftime(MOMENT),
    }
