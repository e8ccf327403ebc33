"""What Twilio tells us: a person's reply, or what became of a text.

Twilio repeats webhooks and does not keep their order. A reply is taken once, by its MessageSid, so
that a repeated START cannot undo a later STOP; a receipt only moves a delivery forward.
"""

from collections.abc import Mapping
from enum import StrEnum

from statustext.adapters.clock import Entropy
from statustext.adapters.deliveries import record
from statustext.adapters.direct_texts import MANAGE_LINK, put_direct_text, record_direct_text
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.pages import audit
from statustext.adapters.subscribers import (
    bring_back,
    get_subscriber,
    suppress,
    unsuppress,
)
from statustext.adapters.twilio_errors import ErrorClass, classify
from statustext.domain.delivery import Delivery, DeliveryStatus
from statustext.domain.ids import new_id, subscriber_id
from statustext.domain.masking import mask_all
from statustext.domain.opt_out import Intent
from statustext.domain.opt_out import classify as read_intent
from statustext.domain.page import Page
from statustext.domain.subscriber import State, Subscriber
from statustext.domain.templates import Event
from statustext.errors import ConditionFailedError
from statustext.observability import count

TWILIO_STATUS = {
    "accepted": DeliveryStatus.ACCEPTED,
    "scheduled": DeliveryStatus.ACCEPTED,
    "queued": DeliveryStatus.QUEUED,
    "sending": DeliveryStatus.SENDING,
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.DELIVERED,
    "undelivered": DeliveryStatus.UNDELIVERED,
    "failed": DeliveryStatus.FAILED,
    "canceled": DeliveryStatus.FAILED,
}
"""https://www.twilio.com/docs/messaging/api/message-resource#message-status-values"""

LONGEST_ATTEMPT = 200
"""Characters; ours have about 50, and a key's limit is 1,024 bytes."""


class Taken(StrEnum):
    """What a webhook led to, for the log and the metrics."""

    OPTED_OUT = "opted_out"
    BROUGHT_BACK = "brought_back"
    ANSWERED = "answered"
    NOTED = "noted"
    REPEATED = "repeated"
    IGNORED = "ignored"


def take_reply(
    form: Mapping[str, str],
    page: Page,
    table: Table,
    master: str,
    now: float,
    entropy: Entropy,
) -> Taken:
    """Act on an inbound text: STOP, START, HELP, MANAGE, or none of these."""
    phone, sid = form["From"], form["MessageSid"]
    subscriber = subscriber_id(master, page.id, phone)
    intent = _intent(form)
    known = get_subscriber(table, page.id, subscriber, now)
    writes, taken = _consequences(intent, form, page, subscriber, known, now, entropy)
    detail = {"subscriber": subscriber, "intent": intent.value, "sid": sid}
    event = {
        Taken.OPTED_OUT: "subscriber.opted_out",
        Taken.BROUGHT_BACK: "subscriber.returned",
    }.get(taken, "sms.replied")
    if intent is Intent.REVIEW_STOP:
        detail["review"] = mask_all(form.get("Body", ""))[:320]
    once = audit(page.id, f"INBOUND#{sid}", event, detail, "the subscriber", now)
    try:
        table.transact([once, *writes])
    except ConditionFailedError:
        if table.get(once.pk, once.sk) is None:
            raise  # lost a race: Twilio asks again
        return Taken.REPEATED
    return taken


def _intent(form: Mapping[str, str]) -> Intent:
    # With Advanced Opt-Out Twilio says what it took the text for, custom keywords included.
    # https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
    by_twilio = {"STOP": Intent.STOP, "START": Intent.START, "HELP": Intent.HELP}
    return by_twilio.get(form.get("OptOutType", "").upper()) or read_intent(form.get("Body", ""))


def _consequences(
    intent: Intent,
    form: Mapping[str, str],
    page: Page,
    subscriber: str,
    known: Subscriber | None,
    now: float,
    entropy: Entropy,
) -> tuple[list[Write], Taken]:
    phone = form["From"]
    is_gone = known is not None and (known.suppressed or known.state is not State.ACTIVE)
    match intent:
        case Intent.STOP | Intent.REVIEW_STOP:
            return [suppress(page.id, subscriber, "stop", now)], Taken.OPTED_OUT
        case Intent.START | Intent.CONFIRM_YES if known and is_gone:
            if known.verified_at is not None:
                return [bring_back(page.id, subscriber, phone)], Taken.BROUGHT_BACK
            if known.suppressed:
                return [unsuppress(page.id, subscriber)], Taken.NOTED
        case Intent.HELP if page.keyword_replies == "statustext" and "OptOutType" not in form:
            return [_answer(page, subscriber, Event.HELP, phone, now, entropy)], Taken.ANSWERED
        case Intent.MANAGE if known and not is_gone:
            link = _answer(
                page, subscriber, MANAGE_LINK, phone, now, entropy, epoch=known.token_epoch
            )
            return [link], Taken.ANSWERED
    return [], Taken.NOTED


def _answer(
    page: Page,
    subscriber: str,
    event: str,
    phone: str,
    now: float,
    entropy: Entropy,
    **more: int,
) -> Write:
    direct = new_id(now, entropy(4))
    return put_direct_text(page.id, subscriber, direct, event, now, phone=phone, **more)


def take_receipt(
    attempt: str, form: Mapping[str, str], page: str, table: Table, now: float
) -> Taken:
    """Move the delivery that `attempt` names forward; what names none changes nothing."""
    status = TWILIO_STATUS.get(form.get("MessageStatus", ""))
    parts = attempt.split(".") if len(attempt) <= LONGEST_ATTEMPT else []
    code = form.get("ErrorCode", "")
    error = int(code) if code.isascii() and code.isdigit() and len(code) < 10 else 0
    write = (
        _receipt(parts, status, form.get("MessageSid", ""), error, page, now) if status else None
    )
    if write is None:
        count("ReceiptIgnored")
        return Taken.IGNORED
    opts_out = classify(error) is ErrorClass.OPTED_OUT
    try:
        if opts_out:  # both or none, as the repeated receipt would not get this far
            table.transact([write, suppress(page, parts[-2], "carrier", now)])
        else:
            table.write(write)
    except ConditionFailedError:
        return Taken.REPEATED
    return Taken.OPTED_OUT if opts_out else Taken.NOTED


def _receipt(
    parts: list[str], status: DeliveryStatus, sid: str, error: int, page: str, now: float
) -> Write | None:
    reason = f"twilio {error}" if error else ""
    match parts:
        case ["a", incident, seq, subscriber, attempt] if (
            seq.isdecimal() and attempt.isdecimal() and len(seq + attempt) < 10
        ):
            delivery = Delivery(subscriber, int(attempt), status, now, sid=sid, reason=reason)
            return record(page, incident, int(seq), delivery)
        case ["d", direct, subscriber, _]:
            more = {"sid": sid} | ({"reason": reason} if reason else {})
            return record_direct_text(page, subscriber, direct, status, now, **more)
    return None
