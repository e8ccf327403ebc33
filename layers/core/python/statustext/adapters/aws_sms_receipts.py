"""What AWS End User Messaging SMS says of a message: an event of its configuration set.

https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html
"""

from collections.abc import Mapping
from typing import Any

from statustext.adapters.channel import Receipt
from statustext.domain.carrier import Account, Carrier, ErrorCode
from statustext.domain.delivery import DeliveryStatus

STATUSES = {
    "TEXT_QUEUED": DeliveryStatus.QUEUED,
    "TEXT_PENDING": DeliveryStatus.SENDING,
    "TEXT_SUCCESSFUL": DeliveryStatus.SENT,  # the recipient's network has it
    "TEXT_DELIVERED": DeliveryStatus.DELIVERED,
    "TEXT_BLOCKED": DeliveryStatus.UNDELIVERED,
    "TEXT_CARRIER_BLOCKED": DeliveryStatus.UNDELIVERED,
    "TEXT_CARRIER_UNREACHABLE": DeliveryStatus.UNDELIVERED,
    "TEXT_INVALID": DeliveryStatus.UNDELIVERED,
    "TEXT_SPAM": DeliveryStatus.UNDELIVERED,
    "TEXT_UNREACHABLE": DeliveryStatus.UNDELIVERED,
    "TEXT_INVALID_MESSAGE": DeliveryStatus.FAILED,
    "TEXT_PROTECT_BLOCKED": DeliveryStatus.FAILED,
    "TEXT_TTL_EXPIRED": DeliveryStatus.FAILED,
    "TEXT_UNKNOWN": DeliveryStatus.FAILED,
}
"""https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html"""

NO_ERROR = frozenset(
    {
        DeliveryStatus.QUEUED,
        DeliveryStatus.SENDING,
        DeliveryStatus.SENT,
        DeliveryStatus.DELIVERED,
    }
)


def read_receipt(event: Mapping[str, Any], sender: str) -> Receipt:
    """The receipt that an event holds, of a text from `sender`; of a pool the event names one
    number only."""
    kind = str(event.get("eventType", ""))
    status = STATUSES.get(kind)
    if status is DeliveryStatus.SENT and event.get("isFinal") is True:
        # Where networks tell no more, AWS uses the two words interchangeably.
        status = DeliveryStatus.DELIVERED
    has_error = status is not None and status not in NO_ERROR
    return Receipt(
        account=Account(Carrier.AWS),
        sid=str(event.get("messageId", "")),
        status=status,
        error=ErrorCode(Carrier.AWS, kind) if has_error else None,
        sender=sender,
        to=str(event.get("destinationPhoneNumber", "")),
    )
