"""What people text back: an opt-out, START, HELP, MANAGE, a keyword, or none of these.

Twilio repeats webhooks and does not keep their order. A reply is taken once, by its MessageSid, so
that a repeated START cannot undo a later STOP.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from statustext.adapters.clock import Entropy
from statustext.adapters.direct_texts import ANSWER, MANAGE_LINK, put_direct_text
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.opt_outs import bring_back, may_return, suppress, unsuppress
from statustext.adapters.pages import audit
from statustext.adapters.subscribers import subscriber_key, subscriber_of
from statustext.domain.ids import new_id, subscriber_id
from statustext.domain.keywords import read as read_command
from statustext.domain.masking import mask_all
from statustext.domain.opt_out import OPT_OUTS, Intent, known_to_twilio
from statustext.domain.opt_out import classify as read_intent
from statustext.domain.page import Page
from statustext.domain.subscriber import State, Subscriber
from statustext.domain.templates import Event
from statustext.errors import ConditionFailedError
from statustext.flows.answering import carry_out, may_answer
from statustext.observability import count


@dataclass(frozen=True)
class Reply:
    """An inbound text: its words, what they are taken for, and whose it is.

    `row` is the subscriber's as it was read, `known` the same as a subscriber. What Twilio takes
    for one of its own keywords `is_left_to_twilio`: it answers, and after an opt-out it blocks.
    """

    phone: str
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
    table: Table,
    master: str,
    now: float,
    entropy: Entropy,
) -> None:
    """Act on an inbound text, once, and ask for the answer to it where there is one."""
    reply = _read(form, page, table, master, now)
    one, sid = reply.subscriber, form["MessageSid"]
    found = _consequence(reply, page, now)
    detail = {"subscriber": one, "intent": reply.intent.value, "sid": sid}
    if reply.intent is Intent.REVIEW_STOP:
        detail["review"] = mask_all(reply.body)[:320]
    detail |= {name: value for name, value in found.remembers.items() if name == "keyword"}
    once = audit(page.id, f"INBOUND#{sid}", found.event, detail, "the subscriber", now)
    writes = [once, *found.writes]
    if found.answer and _may_answer(page, one, table, now):
        direct, more = new_id(now, entropy(4)), {"phone": reply.phone, **found.remembers}
        writes.append(put_direct_text(page.id, one, direct, found.answer, now, **more))
    try:
        table.transact(writes)
    except ConditionFailedError:
        if table.get(once.pk, once.sk) is None:
            raise  # lost a race: Twilio asks again


def _read(form: Mapping[str, str], page: Page, table: Table, master: str, now: float) -> Reply:
    body, by_twilio = form.get("Body", ""), form.get("OptOutType", "").upper()
    # With Advanced Opt-Out Twilio says what it took the text for, custom keywords included.
    # https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
    words = {"STOP": Intent.STOP, "START": Intent.START, "HELP": Intent.HELP}
    one = subscriber_id(master, page.id, form["From"])
    row = table.get(*subscriber_key(page.id, one)) or {}
    return Reply(
        phone=form["From"],
        body=body,
        intent=words.get(by_twilio) or read_intent(body),
        is_left_to_twilio=by_twilio in words
        or (page.keyword_replies == "twilio" and known_to_twilio(body)),
        subscriber=one,
        row=row,
        known=subscriber_of(row, now) if row else None,
    )


def _consequence(reply: Reply, page: Page, now: float) -> Consequence:
    one, known, is_active = reply.subscriber, reply.known, reply.is_active
    if reply.intent in OPT_OUTS:
        stop = suppress(page.id, one, "stop", now, in_words=not reply.is_left_to_twilio)
        return Consequence([stop], "subscriber.opted_out")
    if known and known.state is State.QUARANTINED:  # whoever texts can be reached
        return Consequence([bring_back(page.id, one, reply.phone, now)], "subscriber.returned")
    match reply.intent:
        case Intent.START | Intent.CONFIRM_YES if known and not is_active:
            return _return(reply, known, page, now)
        case Intent.HELP if not reply.is_left_to_twilio:
            return Consequence(answer=Event.HELP)
        case Intent.MANAGE if known and is_active:
            return Consequence(answer=MANAGE_LINK, remembers={"epoch": known.token_epoch})
        case Intent.OTHER | Intent.START if known and is_active:  # "resume texts" is both
            if command := read_command(reply.body):
                writes, remembers = carry_out(command, known, now)
                return Consequence(writes, answer=ANSWER, remembers=remembers)
    return NOTHING


def _return(reply: Reply, known: Subscriber, page: Page, now: float) -> Consequence:
    one = reply.subscriber
    if not may_return(reply.row, now):
        count("StartNotObeyed")
        return NOTHING
    if known.verified_at is not None:
        return Consequence([bring_back(page.id, one, reply.phone, now)], "subscriber.returned")
    return Consequence([unsuppress(page.id, one, now)] if known.suppressed else ())


def _may_answer(page: Page, subscriber: str, table: Table, now: float) -> bool:
    if may_answer(page.id, subscriber, table, now):
        return True
    count("AnswerLimited")
    return False
