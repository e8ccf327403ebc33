"""Verification: whoever holds the phone enters the code, and the subscription begins."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from statustext.adapters.clock import Entropy
from statustext.adapters.consents import confirm_consent
from statustext.adapters.direct_texts import (
    count_try,
    count_vain_try,
    list_sign_ups,
    mode_of,
    put_direct_text,
    reached_of,
    use_code,
)
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.pages import audit
from statustext.adapters.secret_store import Secrets
from statustext.adapters.subscribers import activate, get_subscriber, preferences_of
from statustext.domain.ids import address_id, new_id
from statustext.domain.mode import Mode
from statustext.domain.subscriber import State, Subscriber
from statustext.domain.templates import Event
from statustext.domain.verification import (
    MANAGE_TOKEN_LIFE,
    OPEN_TRIES,
    TRIES,
    code_hash,
    link_code,
    manage_token,
)
from statustext.domain.verification import code as derive_code
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.signing_up.abuse_limits import network_of, note_entered, spend_verify
from statustext.flows.signing_up.subscribing import of_secret
from statustext.sign_up_contracts import VerifyRequest


@dataclass(frozen=True)
class Verified:
    """What the visitor gets for the right code, and the id of the sign-up that it was of."""

    subscriber: Subscriber
    manage_token: str
    sign_up: str


def verify(
    page: str,
    subscriber: str,
    given: VerifyRequest,
    address: str,
    table: Table,
    secrets: Secrets,
    now: float,
    entropy: Entropy,
) -> Verified:
    """Activate the subscription that this code was made for.

    Whoever has a sign-up's secret tries its codes, five times. Without one, all codes of the number
    are tried, five times by an address and ten in all, which takes nothing from the secrets'. One
    read and two writes, whatever there is to try.

    Raises RejectedError 422 code_invalid, the same for a wrong, expired, used and unknown code, and
    429 for an address that enters too many.
    """
    network = address_id(secrets.master_key(), network_of(address))
    spend_verify(page, network, table, now)
    rows = list_sign_ups(table, page, subscriber, now)
    rows = of_secret(rows, given.secret, page, subscriber, secrets)
    live = [row for row in rows if row.get("code_expires_at", 0) > now]
    most = {"tries": TRIES} if given.secret else {f"by_{network}": TRIES, "open_tries": OPEN_TRIES}
    tried = count_try(live[0], most, now) if live else count_vain_try(page, subscriber, now)
    try:
        counted = table.write(tried)
    except ConditionFailedError:
        raise _invalid() from None
    for sign_up in _still_open([counted, *live[1:]] if live else [], most):
        if _is_right(sign_up, subscriber, given.code, secrets):
            return _begin(page, subscriber, sign_up, table, secrets, now, entropy)
    raise _invalid()


def _still_open(live: Sequence[Item], most: Mapping[str, int]) -> list[Item]:
    """The codes that had tries left for this one. It is counted on the newest and is one for all,
    so that of an older code its own and those of the newer ones count."""
    found, spent = [], dict.fromkeys(most, 0)
    for row in live:
        spent = {name: before + row.get(name, 0) for name, before in spent.items()}
        if all(spent[name] <= limit for name, limit in most.items()):
            found.append(row)
    return found


def _invalid() -> RejectedError:
    return RejectedError(
        422, "code_invalid", "This code is wrong or no longer valid; check it or ask for another."
    )


def _is_right(sign_up: Item, subscriber: str, entered: str, secrets: Secrets) -> bool:
    key = secrets.code_key_of(sign_up["kid"])
    if key is None:
        return False  # it was ended before its time
    nonce = sign_up["nonce"]
    if mode_of(sign_up) is Mode.EMAIL:
        return hmac.compare_digest(entered, link_code(key, subscriber, nonce))
    made = derive_code(key, subscriber, nonce)
    return hmac.compare_digest(
        code_hash(key, subscriber, nonce, entered), code_hash(key, subscriber, nonce, made)
    )


def _begin(
    page: str,
    subscriber: str,
    sign_up: Item,
    table: Table,
    secrets: Secrets,
    now: float,
    entropy: Entropy,
) -> Verified:
    known = get_subscriber(table, page, subscriber, now)
    was_active = known is not None and known.state is State.ACTIVE
    active = Subscriber(
        id=subscriber,
        page=page,
        phone=sign_up.get("phone", ""),
        mode=mode_of(sign_up),
        address=sign_up.get("address", ""),
        state=State.ACTIVE,
        created_at=known.created_at if known else now,
        preferences=preferences_of(sign_up["preferences"]),
        verified_at=now,
        token_epoch=known.token_epoch if known else 0,
    )
    event, consent = new_id(now, entropy(4)), str(sign_up.get("consent", sign_up["direct"]))
    writes = [
        activate(active, active.preferences, now),
        use_code(sign_up, now),
        confirm_consent(page, subscriber, consent, now),
        audit(
            page, event, "subscriber.verified", {"subscriber": subscriber}, "the subscriber", now
        ),
    ]
    if not was_active and not active.mode.is_called:
        where = reached_of(sign_up)
        welcome = put_direct_text(page, subscriber, event, Event.WELCOME, now, **where)
        writes.append(welcome)
    try:
        table.transact(writes)
    except ConditionFailedError:
        raise _invalid() from None
    if active.phone:
        note_entered(page, active.phone, table, now)
    token = manage_token(
        secrets.code_key(), page, subscriber, active.token_epoch, now + MANAGE_TOKEN_LIFE
    )
    return Verified(active, token, consent)
