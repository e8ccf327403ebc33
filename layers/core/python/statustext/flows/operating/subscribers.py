"""Operators and their subscribers: list, add by hand, remove."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

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
    reached_row,
    set_preferences,
)
from statustext.contracts import (
    OperatorSubscriber,
)
from statustext.domain.ids import SHARDS, subscriber_id
from statustext.domain.masking import shown_address
from statustext.domain.mode import Mode
from statustext.domain.page import Page
from statustext.domain.phone_numbers import PhoneNumber
from statustext.domain.subscriber import Preferences, State, Subscriber, usual_preferences
from statustext.domain.templates import Event
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.acting import Act
from statustext.flows.cursors import place_of
from statustext.flows.signing_up.abuse_limits import spend_code, spend_free_sign_up
from statustext.flows.signing_up.preferences import choose
from statustext.flows.signing_up.subscribing import (
    FreeAddress,
    reached_by,
    require_mode,
    usable_number,
)
from statustext.sign_up_contracts import PreferencesInput

ATTESTED = (
    "No consent statement was given: the record says that this key attested it. Send consent with "
    "source, statement and obtained_at."
)
MOST_QUERIES = 40
LISTED = (State.ACTIVE, State.UNCONFIRMED, State.QUARANTINED)


def add_subscriber(
    given: OperatorSubscriber,
    page: Page,
    act: Act,
    master: str,
    *,
    allow_fictional: bool,
    incident: str = "",
) -> tuple[Subscriber, list[str]]:
    """Add a number or a mailbox by hand, and warnings for the operator; to one `incident` only, if
    it is given.

    `verified: true` makes it active at once, never against an opt-out; else it is sent a code, or
    a link.
    Raises RejectedError 409 for a number that is subscribed or opted out, 422 for one that cannot
    be texted or where the page insists on a consent statement, 429 where the page's hour is full or
    too many codes went to numbers like this one.
    """
    number = address_of(given, page, allow_fictional=allow_fictional)
    mode, reached = reached_by(number)
    if given.verified and page.consent_required and given.consent is None:
        raise RejectedError(
            422, "consent_required", "This page takes verified: true only with a consent object."
        )
    preferences = choose(given.preferences, act.table, page.id, over=usual_preferences(mode))
    if incident:
        preferences = replace(preferences, incidents=(incident,), updates=True)
    one = subscriber_id(master, page.id, reached, mode)
    known = get_subscriber(act.table, page.id, one, act.now)
    _refuse_known(known, wants_code=not given.verified)
    if not given.verified and not spends_code(number, one, page, act):
        raise RejectedError(
            429,
            "prefix_stopped",
            "Too many codes went to numbers that begin as this one does, or to its country; wait, "
            "or raise the page's limits.",
        )
    state = State.ACTIVE if given.verified else State.UNCONFIRMED
    phone, address = (reached, "") if mode is Mode.SMS else ("", reached)
    subscriber = Subscriber(
        one, page.id, phone, state, act.now, preferences, mode=mode, address=address
    )
    event = act.new_id()
    proof: Item = {"method": "operator", "attested_by": act.actor}
    if given.consent:
        proof |= given.consent.model_dump()
    writes = [
        put_consent(page.id, one, event, proof, act.now, confirmed=given.verified),
        audit(page.id, event, "subscriber.added", {"subscriber": one}, act.actor, act.now),
    ]
    if given.verified:
        writes.append(activate(subscriber, preferences, act.now))
    else:
        code: dict[str, Any] = {**reached_row(mode, reached), "nonce": act.entropy(16).hex()}
        code |= {"preferences": preferences_row(preferences), "consent": event}
        writes.append(put_direct_text(page.id, one, event, Event.VERIFICATION, act.now, **code))
    try:
        act.table.transact(writes)
    except ConditionFailedError:
        raise _opted_out() from None
    return subscriber, [] if given.consent else [ATTESTED]


def address_of(
    given: OperatorSubscriber, page: Page, *, allow_fictional: bool
) -> PhoneNumber | FreeAddress:
    """The number or mailbox to add. Raises RejectedError 422 for one that cannot be used, or that
    the page does not offer."""
    if given.phone is not None:
        return usable_number(given.phone, given.country, page, allow_fictional=allow_fictional)
    require_mode(Mode.EMAIL, page)
    return FreeAddress(Mode.EMAIL, given.email or "")


def spends_code(number: PhoneNumber | FreeAddress, one: str, page: Page, act: Act) -> bool:
    """Count what asks for a code or a link; whether it may go. Raises RejectedError 429."""
    if isinstance(number, FreeAddress):
        return spend_free_sign_up(page, one, True, act.table, act.now)
    return spend_code(page, number, act.table, act.now, is_new=True, counts=True)


def _refuse_known(known: Subscriber | None, *, wants_code: bool) -> None:
    if known is None:
        return
    if known.suppressed:
        raise _opted_out()
    if known.state is State.ACTIVE or (known.state is State.UNCONFIRMED and wants_code):
        raise RejectedError(
            409, "already_subscribed", f"This address is {known.id} already; remove it first."
        )


def _opted_out() -> RejectedError:
    return RejectedError(
        409, "number_opted_out", "This number said STOP; only its owner can undo that, with START."
    )


def remove_subscriber(page: str, subscriber: str, act: Act) -> None:
    """End a subscription for an operator. Raises RejectedError 404 where there is none."""
    known = get_subscriber(act.table, page, subscriber, act.now)
    if known is None or known.state not in LISTED:
        raise _not_found()
    try:
        act.table.transact(
            [
                end_subscription(page, subscriber, act.actor, act.now),
                put_ended(page, subscriber, act.now),
                act.note(page, "subscriber.removed", {"subscriber": subscriber}),
            ]
        )
    except ConditionFailedError:
        raise _not_found() from None


def release_subscriber(page: str, subscriber: str, act: Act) -> None:
    """Text a quarantined number again, because an operator knows that it can be reached.

    Raises RejectedError 404 for an unknown one, 409 unless quarantined: an opt-out is only undone
    by who said it. Whether a number that its carrier gave up is still theirs, only they can tell.
    """
    known = get_subscriber(act.table, page, subscriber, act.now)
    if known is None:
        raise _not_found()
    if known.is_deactivated:
        raise RejectedError(
            409,
            "number_given_up",
            "Its carrier gave this number up, and it may be somebody else's; YES or START texted "
            "from it, or a new sign-up, brings it back.",
        )
    note = act.note(page, "subscriber.released", {"subscriber": subscriber})
    try:
        act.table.transact([release(page, subscriber, act.now), note])
    except ConditionFailedError:
        raise RejectedError(
            409, "not_quarantined", "Only a quarantined subscriber can be released."
        ) from None


def edit_subscriber(page: str, subscriber: str, given: PreferencesInput, act: Act) -> Subscriber:
    """Change what a subscriber wants; what is not mentioned stays.

    Raises RejectedError 404 for none, 409 for one who is not subscribed, 422 for a service that the
    page has not.
    """
    known = get_subscriber(act.table, page, subscriber, act.now)
    if known is None:
        raise _not_found()
    return change_preferences(known, choose(given, act.table, page, over=known.preferences), act)


def change_preferences(known: Subscriber, chosen: Preferences, act: Act) -> Subscriber:
    """Have a subscriber hear of what is `chosen`; how they stand then.

    Raises RejectedError 409 for one who is not subscribed.
    """
    before, after = preferences_row(known.preferences), preferences_row(chosen)
    changed = sorted(name for name in after if before[name] != after[name])
    note = act.note(known.page, "subscriber.changed", {"subscriber": known.id, "changed": changed})
    try:
        act.table.transact([set_preferences(known.page, known.id, chosen, act.now), note])
    except ConditionFailedError:
        raise RejectedError(
            409, "not_subscribed", "Only who is subscribed and verified can be changed."
        ) from None
    return replace(known, preferences=chosen)


def show_subscriber(page: str, subscriber: str, act: Act) -> Subscriber:
    """One record with its number in full, and a note that it was looked at."""
    known = get_subscriber(act.table, page, subscriber, act.now)
    if known is None:
        raise _not_found()
    act.table.write(act.note(page, "subscriber.shown", {"subscriber": subscriber}))
    return known


def _not_found() -> RejectedError:
    return RejectedError(404, "subscriber_not_found", "There is no such subscriber on this page.")


def list_subscribers(
    page: str, table: Table, now: float, limit: int, cursor: str = "", mode: str = ""
) -> tuple[list[Subscriber], str]:
    """Up to `limit` subscribers, of one mode if it is named, and the cursor to go on with ("" at
    the end). Fewer may be found before the end, as one call makes MOST_QUERIES at most.

    Raises RejectedError 422 for a cursor that no list returned.
    """
    shard, after = place_of(cursor)
    found: list[Subscriber] = []
    for _ in range(MOST_QUERIES):
        if shard == SHARDS or len(found) == limit:
            break
        rows, after = page_through_shard(table, page, shard, after, now, limit - len(found))
        found += [one for one in rows if one.state in LISTED and mode in ("", one.mode)]
        shard += 0 if after else 1
    return found, f"{shard}.{after}" if shard < SHARDS else ""


def line(subscriber: Subscriber) -> str:
    """`+1555123xxxx | Yes | 2024-01-15`: number or address, verified, since when."""
    verified = {State.ACTIVE: "Yes", State.UNCONFIRMED: "Pending"}.get(subscriber.state, "No")
    since = datetime.fromtimestamp(subscriber.created_at, UTC).date().isoformat()
    return f"{shown_address(subscriber.phone, subscriber.address)} | {verified} | {since}"
