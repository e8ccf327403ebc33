"""What SES tells of mails: delivered, bounced, called spam. Those of subscribers are receipts as
any carrier's; those of the team's mailboxes are for an operator to hear of."""

import json

from statustext.adapters.carrier_errors import consequence
from statustext.adapters.channel import Receipt
from statustext.adapters.contacts import get_contact_row, turn_contact
from statustext.adapters.dynamodb import Table
from statustext.adapters.ses_events import named_in, read_receipt
from statustext.domain.delivery import TO_THE_TEAM
from statustext.domain.refusal import ForSubscriber
from statustext.domain.team.contacts import ContactState
from statustext.flows.escalating.not_reached import count_not_reached
from statustext.flows.hearing.receipts import take_receipt
from statustext.observability import count, logger


def take_event(body: str, table: Table, now: float) -> None:
    """Act on one event. Raises ValueError for what is none."""
    event = json.loads(body)
    if not isinstance(event, dict):
        raise ValueError("no event of SES")
    page, attempt = named_in(event)
    if not page:
        count("ReceiptIgnored")  # a mail that something else sent by the same configuration set
        return
    receipt = read_receipt(event)
    kind, _, contact = attempt.partition(".")
    if kind == TO_THE_TEAM:
        _of_the_team(page, contact, receipt, table)
    else:
        take_receipt(attempt, receipt, page, table, now)


def _of_the_team(page: str, contact: str, receipt: Receipt, table: Table) -> None:
    """A mailbox of the team that did not take a mail: an operator is alarmed, as somebody else must
    be told. One that is none, or calls a mail spam, is written to no more until it is verified
    anew."""
    row = get_contact_row(table, page, contact) if receipt.error else None
    if receipt.error is None or row is None or row["state"] == ContactState.STOPPED:
        return
    if receipt.sent_at is not None and receipt.sent_at <= row.get("used_at", 0.0):
        return  # it was verified since
    about = {"contact": contact, "reason": str(receipt.error)}
    logger.error("A mailbox of the team was not reached", page=page, extra=about)
    count_not_reached("TeamMailboxBounced")
    if consequence(receipt.error).subscriber is ForSubscriber.SUPPRESSED:
        table.write(turn_contact(page, contact, ContactState.STOPPED))
