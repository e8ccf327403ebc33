"""What AWS End User Messaging SMS tells: receipts of our texts, and texts that people send.

Both come by one topic, as AWS writes them:
https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html
https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html
"""

import json
from collections.abc import Mapping
from typing import Any

from statustext.adapters.aws_sms_receipts import read_receipt
from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table
from statustext.adapters.pages import get_page, page_ids
from statustext.adapters.secret_store import Secrets
from statustext.adapters.subscribers import subscriber_key
from statustext.domain.carrier import Carrier
from statustext.domain.ids import subscriber_id
from statustext.domain.page import DEFAULT_PAGE, Page, Sender, Senders
from statustext.flows.hearing.receipts import take_receipt
from statustext.flows.hearing.replies import take_reply
from statustext.observability import count


def take_event(
    body: str, own: Senders, table: Table, secrets: Secrets, now: float, entropy: Entropy
) -> None:
    """Act on one event. Raises ValueError for what is none."""
    event = json.loads(body)
    sender = own.by(Carrier.AWS)
    if not isinstance(event, dict) or sender is None:
        raise ValueError("no event of AWS End User Messaging SMS")
    if "inboundMessageId" in event:
        _take_text(event, sender, own, table, secrets.master_key(), now, entropy)
        return
    context = event.get("context")
    if not isinstance(context, dict) or not {"page", "attempt"} <= context.keys():
        count("ReceiptIgnored")
        return
    receipt = read_receipt(event, sender.id)
    take_receipt(str(context["attempt"]), receipt, str(context["page"]), table, now)


def _take_text(
    event: Mapping[str, Any],
    sender: Sender,
    own: Senders,
    table: Table,
    master: str,
    now: float,
    entropy: Entropy,
) -> None:
    """A text is taken as one to Twilio is; of a pool the person may write to any number, so that
    it is the sender that was written to."""
    form = {
        "From": _e164(event.get("originationNumber")),
        "To": _e164(event.get("destinationNumber")),
        "MessagingServiceSid": sender.id,
        "MessageSid": str(event["inboundMessageId"]),
        "Body": str(event.get("messageBody", "")),
    }
    if page := _page_of(form["From"], table, master):
        take_reply(form, page, own, table, master, now, entropy)


def _page_of(phone: str, table: Table, master: str) -> Page | None:
    """The page whose person wrote; the others are found from there. A number of AWS has no page."""
    known = [
        one
        for one in page_ids(table)
        if table.get(*subscriber_key(one, subscriber_id(master, one, phone))) is not None
    ]
    return get_page(table, known[0] if known else DEFAULT_PAGE)


def _e164(written: Any) -> str:
    number = str(written or "")
    return f"+{number}" if number.isdecimal() else number
