"""Mails through Amazon SES.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from hashlib import sha256
from typing import Any

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from statustext.adapters import aws
from statustext.adapters.channel import Accepted, Text
from statustext.adapters.ses_errors import DAILY_QUOTA, classify
from statustext.domain.carrier import Carrier
from statustext.domain.mail import Mail
from statustext.domain.refusal import CONSEQUENCES, ForDelivery
from statustext.errors import OutcomeUnknownError, RefusedError, SlowDownError
from statustext.settings import Settings

NEVER_SENT = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError)


class Ses:
    """SES's implementation of Channel. It has no list of mails: it tells of them by events only,
    whose tags name the page and the attempt.

    `client` is botocore's of `sesv2`, which must not try again by itself: the call has no
    idempotency token. `configuration_set` is that of the events, "" for none.
    """

    def __init__(self, client: Any, configuration_set: str) -> None:
        self._client = client
        self._configuration_set = configuration_set

    def send(self, text: Text) -> Accepted:
        """Send the mail of an attempt. See Channel.send."""
        if text.mail is None:
            raise RefusedError("ParamValidationError", carrier=Carrier.SES)
        return self.send_mail(text.mail, page=text.page, attempt=text.attempt)

    def send_mail(self, mail: Mail, *, page: str, attempt: str) -> Accepted:
        """Hand one mail over, once; its events will tell `page` and `attempt`.

        Raises RefusedError and SlowDownError where it was certainly not accepted, and
        OutcomeUnknownError where it may have been.
        """
        tags = {"page": page, "attempt": attempt.replace(".", "-")}  # a tag's value takes no dot
        more = {"ConfigurationSetName": self._configuration_set} if self._configuration_set else {}
        try:
            answer = self._client.send_email(
                FromEmailAddress=mail.sender,
                Destination={"ToAddresses": [mail.to]},
                Content={"Raw": {"Data": mime(mail)}},
                EmailTags=[{"Name": name, "Value": value} for name, value in tags.items() if value],
                **more,
            )
        except ClientError as error:
            raise _told(error) from None
        except (ParamValidationError, ValueError):  # before anything is sent
            raise RefusedError("ParamValidationError", carrier=Carrier.SES) from None
        except NEVER_SENT as error:
            raise SlowDownError(type(error).__name__, carrier=Carrier.SES) from None
        except Exception as error:
            # Whatever else it is, botocore's or urllib3's, the request may have been taken.
            raise _unknown(type(error).__name__) from None
        sid = answer.get("MessageId") if isinstance(answer, dict) else None
        if not isinstance(sid, str) or not sid:
            raise _unknown("NoMessageId")
        return Accepted(sid, "accepted")


def ses_of(settings: Settings) -> Ses | None:
    """SES as a deployment uses it; None where it sends no mails."""
    if not settings.email_from:
        return None
    return Ses(aws.client("sesv2", aws.ONCE), settings.ses_configuration_set)


def mime(mail: Mail) -> bytes:
    """The mail as RFC 5322 has it, with both parts and its headers. SES puts ids of its own in the
    place of Message-ID, so the id that stays the same stands in X-Entity-Ref-ID too."""
    made = EmailMessage(policy=SMTP)
    made["From"] = _address(mail.sender)
    made["To"] = _address(mail.to)
    made["Subject"] = " ".join(mail.subject.split())
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation notice answers it
    if mail.message_id:
        made["Message-ID"] = f"<{mail.message_id}>"
        made["X-Entity-Ref-ID"] = mail.message_id
    if mail.thread_id:
        made["In-Reply-To"] = f"<{mail.thread_id}>"
        made["References"] = f"<{mail.thread_id}>"
    if mail.unsubscribe_url:
        made["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(mail.text)
    if mail.html:
        made.add_alternative(mail.html, subtype="html")
        made.set_boundary(f"=_{sha256((mail.text + mail.html).encode()).hexdigest()[:32]}")
    made["Content-Language"] = mail.language  # at last, as setting contents takes it away
    return made.as_bytes()


def _address(written: str) -> Address:
    """`Name <user@host>` or `user@host`; ValueError for what is neither."""
    name, spec = parseaddr(written)
    if not spec:
        raise ValueError("not an address")
    return Address(name, addr_spec=spec)


def _told(error: ClientError) -> RefusedError | SlowDownError | OutcomeUnknownError:
    answer: Any = error.response
    name = str(answer.get("Error", {}).get("Code", ""))
    code = name if name.isidentifier() and len(name) < 80 else "Unreadable"
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    if not 400 <= status < 500:
        return _unknown(code)
    if "daily" in str(answer.get("Error", {}).get("Message", "")).lower() and _is_slow(code):
        return RefusedError(DAILY_QUOTA, f"HTTP {status}", Carrier.SES)
    if status == 429 or _is_slow(code):
        return SlowDownError(code, carrier=Carrier.SES)
    return RefusedError(code, f"HTTP {status}", Carrier.SES)


def _is_slow(code: str) -> bool:
    return CONSEQUENCES[classify(code)].delivery is ForDelivery.WAITS_A_MOMENT


def _unknown(code: str) -> OutcomeUnknownError:
    return OutcomeUnknownError(code, carrier=Carrier.SES)
