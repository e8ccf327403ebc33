"""Texts to one person: verification codes, welcomes, answers. The same protocol, in their own lane.

They are never sent again on doubt: a person who misses one can ask for another.
"""

from collections.abc import Callable
from dataclasses import dataclass

from statustext.adapters.bucket import Bucket
from statustext.adapters.clock import Clock
from statustext.adapters.direct_texts import (
    ANSWER,
    MANAGE_LINK,
    claim_code,
    claim_direct_text,
    get_direct_text,
    may_send_code,
    record_direct_text,
    release_direct_text,
    require_textable,
)
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.pages import get_page
from statustext.adapters.queues import Queue
from statustext.adapters.sms_gateway import SmsGateway, Text
from statustext.adapters.subscribers import get_subscriber, subscriber_key, subscriber_of
from statustext.adapters.twilio_signature import RETRY_OVERRIDE
from statustext.domain import segments
from statustext.domain.delivery import DeliveryStatus, direct_attempt
from statustext.domain.page import Page, Sender, Senders
from statustext.domain.segments import SegmentCount
from statustext.domain.subscriber import State, Subscriber
from statustext.domain.templates import DEFAULTS, MAX_SEGMENTS, Event, render
from statustext.domain.verification import CODE_LIFE, MANAGE_TOKEN_LIFE, code, manage_token
from statustext.errors import (
    ConditionFailedError,
    OutcomeUnknownError,
    RacedError,
    RefusedError,
    SlowDownError,
)
from statustext.flows.delivering.circuits import Circuits
from statustext.flows.delivering.refusals import after_refusal
from statustext.flows.hearing.answering import wording
from statustext.queue_messages import DirectTextTask

LIFE = {Event.VERIFICATION: CODE_LIFE}
"""Seconds after which nobody waits for it any more; an hour for all but codes."""
DEFAULT_LIFE = 3600

PAUSE_WAIT = 30.0
"""Seconds between two looks at a page that is paused: a code is waited for."""


@dataclass(frozen=True)
class DirectTools:
    """What the lane touches. `master` is the key codes and tokens are made with."""

    table: Table
    gateway: SmsGateway
    senders: Senders
    bucket_of: Callable[[Sender], Bucket]
    circuits: Circuits
    queue: Queue
    clock: Clock
    master: str
    give_up_at: float


def send_direct_text(task: DirectTextTask, tools: DirectTools) -> None:
    """Text one person, if that is still wanted, allowed and not done already."""
    page = get_page(tools.table, task.page)
    row = get_direct_text(tools.table, task.page, task.subscriber, task.direct)
    if page is None or row is None:
        return  # removed meanwhile
    now = tools.clock.now()
    if "claimed_at" in row or row.get("status") not in (None, DeliveryStatus.RELEASED):
        return  # delivered twice by the queue, or left by a function that died: never on doubt
    if now > row["at"] + LIFE.get(row["event"], DEFAULT_LIFE):
        _note(task, tools, DeliveryStatus.EXPIRED, reason="too old")
        return
    state = tools.table.get(*subscriber_key(task.page, task.subscriber)) or {}
    if _claims(row, state, task, now) is None:
        _note(task, tools, DeliveryStatus.SUPPRESSED, reason="not allowed now")
        return
    body = _body(row, subscriber_of(state, now) if state else None, page, tools, now)
    size = segments.count(body)
    sender = page.sender_for(row["phone"], tools.senders)
    known = "verified_at" in state
    stopped = tools.circuits.wait_for(sender.id, row["phone"], is_verified=known)
    wait = PAUSE_WAIT if page.paused else stopped
    if wait:
        tools.queue.send([task], delay=wait)
        return
    bucket, end = tools.bucket_of(sender), tools.give_up_at
    if now > end or not (
        bucket.find_room(size.segments, size.segments, end) and bucket.wait_for_slot(end)
    ):
        tools.queue.send([task], delay=1)
        return
    row = {**row, "claimed_at": tools.clock.now()}  # a code's minutes begin after the wait
    claims = _claims(row, state, task, row["claimed_at"])
    try:
        tools.table.transact(claims or [])
    except (ConditionFailedError, RacedError):
        tools.queue.send([task], delay=1)  # something changed since it was read: decide anew
        return
    if not bucket.wait_for_slot(end):  # the claim may have taken longer than the slot waits
        _release(task, tools)
        tools.queue.send([task], delay=1)
        return
    _send(row, body, size, page, sender, task, tools)


