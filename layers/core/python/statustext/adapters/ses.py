"""Mails through Amazon SES.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from hashlib import sha256
from typing import Any

from statustext.adapters import aws
from statustext.adapters.channel import Accepted, Text
from statustext.adapters.handed_over import accepted, errors_of
from statustext.adapters.ses_errors import DAILY_QUOTA, classify
from statustext.domain.carrier import Carrier
from statustext.domain.mail import Mail
from statustext.domain.refusal import ErrorClass
from statustext.errors import RefusedError
from statustext.settings import Settings


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
            raw = mime(mail)
        except ValueError:
            raise RefusedError("ParamValidationError", carrier=Carrier.SES) from None
        with errors_of(Carrier.SES, _code_in):
            answer = self._client.send_email(
                FromEmailAddress=mail.sender,
                Destination={"ToAddresses": [mail.to]},
                Content={"Raw": {"Data": raw}},
                EmailTags=[{"Name": name, "Value": value} for name, value in tags.items() if value],
                **more,
            )
        return accepted(answer, Carrier.SES)


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


def _code_in(answer: Mapping[str, Any]) -> str:
    """The exception's name; of a throttling for the day's quota, which lasts, our own word."""
    error = answer.get("Error", {})
    code = str(error.get("Code", ""))
    is_daily = "daily" in str(error.get("Message", "")).lower()
    return DAILY_QUOTA if is_daily and classify(code) is ErrorClass.SLOW_DOWN else code
