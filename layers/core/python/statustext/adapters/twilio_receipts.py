"""What Twilio says of a message, in a webhook or when it is asked."""

from collections.abc import Mapping

from statustext.adapters.channel import Receipt
from statustext.domain.carrier import Account, Carrier, ErrorCode
from statustext.domain.delivery import DeliveryStatus

STATUSES = {
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


def read_receipt(form: Mapping[str, str]) -> Receipt:
    """The receipt that a status callback's fields hold. Their AccountSid is a page's own account,
    or empty for the deployment's."""
    account = form.get("AccountSid", "")
    code = form.get("ErrorCode", "")
    number = int(code) if code.isascii() and code.isdigit() and len(code) < 10 else 0
    return Receipt(
        account=Account(Carrier.TWILIO, account),
        sid=form.get("MessageSid", ""),
        status=STATUSES.get(form.get("MessageStatus", "")),
        error=ErrorCode(Carrier.TWILIO, number, account) if number else None,
        # A Messaging Service texts from its own numbers; the sender we know it by is the service.
        sender=form.get("MessagingServiceSid") or form.get("From", ""),
        to=form.get("To", ""),
    )
