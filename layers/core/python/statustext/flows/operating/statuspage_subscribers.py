"""Subscribers in the shape of Statuspage's management API v1, by our own acts on them.

https://developer.statuspage.io
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from statustext.adapters.direct_texts import (
    list_sign_ups,
    mode_of,
    put_direct_text,
    reached_of,
    take_back,
)
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.pages import audit
from statustext.adapters.subscribers import get_subscriber, page_through_shard, preferences_of
from statustext.contracts import (
    OperatorSubscriber,
)
from statustext.domain.ids import SHARDS
from statustext.domain.masking import contact_shown
from statustext.domain.mode import Mode
from statustext.domain.page import Page
from statustext.domain.phone_numbers import PhoneNumber, as_dialled, country_of
from statustext.domain.subscriber import State, Subscriber
from statustext.domain.templates import Event
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.acting import Act
from statustext.flows.operating import subscribers as acts
from statustext.flows.operating.statuspage import timestamp
from statustext.flows.signing_up.subscribing import FreeAddress
from statustext.sign_up_contracts import PreferencesInput
from statustext.statuspage_contracts import ManagedSubscriber, SubscribersChosen
from statustext.validation import validated

TYPES = ("email", "sms", "slack", "webhook", "integration_partner")
STATES = {one.value: one for one in (State.ACTIVE, State.UNCONFIRMED, State.QUARANTINED)}
MOST_LISTED = 20_000
"""Subscribers of a page that are read for one of these lists, which know no cursor."""

MOST_AT_ONCE = 100
LARGE = (
    f"This page has more than {MOST_LISTED} subscribers; "
    "list them by /api/sms/subscribers, whose cursor goes on."
)


@dataclass(frozen=True)
class Asked:
    """Which subscribers: of a `type` and a `state` ("all" for any), whose number or address holds
    `q`."""

    type: str = ""
    state: str = "active"
    q: str = ""

    def holds(self, one: Subscriber) -> bool:
        states = STATES.values() if self.state == "all" else [STATES[self.state]]
        is_found = not self.q or _holds(one, self.q)
        return self.type in ("", type_of(one)) and one.state in states and is_found


def type_of(one: Subscriber) -> str:
    """Statuspage's word for a mode; messages to Teams and Discord are posts like a webhook's."""
    return one.mode.value if one.mode.value in TYPES else "webhook"


def _holds(one: Subscriber, q: str) -> bool:
    if one.mode is not Mode.SMS:
        return q.casefold() in one.address.casefold()
    digits = "".join(filter(str.isdigit, q))
    return bool(digits) and digits in one.phone


def every_subscriber(page_id: str, table: Table, now: float) -> list[Subscriber]:
    """All of a page that are reached anywhere. Raises RejectedError 422 where they are too many."""
    found: list[Subscriber] = []
    for shard in range(SHARDS):
        after, more = "", True
        while more:
            people, after = page_through_shard(table, page_id, shard, after, now)
            found += [one for one in people if one.reached_at]
            more = bool(after)
            if len(found) > MOST_LISTED:
                raise RejectedError(422, "too_many_subscribers", LARGE)
    return found


def listed(found: Sequence[Subscriber], field: str, direction: str) -> list[Subscriber]:
    """In the order that was asked for: by number, creation, or quarantine (who never was, last)."""
    orders: Mapping[str, Callable[[Subscriber], Any]] = {
        "primary": lambda one: one.reached_at,
        "relevance": lambda one: one.reached_at,
        "created_at": lambda one: (one.created_at, one.id),
        "quarantined_at": lambda one: (one.quarantined_at or float("inf"), one.id),
    }
    return sorted(found, key=orders[field], reverse=direction == "desc")


def counts(found: Sequence[Subscriber], asked: Asked) -> dict[str, int]:
    """How many there are of each type."""
    held = Counter(type_of(one) for one in found if asked.holds(one))
    every = {name: held[name] for name in TYPES}
    return {asked.type: every[asked.type]} if asked.type else every


def histogram(found: Sequence[Subscriber]) -> dict[str, dict[str, int]]:
    """How many there are of each type in each state."""
    seen = Counter((type_of(one), one.state.value) for one in found)
    shown = {name: {state: seen[name, state] for state in STATES} for name in TYPES}
    return {name: {**states, "total": sum(states.values())} for name, states in shown.items()}


def shape(one: Subscriber, *, in_full: bool) -> dict[str, Any]:
    """One subscriber; the number nationally, or masked, as an address is."""
    shown = contact_shown(one.mode, one.reached_at, in_full=in_full)
    national, display = shown["phone"], shown["phone"]
    if in_full and one.phone:
        national, display = as_dialled(one.phone)
    stopped = one.quarantined_at if one.state is State.QUARANTINED else None
    return {
        "id": one.id,
        "mode": type_of(one),
        "email": shown["email"],
        "endpoint": shown["endpoint"],
        "phone_number": national,
        "phone_country": (one.phone and country_of(one.phone)) or None,
        "display_phone_number": display,
        "obfuscated_channel_name": None,
        "workspace_name": None,
        "quarantined_at": timestamp(stopped),
        "purge_at": None,
        "skip_confirmation_notification": False,
        "components": list(one.preferences.services),
        "page_access_user_id": None,
        "created_at": timestamp(one.created_at),
        "state": one.state.value,
    }


def note_taken(found: Sequence[Subscriber], page_id: str, act: Act) -> None:
    """Note in the audit trail that numbers were taken in full, and how many."""
    act.table.write(act.note(page_id, "subscribers.exported", {"count": len(found)}))


def add(
    given: ManagedSubscriber,
    page: Page,
    act: Act,
    master: str,
    *,
    allow_fictional: bool,
    incident: str = "",
) -> Subscriber:
    """Add a number or a mailbox as our own way by hand does, to one incident or the page.

    Raises RejectedError 422 for webhooks, and as `add_subscriber` does.
    """
    if given.endpoint or bool(given.email) == bool(given.phone_number):
        sentence = "Send phone_number and phone_country, or an email; a webhook signs itself up."
        raise RejectedError(422, "mode_not_offered", sentence)
    asked = {
        "phone": given.phone_number,
        "email": given.email,
        "country": given.phone_country,
        "verified": given.skip_confirmation_notification,
        "consent": given.consent,
        "preferences": PreferencesInput(services=given.component_ids),
    }
    wanted = validated(asked, OperatorSubscriber)
    made, _ = acts.add_subscriber(
        wanted,
        page,
        act,
        master,
        allow_fictional=allow_fictional,
        incident=incident,
    )
    return made


def remove(one: str, page_id: str, act: Act) -> Subscriber:
    """Unsubscribe one; who it was. Raises RejectedError 404."""
    known = require(one, page_id, act)
    if not _is_taken_back(one, page_id, act):
        acts.remove_subscriber(page_id, one, act)
    return known


def _is_taken_back(one: str, page_id: str, act: Act) -> bool:
    """Take a sign-up back whose code is not being texted yet; False where there is none such."""
    rows = list_sign_ups(act.table, page_id, one, act.now)
    if not rows or get_subscriber(act.table, page_id, one, act.now) is not None:
        return False
    note = act.note(page_id, "subscriber.removed", {"subscriber": one})
    try:
        act.table.transact([*(take_back(row, act.now) for row in rows), note])
    except ConditionFailedError:
        return False
    return True


def show(one: str, page_id: str, act: Act) -> Subscriber:
    """One with the number in full, and a note that it was looked at. Raises RejectedError 404."""
    known = require(one, page_id, act)
    act.table.write(act.note(page_id, "subscriber.shown", {"subscriber": one}))
    return known


def require(one: str, page_id: str, act: Act) -> Subscriber:
    """One subscriber, from the moment it was added on. Raises RejectedError 404."""
    known = get_subscriber(act.table, page_id, one, act.now)
    if known is None and (rows := list_sign_ups(act.table, page_id, one, act.now)):
        return _before_code(rows[0])
    if known is None or not known.reached_at:
        raise RejectedError(404, "subscriber_not_found", "There is no such subscriber here.")
    return known


def _before_code(row: Item) -> Subscriber:
    """Whoever is added has a row of its own only once its code is being texted."""
    chosen = preferences_of(row["preferences"])
    one = Subscriber(
        row["subscriber"], row["page"], row.get("phone", ""), State.UNCONFIRMED, row["at"], chosen
    )
    return replace(one, mode=mode_of(row), address=row.get("address", ""))


def ask_again(one: str, page: Page, act: Act) -> None:
    """Send another code, or link, to somebody who has not used one. Raises RejectedError 404, 409
    where there is no sign-up of the last day, 429 where the page's hour is full."""
    known = require(one, page.id, act)
    rows = list_sign_ups(act.table, page.id, one, act.now)
    if known.state is not State.UNCONFIRMED or not rows:
        raise RejectedError(
            409, "nothing_to_confirm", "Only a sign-up of the last day can be sent another code."
        )
    number: PhoneNumber | FreeAddress = FreeAddress(known.mode, known.address)
    if known.mode is Mode.SMS:
        number = PhoneNumber(known.phone, country_of(known.phone))
    if not acts.spends_code(number, one, page, act):
        raise RejectedError(
            429, "prefix_stopped", "Too many codes went to numbers like this; try again later."
        )
    event, last = act.new_id(), rows[0]
    code = put_direct_text(
        page.id,
        one,
        event,
        Event.VERIFICATION,
        act.now,
        **reached_of(last),
        nonce=act.entropy(16).hex(),
        preferences=last["preferences"],
        consent=last.get("consent", last["direct"]),
    )
    note = audit(page.id, event, "subscriber.asked_again", {"subscriber": one}, act.actor, act.now)
    act.table.transact([code, note])


def each(
    given: SubscribersChosen, state: str, do: Callable[[str], Any], page_id: str, act: Act
) -> dict[str, Any]:
    """Do it for each that was chosen: who it was done for, and why it was not for others.

    "all" are those of the `state`; more than a hundred at once are refused with 422.
    """
    chosen = given.subscribers
    if chosen == ["all"]:
        asked = Asked(given.type or "", state)
        every = every_subscriber(page_id, act.table, act.now)
        chosen = [one.id for one in every if asked.holds(one)]
        if len(chosen) > MOST_AT_ONCE:
            sentence = f"These are {len(chosen)}; name at most {MOST_AT_ONCE} at once."
            raise RejectedError(422, "too_many_subscribers", sentence)
    done, left = [], {}
    for one in dict.fromkeys(chosen):
        try:
            do(one)
            done.append(one)
        except RejectedError as error:
            left[one] = error.message
    return {"done": done, "left": left}
