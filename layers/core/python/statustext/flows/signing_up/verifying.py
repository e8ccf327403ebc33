"""Verification: whoever holds the phone enters the code, and the subscription begins."""

import hmac
from dataclasses import dataclass

from statustext.adapters.clock import Entropy
from statustext.adapters.consents import confirm_consent
from statustext.adapters.direct_texts import count_try, list_sign_ups, put_direct_text, use_code
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.pages import audit
from statustext.adapters.subscribers import activate, get_subscriber, preferences_of
from statustext.domain.ids import new_id
from statustext.domain.subscriber import State, Subscriber
from statustext.domain.templates import Event
from statustext.domain.verification import (
    MANAGE_TOKEN_LIFE,
    TRIES,
    code_hash,
    manage_token,
)
from statustext.domain.verification import code as derive_code
from statustext.errors import ConditionFailedError, RejectedError


@dataclass(frozen=True)
class Verified:
    """What the visitor gets for the right code."""

    subscriber: Subscriber
    manage_token: str


def verify(
    page: str,
    subscriber: str,
    entered: str,
    table: Table,
    master: str,
    now: float,
    entropy: Entropy,
) -> Verified:
    """Activate the subscription that this code was made for.

    Raises RejectedError 422 code_invalid, the same for a wrong, expired, used and unknown code.
    """
    for sign_up in list_sign_ups(table, page, subscriber, now):
        if _is_right(sign_up, subscriber, entered, table, master, now):
            return _begin(page, subscriber, sign_up, table, master, now, entropy)
    raise _invalid()


def _invalid() -> RejectedError:
    return RejectedError(
        422, "code_invalid", "This code is wrong or no longer valid; check it or ask for another."
    )


def _is_right(
    sign_up: Item, subscriber: str, entered: str, table: Table, master: str, now: float
) -> bool:
    if sign_up.get("code_expires_at", 0) <= now or sign_up["tries"] >= TRIES:
        return False
    if not table.write_if(count_try(sign_up, now)):
        return False
    nonce = sign_up["nonce"]
    made = derive_code(master, subscriber, nonce)
    return hmac.compare_digest(
        code_hash(master, subscriber, nonce, entered), code_hash(master, subscriber, nonce, made)
    )


def _begin(
    page: str,
    subscriber: str,
    sign_up: Item,
    table: Table,
    master: str,
    now: float,
    entropy: Entropy,
) -> Verified:
    known = get_subscriber(table, page, subscriber, now)
    was_active = known is not None and known.state is State.ACTIVE
    active = Subscriber(
        id=subscriber,
        page=page,
        phone=sign_up["phone"],
        state=State.ACTIVE,
        created_at=known.created_at if known else now,
        preferences=preferences_of(sign_up["preferences"]),
        verified_at=now,
        token_epoch=known.token_epoch if known else 0,
    )
    event = new_id(now, entropy(4))
    writes = [
        activate(active, active.preferences, now),
        use_code(sign_up, now),
        confirm_consent(page, subscriber, str(sign_up.get("consent", sign_up["direct"])), now),
        audit(
            page, event, "subscriber.verified", {"subscriber": subscriber}, "the subscriber", now
        ),
    ]
    if not was_active:
        welcome = put_direct_text(page, subscriber, event, Event.WELCOME, now, phone=active.phone)
        writes.append(welcome)
    try:
        table.transact(writes)
    except ConditionFailedError:
        raise _invalid() from None
    token = manage_token(master, page, subscriber, active.token_epoch, now + MANAGE_TOKEN_LIFE)
    return Verified(active, token)
