"""The clock's minute for a page's team: what is new or over, and whom the next step tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from statustext.adapters.contacts import count_on_call_text, list_contacts, on_call_texts
from statustext.adapters.direct_texts import ON_CALL, put_direct_text
from statustext.adapters.dynamodb import Write
from statustext.adapters.escalations import (
    climb,
    exhaust,
    list_open_escalations,
    require_unanswered,
)
from statustext.adapters.pages import get_page
from statustext.adapters.team_messages import (
    MessageStatus,
    claim_message,
    is_settled,
    record_message,
)
from statustext.adapters.team_messengers import Messenger, Told
from statustext.domain.page import Page
from statustext.domain.team import sms_cap
from statustext.domain.team.contacts import Contact, verified_by
from statustext.domain.team.escalation import Escalation, EscalationState
from statustext.domain.team.rotation import on_call
from statustext.domain.team.routing import Channel
from statustext.domain.team.wording import as_text
from statustext.errors import ConditionFailedError
from statustext.flows.acting import Act
from statustext.flows.escalating.not_reached import count_not_reached
from statustext.flows.escalating.watching import watch_incidents
from statustext.observability import log_failure, logger

Messengers = Mapping[Channel, Messenger]


@dataclass(frozen=True)
class Turn:
    """One escalation at its present step, told by `messengers`."""

    escalation: Escalation
    page: Page
    messengers: Messengers
    act: Act


def keep_team(page_id: str, messengers: Messengers, act: Act) -> int:
    """Raise and clear what incidents call for, and take each step that is due; how many were taken.

    Each escalation by itself: where one fails, the others go on, and the next minute tries again.
    """
    contacts = list_contacts(act.table, page_id)
    escalations = list_open_escalations(act.table, page_id)
    if not contacts and not escalations:
        return 0
    page = get_page(act.table, page_id)
    if page is None:
        return 0
    if watch_incidents(page, escalations, act):
        escalations = list_open_escalations(act.table, page_id)
    taken = 0
    for one in escalations:
        if one.state is EscalationState.RAISED:
            taken += _carry(Turn(one, page, messengers, act), contacts)
    return taken


def _carry(turn: Turn, contacts: Sequence[Contact]) -> bool:
    """Take the step that is due, if one is; whether it was taken whole."""
    escalation, act = turn.escalation, turn.act
    due_at = escalation.next_at
    if due_at is not None and due_at > act.now:
        return False
    try:
        if due_at is None:
            _give_up(turn, contacts)
            return False
        settled = [_tell(one, turn) for one in _whom(turn, contacts)]
        return all(settled) and act.table.write_if(climb(escalation))
    except Exception as error:  # whatever it is, the others must not wait for it
        ids = {"page": turn.page.id, "escalation": escalation.id}
        log_failure("A step of an escalation was not taken", error, ids)
        count_not_reached("TeamNotTold")
        return False


def _whom(turn: Turn, contacts: Sequence[Contact]) -> list[Contact]:
    step = turn.escalation.steps[turn.escalation.step]
    found = verified_by(step.channel, contacts)
    if step.channel is not Channel.SMS:
        return found
    by_id = {one.id: one for one in found}
    order = on_call(turn.page.team.rotation, list(by_id), turn.act.now)
    return [by_id[order[step.person % len(order)]]] if order else []


def _tell(contact: Contact, turn: Turn) -> bool:
    """Tell one contact, once; whether there is nothing left to try."""
    if contact.channel is Channel.SMS:
        return _order_text(contact, turn)
    escalation, act = turn.escalation, turn.act
    claim = claim_message(escalation, contact, MessageStatus.CLAIMED, act.now)
    if not _claimed([claim], turn):
        return is_settled(act.table, escalation, contact)
    status, reason = _send(contact, turn)
    act.table.write_if(record_message(escalation, contact, status, reason))
    if status is not MessageStatus.SENT:
        about = {"page": turn.page.id, "escalation": escalation.id, "contact": contact.id}
        logger.error("The team was not told", reason=reason, extra=about)
        count_not_reached("TeamNotTold")
    return status is not MessageStatus.FAILED or is_settled(act.table, escalation, contact)


def _send(contact: Contact, turn: Turn) -> Told:
    messenger = turn.messengers.get(contact.channel)
    if messenger is None:
        return MessageStatus.REFUSED, "not set up"
    return messenger.tell(contact, turn.escalation, turn.page)


def _order_text(contact: Contact, turn: Turn) -> bool:
    """Order a text to an on-call phone within the cap; the codes' lane claims and sends it."""
    escalation, page, act = turn.escalation, turn.page, turn.act
    before = on_call_texts(act.table, page.id)
    after = sms_cap.after_one_more(before, act.now)
    if after is None:
        refused = claim_message(escalation, contact, MessageStatus.REFUSED, act.now)
        if act.table.write_if(refused):
            about = {"page": page.id, "escalation": escalation.id, "contact": contact.id}
            logger.error(sms_cap.REFUSED, extra=about)
            count_not_reached("OnCallSmsRefused")
        return True
    direct = act.new_id()
    text = put_direct_text(
        page.id,
        contact.id,
        direct,
        ON_CALL,
        act.now,
        phone=contact.address,
        body=as_text(escalation, page.name),
        escalation=escalation.id,
        incident=escalation.cause.incident,
    )
    claim = claim_message(escalation, contact, MessageStatus.ORDERED, act.now, direct=direct)
    if _claimed([claim, text, count_on_call_text(page.id, before, after)], turn):
        return True
    return is_settled(act.table, escalation, contact)


def _claimed(writes: Sequence[Write], turn: Turn) -> bool:
    """The claim, which holds that nobody answered and nothing is over."""
    escalation = turn.escalation
    still = require_unanswered(turn.page.id, escalation.id, escalation.cause.incident)
    try:
        turn.act.table.transact([*still, *writes])
    except ConditionFailedError:
        return False
    return True


def _give_up(turn: Turn, contacts: Sequence[Contact]) -> None:
    """The last step was taken: what is left is to say so."""
    escalation, act = turn.escalation, turn.act
    about = {"escalation": escalation.id}
    note = act.note(turn.page.id, "escalation.exhausted", about)
    try:
        act.table.transact([exhaust(escalation, act.now), note])
    except ConditionFailedError:
        return  # answered, or seen by another tick
    logger.error("Nobody of the team answered", page=turn.page.id, extra=about)
    if contacts:
        count_not_reached("EscalationExhausted")
