"""Texts to one person: verification codes, welcomes, answers. The same protocol, in their own lane.

They are never sent again on doubt: a person who misses one can ask for another.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from statustext.adapters.channel import Accepted, Text
from statustext.adapters.direct_texts import (
    ANSWER,
    MANAGE_LINK,
    NUMBER_CHECK,
    ON_CALL,
    ON_CALL_CODE,
    ONLY_TO_ACTIVE,
    OPERATORS_OWN,
    claim_code,
    claim_direct_text,
    code_may_go_at,
    get_direct_text,
    may_send_code,
    mode_of,
    record_direct_text,
    require_deactivated,
    require_textable,
    unclaim_direct_text,
)
from statustext.adapters.dynamodb import Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.escalations import is_unanswered, require_unanswered
from statustext.adapters.pages import get_page
from statustext.adapters.subscribers import preferences_of, subscriber_key, subscriber_of
from statustext.adapters.twilio_signature import RETRY_OVERRIDE
from statustext.adapters.unconfirmed import put_end
from statustext.domain.code_keys import CodeKey
from statustext.domain.delivery import DeliveryStatus, direct_attempt
from statustext.domain.language import Language
from statustext.domain.mail import Mail
from statustext.domain.mode import Mode
from statustext.domain.own_links import own_links
from statustext.domain.page import Page
from statustext.domain.post import Post
from statustext.domain.quota import Asking, UsedUp
from statustext.domain.segments import count
from statustext.domain.subscriber import State, Subscriber
from statustext.domain.templates import MAX_SEGMENTS, Event, render
from statustext.domain.verification import (
    CODE_LIFE,
    LINK_LIFE,
    UNCONFIRMED_LIFE,
    code,
)
from statustext.domain.webhook_signing import secret_for
from statustext.domain.wordings import Answer, wordings_in
from statustext.errors import ConditionFailedError, RacedError
from statustext.flows.delivering.context import Deps
from statustext.flows.delivering.handing_over import (
    Attempt,
    Missed,
    Unknown,
    hand_over,
    take_refusal,
)
from statustext.flows.delivering.mails import confirmation_mail, welcome_mail
from statustext.flows.delivering.passing_on import pass_on
from statustext.flows.delivering.posts import code_post
from statustext.flows.delivering.quotas import asking_for
from statustext.flows.delivering.room import NO_SENDER, Place, way
from statustext.flows.hearing.answering import wording
from statustext.queue_messages import DirectTextTask

WAITED_FOR = {Event.VERIFICATION: CODE_LIFE, NUMBER_CHECK: 7 * 3600}
"""Seconds after which nobody waits for it any more; an hour for all others. Whether a number is
still theirs is asked by day, and may wait for some hours."""
OTHERS_WAITED_FOR = 3600

CODE_PAUSE_WAIT = 30.0
"""Seconds between two looks at a page that is paused: a code is waited for."""


@dataclass(frozen=True)
class DirectText:
    """A text that was asked for: its row, and the row of the subscriber it goes to ({} for none),
    as they were read. `key` makes what code or token is in it."""

    task: DirectTextTask
    page: Page
    row: Item
    state: Item
    key: CodeKey
    deps: Deps

    @property
    def mode(self) -> Mode:
        return mode_of(self.row)

    @property
    def phone(self) -> str:
        return str(self.row.get("phone", ""))

    @property
    def reached_at(self) -> str:
        """The number, or the address of any other mode."""
        return self.phone or str(self.row["address"])

    @property
    def wanted_until(self) -> float:
        """When nobody waits for it any more."""
        if self.mode is Mode.EMAIL:
            return _wanted_at(self.row) + OTHERS_WAITED_FOR
        return _wanted_at(self.row) + WAITED_FOR.get(self.row["event"], OTHERS_WAITED_FOR)

    def subscriber(self, now: float) -> Subscriber:
        """Whose it is; who never confirmed may have no row any more."""
        known = subscriber_of(self.state, now) if self.state else None
        one, page = self.task.subscriber, self.task.page
        address = "" if self.phone else self.reached_at
        new = Subscriber(
            one, page, self.phone, State.UNCONFIRMED, now, mode=self.mode, address=address
        )
        return known or new

    def put_back(self, wait: float, *, refusals: int = 0) -> None:
        """Look at it again in some seconds."""
        task, deps = self.task, self.deps
        again = task.model_copy(update={"tries": task.tries + refusals})
        pass_on(task, {wait: [again]}, deps.table, deps.queue, deps.clock.now())

    def note(self, status: DeliveryStatus, **more: str | int) -> None:
        """Move its row forward; a receipt may have been here first."""
        task, now = self.task, self.deps.clock.now()
        write = record_direct_text(task.page, task.subscriber, task.direct, status, now, **more)
        self.deps.table.write_if(write)

    def unclaim(self) -> None:
        """The text certainly did not go: it may be claimed again."""
        task = self.task
        self.deps.table.write(unclaim_direct_text(task.page, task.subscriber, task.direct))


async def send_direct_text(task: DirectTextTask, deps: Deps) -> None:
    """Text one person, if that is still wanted, allowed and not done already."""
    page = get_page(deps.table, task.page)
    row = get_direct_text(deps.table, task.page, task.subscriber, task.direct)
    if page is None or row is None:
        return  # removed meanwhile
    now = deps.clock.now()
    if "claimed_at" in row or row.get("status") not in (None, DeliveryStatus.NOT_ACCEPTED):
        return  # delivered twice by the queue, or left by a function that died: never on doubt
    if deps.web_queue and mode_of(row).is_called:
        pass_on(task, {0.0: [task]}, deps.table, deps.web_queue, now)
        return
    state = deps.table.get(*subscriber_key(task.page, task.subscriber)) or {}
    direct = DirectText(task, page, row, state, deps.secrets.code_key(), deps)
    if now > direct.wanted_until:
        direct.note(DeliveryStatus.EXPIRED, reason="too old")
        return
    if _claims(direct, now) is None:
        is_code = row["event"] == Event.VERIFICATION
        if is_code and (at := code_may_go_at(row, state, now)):
            direct.put_back(at - now)
            return
        direct.note(DeliveryStatus.SUPPRESSED, reason="not allowed now")
        return
    body = "" if direct.mode.is_free else _body(direct, now)
    quotas, size = deps.quotas_of(page.id), count(body).segments or 1
    is_on_call = row["event"] == ON_CALL
    asking = asking_for(page, direct.phone, size, is_privileged=is_on_call)
    place = await _room(direct, size, asking)
    if not isinstance(place, Place):
        direct.put_back(place)
        return
    try:
        full = await quotas.take(asking, page)
    except RacedError:
        place.leave()
        direct.put_back(1)
        return
    if full:
        place.leave()
        _without_quota(direct, full)
        return
    now = deps.clock.now()  # a code's minutes begin after the wait
    try:
        deps.table.transact(_claims(direct, now) or [])
    except (ConditionFailedError, RacedError):
        place.leave()
        quotas.put_back(asking, now)
        direct.put_back(1)  # something changed since it was read: decide anew
        return
    place.claimed(deps.clock.now())
    attempt = _attempt(direct, body, size, place, now)
    await _send(direct, attempt, place, partial(quotas.put_back, asking, now))


def _without_quota(direct: DirectText, full: UsedUp) -> None:
    """It waits until the quota begins anew, if somebody waits for it then; else it is refused."""
    now = direct.deps.clock.now()
    if full.until < direct.wanted_until:
        direct.put_back(full.until - now)
    else:
        direct.note(DeliveryStatus.SUPPRESSED, reason=full.reason)


async def _room(direct: DirectText, size: int, asking: Asking) -> Place | float:
    """A slot for a text, if nothing stops it; or in how many seconds to look again."""
    page, deps = direct.page, direct.deps
    is_known, tried = "verified_at" in direct.state, "status" in direct.row
    found = way(page, direct.mode, direct.reached_at, deps, is_verified=is_known, tried=tried)
    if found is None:
        return NO_SENDER
    if wait := CODE_PAUSE_WAIT if page.paused else found.passage.wait:
        return wait
    slots = deps.slots_of(found.sender)
    with deps.quotas_of(page.id).waiting(asking):
        slot = await slots.turn(size)
    if slot is None:
        return 1.0
    return Place(found.sender, found.channel, slots, slot, found.passage, deps.clock.now())


def _claims(direct: DirectText, now: float) -> list[Write] | None:
    """What must hold and be written for this text to go out; None where it does not hold."""
    task, row, state = direct.task, direct.row, direct.state
    life, kid = LINK_LIFE if direct.mode is Mode.EMAIL else CODE_LIFE, direct.key.kid
    claim = claim_direct_text(task.page, task.subscriber, task.direct, kid, now, life)
    if row["event"] == Event.VERIFICATION and "attempt" not in row:
        if not may_send_code(row, state, now):
            return None
        end = put_end(task.page, task.subscriber, now + UNCONFIRMED_LIFE)
        return [claim_code(row, state, now), claim, end]
    if row["event"] == NUMBER_CHECK:
        asked = direct.subscriber(now)
        require = require_deactivated(task.page, task.subscriber)
        return [require, claim] if asked.is_deactivated and not asked.suppressed else None
    active = row["event"] in ONLY_TO_ACTIVE
    if "suppressed" in state or (active and state.get("state") != State.ACTIVE):
        return None
    writes = [require_textable(task.page, task.subscriber, active=active), claim]
    if row["event"] != ON_CALL:
        return writes
    about = (task.page, row["escalation"], row["incident"])
    return (
        [*require_unanswered(*about), *writes] if is_unanswered(direct.deps.table, *about) else None
    )


def _wanted_at(row: Item) -> float:
    """When a text was asked for, or the later moment that it was asked for."""
    return float(row["send_at"] if "send_at" in row else row["at"])


def _body(direct: DirectText, now: float) -> str:
    row, page, deps = direct.row, direct.page, direct.deps
    if row["event"] in (*OPERATORS_OWN, ON_CALL):
        return str(row["body"])
    if row["event"] == ON_CALL_CODE:
        made = code(direct.key, row["subscriber"], row["nonce"])
        return f"[{page.name}] {made} makes this an on-call phone. It works for 10 minutes."
    if row["event"] == ANSWER:  # who is active, or it would not have come this far
        return wording(row, page, direct.subscriber(now), deps.table, now)
    language = _language(direct)
    if row["event"] == NUMBER_CHECK:
        asks = wordings_in(language).answers[Answer.STILL_YOURS]
        return render(asks, {"page": page.name}, MAX_SEGMENTS)
    if row["event"] == MANAGE_LINK:
        own = own_links(page, row["subscriber"], row["epoch"], direct.key, now)
        values = {"page": page.name, "url": own.manage}
        return render(wordings_in(language).answers[Answer.MANAGE], values, MAX_SEGMENTS)
    event = Event(row["event"])
    values = {"page": page.name, "url": page.url}
    if event is Event.VERIFICATION:
        values["code"] = code(direct.key, row["subscriber"], row["nonce"])
    budget = 1 if event is Event.WELCOME else MAX_SEGMENTS
    return render(page.template(event, language), values, budget)


def _language(direct: DirectText) -> Language:
    """That of the sign-up whose code it is, else of the subscription."""
    chosen = direct.row.get("preferences") or direct.state.get("preferences", {})
    return direct.page.language_of(preferences_of(chosen).language)


def _mail(direct: DirectText, sender: str) -> Mail:
    row, to = direct.row, direct.reached_at
    who, language = (direct.page, row["subscriber"]), _language(direct)
    if row["event"] == Event.VERIFICATION:
        return confirmation_mail(
            to, *who, row["direct"], row["nonce"], language, direct.key, sender
        )
    epoch = direct.state.get("token_epoch", 0)
    return welcome_mail(to, *who, epoch, row["direct"], row["at"], language, direct.key, sender)


def _code_post(direct: DirectText) -> Post:
    row, page, master = direct.row, direct.page, direct.deps.secrets.master_key()
    made = code(direct.key, row["subscriber"], row["nonce"])
    version = direct.state.get("secret_version", 0)
    secret = secret_for(master, page.id, direct.task.subscriber, version)
    return code_post(direct.mode, direct.reached_at, page, direct.task, made, secret)


async def _send(
    direct: DirectText, attempt: Attempt, place: Place, uncount: Callable[[], None]
) -> None:
    """Hand it over; what certainly did not go is counted in no quota."""
    from statustext.domain.phone_numbers import country_of  # a tenth of a second, for senders

    deps, circuits = direct.deps, direct.deps.circuits
    match await hand_over(attempt, place, deps):
        case Accepted(sid):
            country = country_of(direct.phone) if direct.phone else ""
            direct.note(DeliveryStatus.ACCEPTED, sid=sid, segments=attempt.size, country=country)
            circuits.accepted(place.passage, attempt.row)
        case Unknown(reason):
            direct.note(DeliveryStatus.UNKNOWN, reason=reason)
        case Missed():
            uncount()
            direct.unclaim()
            direct.put_back(1)
        case error:
            uncount()
            after = take_refusal(error, attempt, deps, direct.unclaim)
            direct.note(after.status, reason=after.reason)
            if after.status is DeliveryStatus.NOT_ACCEPTED:
                direct.unclaim()
                direct.put_back(after.wait, refusals=after.counts)


def _attempt(direct: DirectText, body: str, size: int, place: Place, claimed_at: float) -> Attempt:
    task, page, deps = direct.task, direct.page, direct.deps
    is_code = direct.row["event"] == Event.VERIFICATION
    ends_at = claimed_at + CODE_LIFE if is_code else _wanted_at(direct.row) + OTHERS_WAITED_FOR
    now = deps.clock.now()
    name = direct_attempt(task.subscriber, task.direct, 1)
    callback = f"{page.public_url}/twilio/{page.id}/status/{name}{RETRY_OVERRIDE}"
    sender, to = place.sender.id, direct.reached_at
    mail = _mail(direct, sender) if direct.mode is Mode.EMAIL else None
    text = Text(sender, to, body, callback, ends_at - now, page=page.id, attempt=name, mail=mail)
    if direct.mode.is_called:
        text = replace(text, post=_code_post(direct))
    row = direct.row["pk"], direct.row["sk"]
    return Attempt(text, size, row, direct.subscriber(now), task.tries)
