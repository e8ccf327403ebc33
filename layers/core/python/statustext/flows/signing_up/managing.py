"""A subscriber reads and changes their own subscription, with a token instead of an account."""

import hmac

from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.ended import put_ended
from statustext.adapters.pages import audit
from statustext.adapters.secret_store import Secrets
from statustext.adapters.subscribers import end_subscription, get_subscriber, set_preferences
from statustext.domain.ids import new_id
from statustext.domain.subscriber import Preferences, State, Subscriber
from statustext.domain.verification import (
    kid_of_secret,
    kid_of_token,
    token_epoch,
    unsubscribe_token,
)
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.signing_up.preferences import choose
from statustext.sign_up_contracts import PreferencesInput


def _unauthorized() -> RejectedError:
    return RejectedError(
        401,
        "unauthorized",
        "This link is no longer valid; subscribe again to get a new one.",
        headers={"WWW-Authenticate": "Bearer"},
    )


def open_subscription(
    page: str, subscriber: str, token: str, table: Table, secrets: Secrets, now: float
) -> Subscriber:
    """The active subscription a token opens. Raises RejectedError 401, whatever is the matter."""
    key = secrets.code_key_of(kid_of_token(token))
    epoch = token_epoch(key, page, subscriber, token, now) if key else None
    found = get_subscriber(table, page, subscriber, now) if epoch is not None else None
    if found is None or found.state is not State.ACTIVE or found.token_epoch != epoch:
        raise _unauthorized()
    return found


def change_preferences(
    subscriber: Subscriber, given: PreferencesInput, table: Table, now: float, entropy: Entropy
) -> Preferences:
    """Change what is wanted; what is not mentioned stays. Raises RejectedError 422 or 401."""
    chosen = choose(given, table, subscriber.page, over=subscriber.preferences)
    try:
        table.transact(
            [
                set_preferences(subscriber.page, subscriber.id, chosen, now),
                _note(subscriber, "subscriber.changed", now, entropy),
            ]
        )
    except ConditionFailedError:
        raise _unauthorized() from None
    return chosen


def unsubscribe(subscriber: Subscriber, table: Table, now: float, entropy: Entropy) -> None:
    """End the subscription at the subscriber's own word."""
    try:
        table.transact(
            [
                end_subscription(subscriber.page, subscriber.id, "subscriber", now),
                put_ended(subscriber.page, subscriber.id, now),
                _note(subscriber, "subscriber.unsubscribed", now, entropy),
            ]
        )
    except ConditionFailedError:
        return  # ended a moment ago, by STOP or by a second click


def unsubscribe_by_link(
    page: str,
    subscriber: str,
    token: str,
    table: Table,
    secrets: Secrets,
    now: float,
    entropy: Entropy,
) -> None:
    """End the subscription of a mail's link (RFC 8058). Of who left already nothing changes.
    Raises RejectedError 401 for a link that we did not make."""
    key = secrets.code_key_of(kid_of_secret(token))
    made = unsubscribe_token(key, page, subscriber) if key else ""
    if not hmac.compare_digest(made.encode(), token.encode()) or not made:
        raise _unauthorized()
    found = get_subscriber(table, page, subscriber, now)
    if found and found.state in (State.ACTIVE, State.QUARANTINED):
        unsubscribe(found, table, now, entropy)


def _note(subscriber: Subscriber, event: str, now: float, entropy: Entropy) -> Write:
    return audit(
        subscriber.page,
        new_id(now, entropy(4)),
        event,
        {"subscriber": subscriber.id},
        "the subscriber",
        now,
    )
