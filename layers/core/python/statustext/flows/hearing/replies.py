"""What people text back: an opt-out, START, HELP, MANAGE, a keyword, or none of these.

Twilio repeats webhooks and does not keep their order. A reply is taken once, by its MessageSid, so
that a repeated START cannot undo a later STOP. A number has one webhook, that of one page; an
opt-out said to it holds on every page that texts from it, and START undoes it there.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from statustext.adapters.clock import Entropy
from statustext.adapters.direct_texts import ANSWER, MANAGE_LINK, has_code, put_direct_text
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.ended import put_ended
from statustext.adapters.holds import put_hold
from statustext.adapters.opt_outs import (
    bring_back,
    has_subscription,
    may_return,
    suppress,
    unsuppress,
)
from statustext.adapters.pages import audit, get_page, page_ids
from statustext.adapters.quarantine import release
from statustext.adapters.reviews import once, put_review
from statustext.adapters.subscribers import subscriber_key, subscriber_of
from statustext.domain.handsets import is_number, one_spelling
from statustext.domain.ids import new_id, subscriber_id
from statustext.domain.keywords import Keyword
from statustext.domain.keywords import read as read_command
from statustext.domain.masking import mask_all
from statustext.domain.opt_out import OPT_OUTS, Intent, known_to_twilio
from statustext.domain.opt_out import classify as read_intent
from statustext.domain.page import Page, Senders
from statustext.domain.subscriber import State, Subscriber
from statustext.domain.team.wording import is_acknowledgement
from statustext.domain.templates import Event
from statustext.errors import ConditionFailedError
from statustext.flows.escalating.acknowledging import acknowledged_by_text, stopped_on_call
from statustext.flows.hearing.answering import carry_out, may_answer
from statustext.observability import count, log_failure, logger

WRITES_AT_ONCE = 100
"""In one transaction."""


@dataclass(frozen=True)
class Reply:
    """An inbound text: its words, what they are taken for, to which of our numbers (and Messaging
    Service) it came, by which of the page's own accounts if it was one, and whose it is.

    `row` is the subscriber's as it was read, `known` the same as a subscriber. What Twilio takes
    for one of its own keywords `is_left_to_twilio`: it answers, and after an opt-out it blocks.
    """

    sid: str
    phone: str
    to: tuple[str, ...]
    account: str
    body: str
    intent: Intent
    is_left_to_twilio: bool
    subscriber: str
    row: Item
    known: Subscriber | None

    @property
    def is_active(self) -> bool:
        known = self.known
        return known is not None and known.state is State.ACTIVE and not known.suppressed


@dataclass(frozen=True)
class Consequence:
    """What a reply leads to. `answer` is the event of the text sent back, which `remembers` what
    its wording needs."""

    writes: Sequence[Write] = ()
    event: str = "sms.replied"
    answer: str = ""
    remembers: Mapping[str, Any] = field(default_factory=dict)


NOTHING = Consequence()


def take_reply(
    form: Mapping[str, str],
    page: Page,
    own: Senders,
    table: Table,
    master: str,
    now: float,
    entropy: Entropy,
) -> None:
    """Act on an inbound text, once, and ask for the answer to it where there is one. `own` are the
    deployment's senders. A text from what is no number is nobody's: it is counted, for an alarm."""
    if not is_number(form["From"]):
        logger.warning("A text from what is no number", sid=form["MessageSid"], page=page.id)
        count("ReplyFromNoNumber")
        return
    reply = _read(form, page, table, master, now)
    one = reply.subscriber
    found = _consequence(reply, page, table, now, entropy)
    detail = _detail(reply, one)
    detail |= {name: value for name, value in found.remembers.items() if name == "keyword"}
    writes = [*_noted(page.id, found.event, detail, reply.row, now), *found.writes]
    if found.answer and _may_answer(page, one, table, now):
        direct, more = new_id(now, entropy(4)), {"phone": reply.phone, **found.remembers}
        writes.append(put_direct_text(page.id, one, direct, found.answer, now, **more))
    some = [writes]
    for of_another in _elsewhere(reply, page, own, table, master, now):
        if sum(map(len, some)) + len(of_another) > WRITES_AT_ONCE:
            _take_once(some, table)
            some = []
        some.append(of_another)
    _take_once(some, table)


def _take_once(of_pages: Sequence[Sequence[Write]], table: Table) -> None:
    """What a reply leads to on some pages, unless its note, the first write, is there already."""
    if not of_pages:
        return
    try:
        table.transact([write for of_one in of_pages for write in of_one])
    except ConditionFailedError:
        left = [one for one in of_pages if table.get(one[0].pk, one[0].sk) is None]
        if len(left) == len(of_pages):
            raise  # lost a race: Twilio asks again
        _take_once(left, table)


def _read(form: Mapping[str, str], page: Page, table: Table, master: str, now: float) -> Reply:
    body, by_twilio = form.get("Body", ""), form.get("OptOutType", "").upper()
    intent = read_intent(body)
    # With Advanced Opt-Out Twilio says what it took the text for, custom keywords included.
    # https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
    words = {"STOP": Intent.STOP, "START": Intent.START, "HELP": Intent.HELP}
    if intent is Intent.CONFIRM_YES:
        words["START"] = intent  # YES is one of Twilio's, and does less than START here
    one = subscriber_id(master, page.id, form["From"])
    row = table.get(*subscriber_key(page.id, one)) or {}
    return Reply(
        sid=form["MessageSid"],
        phone=one_spelling(form["From"]),
        to=(form.get("To", ""), form.get("MessagingServiceSid", "")),
        account=form.get("AccountSid", ""),
        body=body,
        intent=words.get(by_twilio) or intent,
        is_left_to_twilio=by_twilio in words
        or (page.keyword_replies == "twilio" and known_to_twilio(body)),
        subscriber=one,
        row=row,
        known=subscriber_of(row, now) if row else None,
    )


def _detail(reply: Reply, subscriber: str) -> dict[str, Any]:
    """What the audit trail keeps of a reply."""
    detail = {"subscriber": subscriber, "intent": reply.intent.value, "sid": reply.sid}
    if reply.intent in (Intent.REVIEW_STOP, Intent.UNSURE):
        detail["review"] = mask_all(reply.body)[:320]
    return detail


def _noted(
    page: str, event: str, detail: Mapping[str, Any], before: Item, now: float
) -> list[Write]:
    """That a reply is taken once, first of all; what the audit trail says of it, in its place by
    time; and what an operator is to look at. `before` is the subscriber's row."""
    sid = detail["sid"]
    in_time = new_id(now, hashlib.sha256(sid.encode()).digest()[:4])
    writes = [once(page, sid, now), audit(page, in_time, event, detail, "the subscriber", now)]
    if "review" in detail:
        opted_out = event == "subscriber.opted_out" and "suppressed" not in before
        writes.append(put_review(page, detail, now, opted_out=opted_out, before=before))
    return writes


