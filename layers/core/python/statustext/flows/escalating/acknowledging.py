"""Somebody of the team answers: nothing more of it is sent."""

import contextlib
import hmac

from statustext.adapters.contacts import get_contact_row, turn_contact
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.escalations import (
    acknowledge,
    get_escalation,
    list_open_ids,
)
from statustext.adapters.team_messages import list_messages
from statustext.domain.team.contacts import ContactState
from statustext.domain.team.escalation import UNANSWERED, Escalation
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.acting import Act
from statustext.flows.escalating.not_reached import count_not_reached
from statustext.observability import logger


def acknowledge_escalation(page: str, escalation: str, act: Act) -> Escalation:
    """Acknowledge one; what it is afterwards. One that is acknowledged or resolved stays so.

    Raises RejectedError 404.
    """
    found = require_escalation(page, escalation, act.table)
    if found.state not in UNANSWERED:
        return found
    note = act.note(page, "escalation.acknowledged", {"escalation": found.id})
    with contextlib.suppress(ConditionFailedError):  # somebody else was faster, or it is over
        act.table.transact([acknowledge(found, act.actor, act.now), note])
    return require_escalation(page, escalation, act.table)


def require_escalation(page: str, escalation: str, table: Table) -> Escalation:
    """One of a page's, or RejectedError 404."""
    found = get_escalation(table, page, escalation)
    if found is None:
        raise RejectedError(404, "escalation_not_found", "There is no such escalation.")
    return found


def require_linked(page: str, escalation: str, token: str, table: Table) -> Escalation:
    """The one that a link names. Raises RejectedError 404, the same for a wrong token."""
    found = require_escalation(page, escalation, table)
    if not hmac.compare_digest(found.token.encode(), token.encode()):
        raise RejectedError(404, "escalation_not_found", "There is no such escalation.")
    return found


def acknowledged_by_text(page: str, subscriber: str, table: Table, now: float) -> list[Write]:
    """What an ACK texted by an on-call phone (its contact has the subscriber's id) acknowledges:
    all of which that phone was told. For the transaction that takes the reply."""
    if get_contact_row(table, page, subscriber) is None:
        return []
    writes: list[Write] = []
    for one in list_open_ids(table, page):
        found = get_escalation(table, page, one)
        if found is None or found.state not in UNANSWERED:
            continue
        if any(row["contact"] == subscriber for row in list_messages(table, page, one)):
            writes.append(acknowledge(found, f"contact {subscriber}", now))
    return writes


def stopped_on_call(page: str, subscriber: str, table: Table) -> list[Write]:
    """What an opt-out means where it comes from an on-call phone: it is obeyed, and an operator is
    alarmed, as somebody else must be called from now on."""
    row = get_contact_row(table, page, subscriber)
    if row is None or row["state"] == ContactState.STOPPED:
        return []
    logger.error("An on-call phone opted out", page=page, extra={"contact": subscriber})
    count_not_reached("OnCallPhoneStopped")
    return [turn_contact(page, subscriber, ContactState.STOPPED)]
