"""Operators and their subscribers: list, add by hand, remove."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from statustext.adapters.clock import Entropy
from statustext.adapters.consents import put_consent
from statustext.adapters.direct_texts import put_direct_text
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.ended import put_ended
from statustext.adapters.pages import audit
from statustext.adapters.quarantine import release
from statustext.adapters.subscribers import (
    activate,
    end_subscription,
    get_subscriber,
    page_through_shard,
    preferences_row,
    set_preferences,
)
from statustext.contracts import OperatorSubscriber, PreferencesInput
from statustext.domain.ids import SHARDS, new_id, subscriber_id
from statustext.domain.masking import mask
from statustext.domain.page import Page
from statustext.domain.subscriber import State, Subscriber
from statustext.domain.templates import Event
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.cursors import place_of
from statustext.flows.signing_up.abuse_limits import spend_code
from statustext.flows.signing_up.preferences import choose
from statustext.flows.signing_up.subscribing import usable_number

ATTESTED = (
    "No consent statement was given: the record says that this key attested it. Send consent with "
    "source, statement and obtained_at."
)
LISTED = (State.ACTIVE, State.UNCONFIRMED, State.QUARANTINED)


def add_subscriber(
    given: OperatorSubscriber,
    page: Page,
    key_id: str,
    table: Table,
    master: str,
    now: float,
    entropy: Entropy,
    *,
    allow_fictional: bool,
    incident: str = "",
) -> tuple[Subscriber, list[str]]:
    """Add a number by hand, and warnings for the operator; to one `incident` only, if it is given.

    `verified: true` makes it active at once, never against an opt-out; else it is sent a code.
    Raises RejectedError 409 for a number that is subscribed or opted out, 422 for one that cannot
    be texted or where the page insists on a consent statement, 429 where the page's hour is full or
    too many codes went to numbers like this one.
    """
    number = usable_number(given.phone, given.country, page, allow_fictional=allow_fictional)
    if given.verified and page.consent_required and given.consent is None:
        raise RejectedError(
            422, "consent_required", "This page takes verified: true only with a consent object."
        )
    preferences = choose(given.preferences, table, page.id)
    if incident:
        preferences = replace(preferences, incidents=(incident,), updates=True)
    one = subscriber_id(master, page.id, number.e164)
    known = get_subscriber(table, page.id, one, now)
    _refuse_known(known, wants_code=not given.verified)
    if not given.verified and not spend_code(page, number, table, now, is_new=True, counts=True):
        raise RejectedError(
            429,
            "prefix_stopped",
            "Too many codes went to numbers that begin as this one does, or to its country; wait, "
            "or raise the page's limits.",
        )
    state = State.ACTIVE if given.verified else State.UNCONFIRMED
    subscriber = Subscriber(one, page.id, number.e164, state, now, preferences)
    event, actor = new_id(now, entropy(4)), f"key {key_id}"
    proof: Item = {"method": "operator", "attested_by": actor}
    if given.consent:
        proof |= given.consent.model_dump()
    writes = [
        put_consent(page.id, one, event, proof, now, confirmed=given.verified),
        audit(page.id, event, "subscriber.added", {"subscriber": one}, actor, now),
    ]
    if given.verified:
        writes.append(activate(subscriber, preferences, now))
    else:
        code: dict[str, Any] = {"phone": number.e164, "nonce": entropy(16).hex()}
        code |= {"preferences": preferences_row(preferences), "consent": event}
        writes.append(put_direct_text(page.id, one, event, Event.VERIFICATION, now, **code))
    try:
        table.transact(writes)
    except ConditionFailedError:
        raise _opted_out() from None
    return subscriber, [] if given.consent else [ATTESTED]


def _refuse_known(known: Subscriber | None, *, wants_code: bool) -> None:
    if known is None:
        return
    if known.suppressed:
        raise _opted_out()
    if known.state is State.ACTIVE or (known.state is State.UNCONFIRMED and wants_code):
        raise RejectedError(
            409, "already_subscribed", f"This number is {known.id} already; remove it first."
        )


def _opted_out() -> RejectedError:
    return RejectedError(
        409, "number_opted_out", "This number said STOP; only its owner can undo that, with START."
    )


def remove_subscriber(
    page: str, subscriber: str, key_id: str, table: Table, now: float, entropy: Entropy
) -> None:
    """End a subscription for an operator. Raises RejectedError 404 where there is none."""
    known = get_subscriber(table, page, subscriber, now)
    if known is None or known.state not in LISTED:
        raise _not_found()
    event = new_id(now, entropy(4))
    detail = {"subscriber": subscriber}
    try:
        table.transact(
            [
                end_subscription(page, subscriber, f"key {key_id}", now),
                put_ended(page, subscriber, now),
                audit(page, event, "subscriber.removed", detail, f"key {key_id}", now),
            ]
        )
    except ConditionFailedError:
        raise _not_found() from None


def release_subscriber(
    page: str, subscriber: str, key_id: str, table: Table, now: float, entropy: Entropy
) -> None:
    """Text a quarantined number again, because an operator knows that it can be reached.

    Raises RejectedError 404 for an unknown one, 409 unless quarantined: an opt-out is only undone
    by who said it.
    """
    if get_subscriber(table, page, subscriber, now) is None:
        raise _not_found()
    event, actor = new_id(now, entropy(4)), f"key {key_id}"
    note = audit(page, event, "subscriber.released", {"subscriber": subscriber}, actor, now)
    try:
        table.transact([release(page, subscriber), note])
    except ConditionFailedError:
        raise RejectedError(
            409, "not_quarantined", "Only a quarantined subscriber can be released."
        ) from None


def edit_subscriber(
    page: str,
    subscriber: str,
    given: PreferencesInput,
    actor: str,
    table: Table,
    now: float,
    entropy: Entropy,
) -> Subscriber:
    """Change what a subscriber wants; what is not mentioned stays.

    Raises RejectedError 404 for none, 409 for one who is not subscribed, 422 for a service that the
    page has not.
    """
    known = get_subscriber(table, page, subscriber, now)
    if known is None:
        raise _not_found()
    chosen = choose(given, table, page, over=known.preferences)
    before, after = preferences_row(known.preferences), preferences_row(chosen)
    changed = sorted(name for name in after if before[name] != after[name])
    detail = {"subscriber": subscriber, "changed": changed}
    note = audit(page, new_id(now, entropy(4)), "subscriber.changed", detail, actor, now)
    try:
        table.transact([set_preferences(page, subscriber, chosen, now), note])
    except ConditionFailedError:
        raise RejectedError(
            409, "not_subscribed", "Only who is subscribed and verified can be changed."
        ) from None
    return replace(known, preferences=chosen)


def show_subscriber(
    page: str, subscriber: str, actor: str, table: Table, now: float, entropy: Entropy
) -> Subscriber:
    """One record with its number in full, and a note that it was looked at."""
    known = get_subscriber(table, page, subscriber, now)
    if known is None:
        raise _not_found()
    detail = {"subscriber": subscriber}
    table.write(audit(page, new_id(now, entropy(4)), "subscriber.shown", detail, actor, now))
    return known


def _not_found() -> RejectedError:
    return RejectedError(404, "subscriber_not_found", "There is no such subscriber on this page.")


def list_subscribers(
    page: str, table: Table, now: float, limit: int, cursor: str = ""
) -> tuple[list[Subscriber], str]:
    """Up to `limit` subscribers, and the cursor to go on with ("" at the end).

    Raises RejectedError 422 for a cursor that no list returned.
    """
    shard, after = place_of(cursor)
    found: list[Subscriber] = []
    while shard < SHARDS and len(found) < limit:
        rows, after = page_through_shard(table, page, shard, after, now, limit - len(found))
        found += [one for one in rows if one.state in LISTED]
        shard += 0 if after else 1
    return found, f"{shard}.{after}" if shard < SHARDS else ""


def line(subscriber: Subscriber) -> str:
    """`+1555123xxxx | Yes | 2024-01-15`: number, verified, since when."""
    verified = {State.ACTIVE: "Yes", State.UNCONFIRMED: "Pending"}.get(subscriber.state, "No")
    since = datetime.fromtimestamp(subscriber.created_at, UTC).date().isoformat()
    return f"{mask(subscriber.phone)} | {verified} | {since}"
