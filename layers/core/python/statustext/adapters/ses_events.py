"""What SES says became of a mail: an event of its configuration set.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from statustext.adapters.channel import Receipt
from statustext.domain.carrier import Account, Carrier, ErrorCode
from statustext.domain.delivery import DeliveryStatus

CONTENT = frozenset({"MessageTooLarge", "ContentRejected", "AttachmentRejected"})
"""Bounces for the mail's own sake, which say nothing of the mailbox."""

ON_A_LIST = "OnAccountSuppressionList"


def named_in(event: Mapping[str, Any]) -> tuple[str, str]:
    """The page and the attempt that a mail was tagged with; ("", "") for one that was not."""
    tags = _mail(event).get("tags")
    page, attempt = (
        values[0] if isinstance(tags, dict) and (values := tags.get(name)) else ""
        for name in ("page", "attempt")
    )
    return (str(page), str(attempt).replace("-", ".")) if page and attempt else ("", "")


def read_receipt(event: Mapping[str, Any]) -> Receipt:
    """The receipt that an event holds. Raises ValueError for a time that is none."""
    mail = _mail(event)
    status, word = _outcome(event)
    to = mail.get("destination")
    return Receipt(
        account=Account(Carrier.SES),
        sid=str(mail.get("messageId", "")),
        status=status,
        error=ErrorCode(Carrier.SES, word) if word else None,
        sender=str(mail.get("source", "")),
        to=str(to[0]) if isinstance(to, list) and to else "",
        sent_at=datetime.fromisoformat(str(mail.get("timestamp", ""))).timestamp(),
    )


def _outcome(event: Mapping[str, Any]) -> tuple[DeliveryStatus | None, str]:
    """Where a mail stands, and the word for what went wrong, "" for nothing."""
    match event.get("eventType"):
        case "Send":
            return DeliveryStatus.ACCEPTED, ""
        case "DeliveryDelay":
            return DeliveryStatus.SENDING, ""
        case "Delivery":
            return DeliveryStatus.DELIVERED, ""
        case "Reject":
            return DeliveryStatus.FAILED, "Reject"
        case "Bounce":
            return DeliveryStatus.UNDELIVERED, _bounce(event.get("bounce") or {})
        case "Complaint":
            was_sent = (event.get("complaint") or {}).get("complaintSubType") != ON_A_LIST
            status = DeliveryStatus.DELIVERED if was_sent else DeliveryStatus.UNDELIVERED
            return status, "Complaint"
    return None, ""


def _bounce(bounce: Mapping[str, Any]) -> str:
    if bounce.get("bounceType") == "Permanent":
        return "BouncePermanent"
    if bounce.get("bounceSubType") in CONTENT:
        return "BounceContent"
    is_transient = bounce.get("bounceType") == "Transient"
    return "BounceTransient" if is_transient else "BounceUndetermined"


def _mail(event: Mapping[str, Any]) -> Mapping[str, Any]:
    mail = event.get("mail")
    return mail if isinstance(mail, dict) else {}
