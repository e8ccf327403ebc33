"""An operator's own text to an audience: one order in one call, a text for each in their own row.

The texts go by the announcements' queue, so that no code waits behind them. For more people than
this is meant for there are incidents, whose fan-out knows no limit.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from statustext.adapters.clock import Entropy
from statustext.adapters.direct_texts import ALERT, get_direct_text, put_direct_text
from statustext.adapters.dynamodb import Table
from statustext.adapters.pages import audit
from statustext.adapters.sends import (
    cancel_order,
    cancelled_text,
    get_order,
    list_waiting_of,
    put_order,
    put_scheduled,
    refuse_duplicate,
)
from statustext.adapters.subscribers import page_through_shard
from statustext.contracts import AudienceInput, SendInput
from statustext.domain.api_key import ApiKey, Kind
from statustext.domain.delivery import RANK, DeliveryStatus, fingerprint
from statustext.domain.ids import SHARDS, made_at, new_id
from statustext.domain.mode import Mode
from statustext.domain.page import Page
from statustext.domain.subscriber import Subscriber
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.accounting.sends import ID
from statustext.flows.lookups import require_component
from statustext.flows.operating.sending import DUPLICATE, moment_of, once_by_key, require_short
from statustext.flows.operating.statuspage import timestamp
from statustext.flows.publishing.idempotency import done_before

MOST = 500
"""People of one order: as many as are written down before API Gateway gives up."""

MOST_LOOKED_AT = 20_000
PART = 1000


@dataclass(frozen=True)
class Order:
    """An order as it was taken: its id, and for whom it wrote a text, or had done before; `paused`
    of its audience asked for a pause (PAUSE) and get none. `send_at` is 0 for at once."""

    id: str
    recipients: int
    paused: int
    send_at: float = 0.0


@dataclass(frozen=True)
class _Text:
    """What each of an audience gets."""

    order: str
    body: str
    send_at: float
    actor: str


def order_for_audience(
    given: SendInput,
    page: Page,
    idempotency_key: str | None,
    key: ApiKey,
    table: Table,
    now: float,
    entropy: Entropy,
) -> Order:
    """Order a text for each of an audience, as it is now. Repeated under the same Idempotency-Key
    it goes on where it ended, with the same people.

    Raises RejectedError 403 for a key that does not reach everybody, 404 for an unknown component,
    409 for an order that was taken back, 422 for anything else that such an order cannot have, or
    too large an audience.
    """
    wanted = _wanted(given, key)
    components = frozenset(require_component(table, page.id, name).id for name in wanted.components)
    once = once_by_key(idempotency_key, given)
    before = done_before(page.id, once, table)
    order = before or new_id(now, entropy(4))
    send_at = _still_at(page, order, table) if before else moment_of(given.send_at, now)
    send_at = send_at if send_at > now else 0.0
    people = _audience(page, components, wanted, table, now, made_at(order) if before else now)
    goes_at = max(send_at, now)
    reached = [one for one in people if one.paused_until <= goes_at]
    _require_allowed(len(reached), page)
    if not before:
        detail = {"order": order, "category": ALERT, "recipients": len(reached)}
        writes = [audit(page.id, order, "text.ordered", detail, key.actor, now)]
        writes += [put_order(page.id, order, send_at)] if send_at else []
        table.transact([*(one.guard(page.id, order, now) for one in once), *writes])
    for one in reached:
        _order(one, _Text(order, given.body, send_at, key.actor), table, now)
    return Order(order, len(reached), len(people) - len(reached), send_at)


def take_back(
    page_id: str, order: str, actor: str, table: Table, now: float, entropy: Entropy
) -> int:
    """Take back an order that waits for its moment; how many texts. Raises RejectedError 404 where
    none was ever to wait, 409 where it does not any more."""
    known = get_order(table, page_id, order) if re.fullmatch(ID, order) else None
    if known is None:
        sentence = "There is no such text on this page, and no such order for later."
        raise RejectedError(404, "send_not_found", sentence)
    note = audit(page_id, new_id(now, entropy(4)), "text.cancelled", {"order": order}, actor, now)
    try:
        table.transact([cancel_order(page_id, order, now), note])
    except ConditionFailedError:
        sentence = "This order is not waiting for its moment any more."
        raise RejectedError(409, "not_scheduled", sentence) from None
    waiting = list_waiting_of(table, page_id, order, known["send_at"])
    for one in waiting:
        table.write_if(cancelled_text(page_id, one.subscriber, one.direct, now))
    return len(waiting)


def shown(order: Order, given: SendInput) -> dict[str, Any]:
    """The order, for whoever made it."""
    audience = given.audience or AudienceInput()
    return {
        "id": order.id,
        "category": ALERT,
        "body": given.body,
        "audience": {"components": list(audience.components), "impact": audience.impact},
        "recipients": order.recipients,
        "paused": order.paused,
        "send_at": timestamp(order.send_at or None),
        "status": "scheduled" if order.send_at else "queued",
    }


def _wanted(given: SendInput, key: ApiKey) -> AudienceInput:
    if key.kind is not Kind.LIVE:
        sentence = "An audience needs a live key; give one number in to."
        raise RejectedError(403, "live_key_needed", sentence)
    if given.audience is None or given.to is not None:
        raise _invalid("audience", "Give one number in to, or an audience, not both.")
    if given.category != ALERT:
        raise _invalid("category", "A text to an audience is an alert; give category alert.")
    require_short(given.body)
    return given.audience


def _still_at(page: Page, order: str, table: Table) -> float:
    """The moment of an order that was taken before."""
    known = get_order(table, page.id, order) or {}
    if "cancelled_at" in known:
        raise RejectedError(409, "taken_back", "This order was taken back; make another.")
    return float(known.get("send_at", 0.0))


def _audience(
    page: Page,
    components: frozenset[str],
    wanted: AudienceInput,
    table: Table,
    now: float,
    since: float,
) -> list[Subscriber]:
    """Active subscribers for whom it is, who were so when it was ordered."""
    found: list[Subscriber] = []
    looked_at = 0
    for shard in range(SHARDS):
        after, more = "", True
        while more:
            some, after = page_through_shard(table, page.id, shard, after, now, PART)
            more, looked_at = bool(after), looked_at + len(some)
            found += [one for one in some if _is_for(one, components, wanted, since)]
            if len(found) > MOST or looked_at > MOST_LOOKED_AT:
                raise _too_large()
    return found


def _is_for(
    one: Subscriber, components: frozenset[str], wanted: AudienceInput, since: float
) -> bool:
    chosen = one.preferences
    return (
        one.is_textable
        and one.mode is Mode.SMS
        and (one.verified_at or one.created_at) <= since
        and (wanted.impact is None or wanted.impact in chosen.severity_filter)
        and (not components or not chosen.services or bool(components & set(chosen.services)))
    )


def _require_allowed(people: int, page: Page) -> None:
    if 0 < page.confirm_above < people:
        sentence = (
            f"This page asks for a confirm token above {page.confirm_above} people: publish an"
            " incident, whose preview gives one."
        )
        raise RejectedError(422, "confirmation_required", sentence)


def _order(one: Subscriber, text: _Text, table: Table, now: float) -> None:
    """Write a text down for one of them, unless an earlier call did."""
    page, at = one.page, made_at(text.order)
    direct = new_id(at, hashlib.sha256(f"{text.order}{one.id}".encode()).digest())
    more = {"phone": one.phone, "body": text.body, "actor": text.actor, "many": True}
    writes = [refuse_duplicate(page, one.id, fingerprint(text.body), now)]
    if text.send_at:
        writes.append(put_scheduled(page, one.id, direct, text.send_at, text.order))
    moment = {"send_at": text.send_at} if text.send_at else {}
    written = put_direct_text(page, one.id, direct, ALERT, now, **more, **moment)
    try:
        table.transact([*writes, written])
    except ConditionFailedError:
        if get_direct_text(table, page, one.id, direct) is None:
            status = DeliveryStatus.SUPPRESSED
            ended: dict[str, Any] = {"status": status.value, "reason": DUPLICATE}
            ended |= {"rank": RANK[status], "status_at": now}
            table.write_if(put_direct_text(page, one.id, direct, ALERT, now, **more, **ended))


def _invalid(field: str, sentence: str) -> RejectedError:
    return RejectedError(422, "invalid_request", sentence, fields={field: sentence})


def _too_large() -> RejectedError:
    return RejectedError(
        422,
        "audience_too_large",
        f"An audience of one order is {MOST} people at most, of a page of {MOST_LOOKED_AT}; publish"
        " an incident to tell more.",
    )