def _claims(row: Item, state: Item, task: DirectTextTask, now: float) -> list[Write] | None:
    """What must hold and be written for this text to go out; None where it does not hold."""
    claim = claim_direct_text(task.page, task.subscriber, task.direct, now)
    if row["event"] == Event.VERIFICATION and "attempt" not in row:
        return [claim_code(row, state, now), claim] if may_send_code(state, now) else None
    active = row["event"] in (Event.WELCOME, MANAGE_LINK, ANSWER)
    if "suppressed" in state or (active and state.get("state") != State.ACTIVE):
        return None
    return [require_textable(task.page, task.subscriber, active=active), claim]


def _body(
    row: Item, subscriber: Subscriber | None, page: Page, tools: DirectTools, now: float
) -> str:
    master = tools.master
    if row["event"] == ANSWER and subscriber:  # who is active, or it would not have come this far
        return wording(row, page, subscriber, tools.table, now)
    if row["event"] == MANAGE_LINK:
        token = manage_token(
            master, page.id, row["subscriber"], row["epoch"], now + MANAGE_TOKEN_LIFE
        )
        return f"[{page.name}] Change or end your alerts: {page.url}#statustext={token}"
    event = Event(row["event"])
    values = {"page": page.name, "url": page.url}
    if event is Event.VERIFICATION:
        values["code"] = code(master, row["subscriber"], row["nonce"])
    budget = 1 if event is Event.WELCOME else MAX_SEGMENTS
    return render(page.templates.get(event.value) or DEFAULTS[event], values, budget)


def _send(
    row: Item,
    body: str,
    size: SegmentCount,
    page: Page,
    sender: Sender,
    task: DirectTextTask,
    tools: DirectTools,
) -> None:
    name = direct_attempt(task.subscriber, task.direct, 1)
    callback = f"{page.public_url}/twilio/{page.id}/status/{name}{RETRY_OVERRIDE}"
    is_code = row["event"] == Event.VERIFICATION
    ends_at = row["claimed_at"] + CODE_LIFE if is_code else row["at"] + DEFAULT_LIFE
    text = Text(sender.id, row["phone"], body, callback, ends_at - tools.clock.now())
    try:
        accepted = tools.gateway.send(text)
    except OutcomeUnknownError as error:
        _note(task, tools, DeliveryStatus.UNKNOWN, reason=str(error))
    except (RefusedError, SlowDownError) as error:
        now = tools.clock.now()
        someone = get_subscriber(tools.table, task.page, task.subscriber, now) or Subscriber(
            task.subscriber, task.page, row["phone"], State.UNCONFIRMED, now
        )
        known, key = someone.verified_at is not None, (row["pk"], row["sk"])
        own = tools.circuits.refused(error.code, sender.id, row["phone"], key, is_verified=known)
        after = after_refusal(error, someone, task.tries, tools.table, now, its_own=own)
        _note(task, tools, after.status, reason=after.reason)
        if after.status is DeliveryStatus.RELEASED:
            _release(task, tools)
            again = task.model_copy(update={"tries": task.tries + after.counts})
            tools.queue.send([again], delay=after.wait)
    else:
        _note(task, tools, DeliveryStatus.ACCEPTED, sid=accepted.sid, segments=size.segments)
        tools.circuits.accepted((row["pk"], row["sk"]))


def _release(task: DirectTextTask, tools: DirectTools) -> None:
    tools.table.write(release_direct_text(task.page, task.subscriber, task.direct))


def _note(
    task: DirectTextTask, tools: DirectTools, status: DeliveryStatus, **more: str | int
) -> None:
    write = record_direct_text(
        task.page, task.subscriber, task.direct, status, tools.clock.now(), **more
    )
    tools.table.write_if(write)  # a receipt may have been here first
