"""An operator's own text to one number: ordered here, sent by the codes' lane as any direct text.

Whom it may reach is looked at twice: here, so that the operator is told at once, and by the claim,
so that a STOP said meanwhile still holds.
"""

import hashlib
from typing import Any

from statustext.adapters.clock import Entropy
from statustext.adapters.direct_texts import ALERT, put_direct_text
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.pages import audit
from statustext.adapters.sends import cancelled_text, put_scheduled, refuse_duplicate
from statustext.adapters.subscribers import get_subscriber
from statustext.contracts import SendInput
from statustext.domain.api_key import ApiKey, Kind
from statustext.domain.delivery import RANK, DeliveryStatus, fingerprint
from statustext.domain.ids import new_id, subscriber_id
from statustext.domain.page import Page
from statustext.domain.segments import count
from statustext.domain.subscriber import State, Subscriber
from statustext.domain.templates import MAX_SEGMENTS
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.accounting.sends import require_send, send_name
from statustext.flows.publishing.idempotency import ONCE_LIFE, Once, done_before
from statustext.flows.signing_up.subscribing import usable_number

LATEST = 7 * 24 * 3600
"""Seconds ahead that a text may be scheduled."""

DUPLICATE = "recent_duplicate"
BY_TEST_KEY = "test_key"


def order_text(
    given: SendInput,
    page: Page,
    idempotency_key: str | None,
    key: ApiKey,
    table: Table,
    master: str,
    now: float,
    entropy: Entropy,
    *,
    allow_fictional: bool,
) -> tuple[bool, str]:
    """Order one text; whether it is on its way by this call, and its name. One that may not be
    sent, that repeats another, or that comes by a test key, is written down as suppressed.

    Raises RejectedError 403 for a number that is not a team key's, 422 for one that cannot be
    texted, too long a text, a moment that is not in the next seven days, or an Idempotency-Key that
    was used for something else.
    """
    if given.to is None:
        sentence = "Give one number in to, or an audience."
        raise RejectedError(422, "invalid_request", sentence, fields={"to": sentence})
    number = usable_number(
        given.to, given.country, page, allow_fictional=allow_fictional, field="to"
    )
    if key.kind is Kind.TEAM and number.e164 not in key.numbers:
        raise RejectedError(
            403, "not_in_team", "This key texts only the numbers that it lists; use one of them."
        )
    require_short(given.body)
    once = once_by_key(idempotency_key, given)
    if before := done_before(page.id, once, table):
        return False, before
    send_at = moment_of(given.send_at, now)
    one = subscriber_id(master, page.id, number.e164)
    direct = new_id(now, entropy(4))
    send = send_name(direct, one)
    reason = _why_not(get_subscriber(table, page.id, one, now), given.category)
    if key.kind is Kind.TEST:
        reason = reason or BY_TEST_KEY
    more: dict[str, Any] = {"phone": number.e164, "body": given.body, "actor": key.actor}
    guards = [each.guard(page.id, send, now) for each in once]
    detail = {"send": send, "subscriber": one, "category": given.category}
    guards.append(audit(page.id, direct, "text.ordered", detail, key.actor, now))
    if not reason:
        writes = [refuse_duplicate(page.id, one, fingerprint(given.body), now), *guards]
        if send_at > now:
            more["send_at"] = send_at
            writes.append(put_scheduled(page.id, one, direct, send_at))
        writes.append(put_direct_text(page.id, one, direct, given.category, now, **more))
        if _transacted(table, writes):
            return True, send
        if before := done_before(page.id, once, table):
            return False, before
        reason = DUPLICATE
    ended = {"status": DeliveryStatus.SUPPRESSED.value, "reason": reason, "status_at": now}
    ended["rank"] = RANK[DeliveryStatus.SUPPRESSED]
    more = {name: value for name, value in more.items() if name != "send_at"} | ended
    table.transact([*guards, put_direct_text(page.id, one, direct, given.category, now, **more)])
    return False, send


def cancel_text(
    page_id: str, send: str, actor: str, table: Table, now: float, entropy: Entropy
) -> None:
    """Take back a text that waits for its moment. Raises RejectedError 404, or 409 where it is not
    scheduled any more."""
    row = require_send(table, page_id, send)
    gone = RejectedError(409, "not_scheduled", "This text is not waiting for its moment any more.")
    if row.get("send_at", 0.0) <= now or "status" in row:
        raise gone
    cancelled = cancelled_text(page_id, row["subscriber"], row["direct"], now)
    note = audit(page_id, new_id(now, entropy(4)), "text.cancelled", {"send": send}, actor, now)
    if not _transacted(table, [cancelled, note]):
        raise gone


def _transacted(table: Table, writes: list[Write]) -> bool:
    try:
        table.transact(writes)
    except ConditionFailedError:
        return False
    return True


def _why_not(subscriber: Subscriber | None, category: str) -> str:
    """Why this number may not be texted, or ""."""
    if subscriber is not None and subscriber.suppressed:
        return subscriber.suppressed
    if category == ALERT and (subscriber is None or subscriber.state is not State.ACTIVE):
        return "not_subscribed"
    return ""


def require_short(body: str) -> None:
    size = count(body)
    if size.segments > MAX_SEGMENTS:
        sentence = (
            f"The text takes {size.segments} segments ({size.encoding}); write at most"
            f" {MAX_SEGMENTS}."
        )
        raise RejectedError(422, "too_long", sentence, fields={"body": sentence})


def moment_of(send_at: float | None, now: float) -> float:
    """When it is to go, 0 for at once. Raises RejectedError 422 beyond the next seven days."""
    if send_at is None:
        return 0.0
    if not now - 60 <= send_at <= now + LATEST:
        sentence = "Give a moment within the next seven days."
        raise RejectedError(422, "invalid_moment", sentence, fields={"send_at": sentence})
    return send_at


def once_by_key(key: str | None, given: SendInput) -> list[Once]:
    """The Idempotency-Key of an order, where there is one. A key of incidents is another."""
    if key is None:
        return []
    name, asked = (hashlib.sha256(one.encode()) for one in (key, given.model_dump_json()))
    return [Once(f"send#{name.hexdigest()}", asked.hexdigest(), ONCE_LIFE)]