def _consequence(
    reply: Reply, page: Page, table: Table, now: float, entropy: Entropy
) -> Consequence:
    one, known, is_active = reply.subscriber, reply.known, reply.is_active
    if reply.intent in OPT_OUTS:
        stop = suppress(page.id, one, "stop", now, in_words=not reply.is_left_to_twilio)
        writes = [stop, put_ended(page.id, one, now), *stopped_on_call(page.id, one, table)]
        return Consequence(writes, "subscriber.opted_out")
    if is_acknowledgement(reply.body):
        return Consequence(acknowledged_by_text(page.id, one, table, now))
    if known and _can_be_reached(known) and reply.intent is not Intent.START:
        return Consequence([release(page.id, one, now)], "subscriber.returned")
    if _is_joining(reply, page):
        return _join(reply, page, table, now, entropy)
    match reply.intent:
        case Intent.START | Intent.CONFIRM_YES if known and not is_active:
            return _return(reply, known, page, table, now)
        case Intent.HELP if not reply.is_left_to_twilio:
            return Consequence(answer=Event.HELP)
        case Intent.MANAGE if known and is_active:
            return Consequence(answer=MANAGE_LINK, remembers={"epoch": known.token_epoch})
        case Intent.UNSURE if known and is_active:
            return Consequence(answer=ANSWER, remembers={"keyword": Keyword.HOW_TO_STOP.value})
        case Intent.OTHER | Intent.START if known and is_active:  # "resume texts" is both
            if command := read_command(reply.body):
                writes, remembers = carry_out(command, known, now)
                return Consequence(writes, answer=ANSWER, remembers=remembers)
    return NOTHING


def _can_be_reached(known: Subscriber) -> bool:
    """Whether any word shows that a quarantined number is reached; one that its carrier gave up may
    be a stranger's, who must say YES or START."""
    return known.state is State.QUARANTINED and not known.is_deactivated


def _is_joining(reply: Reply, page: Page) -> bool:
    """Whether they ask to be subscribed; after an opt-out JOIN is a START."""
    if not page.join_number or page.join_number not in reply.to:
        return False
    if reply.is_active or "suppressed" in reply.row:
        return False
    command = read_command(reply.body)
    return command is not None and command.keyword is Keyword.JOIN


def _join(reply: Reply, page: Page, table: Table, now: float, entropy: Entropy) -> Consequence:
    from statustext.flows.hearing.joining import Joining, join  # phonenumbers, seldom wanted

    one = Joining(page, reply.phone, reply.subscriber, reply.known, reply.sid)
    writes = join(one, new_id(now, entropy(4)), table, now)
    return Consequence(writes, "subscriber.joined", Event.WELCOME) if writes else NOTHING


def _return(reply: Reply, known: Subscriber, page: Page, table: Table, now: float) -> Consequence:
    one = reply.subscriber
    if not may_return(reply.row, now):
        count("StartNotObeyed")
        return NOTHING
    is_yes = reply.intent is Intent.CONFIRM_YES
    is_asked = known.suppressed or known.is_deactivated
    if is_yes and not is_asked and not has_code(table, reply.row, now):
        return NOTHING  # who left in another way did not mean our texts
    if known.verified_at is not None:
        return Consequence(_bring_back(reply, reply.row, page.id, now), "subscriber.returned")
    if known.suppressed and reply.intent is Intent.START:
        return Consequence([unsuppress(page.id, one, now)])
    return NOTHING


def _bring_back(reply: Reply, row: Item, page: str, now: float) -> list[Write]:
    one = row["sk"]  # what was held for them may have been passed over meanwhile
    return [bring_back(page, one, reply.phone, row["state"], now), put_hold(page, one, now)]


# Other pages that text from the same number.


def _elsewhere(
    reply: Reply, page: Page, own: Senders, table: Table, master: str, now: float
) -> Iterator[list[Write]]:
    """What the reply leads to on each other page: first of all that it is taken once there."""
    is_stop = reply.intent in OPT_OUTS
    known = reply.known
    is_asked = known is not None and (known.suppressed or known.is_deactivated)
    is_yes = reply.intent is Intent.CONFIRM_YES and is_asked
    is_ack = is_acknowledgement(reply.body)
    if not (is_stop or is_yes or is_ack or reply.intent is Intent.START):
        return
    for other in page_ids(table):
        if other == page.id or not _texts_from(reply, other, own, table):
            continue
        one = subscriber_id(master, other, reply.phone)
        row = table.get(*subscriber_key(other, one)) or {}
        if is_stop:
            stop = suppress(other, one, "stop", now, in_words=not reply.is_left_to_twilio)
            writes = [stop, put_ended(other, one, now), *stopped_on_call(other, one, table)]
            event = "subscriber.opted_out"
        elif is_ack:
            event, writes = "sms.replied", acknowledged_by_text(other, one, table, now)
        else:
            event, writes = _return_elsewhere(reply, row, other, now)
        if writes:
            yield [*_noted(other, event, _detail(reply, one), row, now), *writes]


def _return_elsewhere(reply: Reply, row: Item, page: str, now: float) -> tuple[str, list[Write]]:
    """Only what an opt-out took away, or that the number was given up: who left that page otherwise
    did not mean its texts."""
    known = subscriber_of(row, now) if row else None
    if known and known.is_deactivated and not known.suppressed:
        return "subscriber.returned", _bring_back(reply, row, page, now)
    if "suppressed" not in row or not may_return(row, now):
        return "", []
    if has_subscription(row):
        return "subscriber.returned", _bring_back(reply, row, page, now)
    lift = [unsuppress(page, row["sk"], now)] if reply.intent is Intent.START else []
    return "sms.replied", lift


def _texts_from(reply: Reply, page: str, own: Senders, table: Table) -> bool:
    """Whether a page texts this person from the number that they wrote to. Of another account than
    the page's it is not: who has that account's token could sign anything."""
    try:
        found = get_page(table, page)
    except (KeyError, TypeError, ValueError) as error:
        log_failure("A page's row cannot be read", error, {"page": page})
        count("RowUnreadable")
        return not reply.account  # an opt-out too many is put right more easily than one too few
    senders = found.senders_for(reply.phone, own) if found else ()
    return any(one.id in reply.to and one.account_sid == reply.account for one in senders)


def _may_answer(page: Page, subscriber: str, table: Table, now: float) -> bool:
    if may_answer(page.id, subscriber, table, now):
        return True
    count("AnswerLimited")
    return False
