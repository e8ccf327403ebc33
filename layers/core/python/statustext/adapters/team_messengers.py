"""How the team's own contacts are told: by a Slack incoming webhook, by e-mail."""

import json
from typing import Protocol

from statustext.adapters.guarded_http import GuardedHttp, Verdict
from statustext.adapters.ses import Ses, ses_of
from statustext.adapters.team_messages import MessageStatus
from statustext.domain.delivery import team_attempt
from statustext.domain.mail import Mail, mail_id
from statustext.domain.page import Page
from statustext.domain.team.contacts import Contact
from statustext.domain.team.escalation import Escalation
from statustext.domain.team.wording import as_code_mail, as_mail, as_slack, as_subject
from statustext.errors import OutcomeUnknownError, RefusedError, SlowDownError
from statustext.settings import Settings

Told = tuple[MessageStatus, str]
"""What became of a message, and why in a word."""

CERTAINLY_NOT = (Verdict.FORBIDDEN, Verdict.UNREACHABLE, Verdict.SLOW_DOWN)
"""May be tried again; the rest of what is not accepted is refused for good, or unknown."""


class Messenger(Protocol):
    """Tells one contact, once."""

    def tell(self, contact: Contact, escalation: Escalation, page: Page) -> Told:
        """Never raises for what the other side does."""


class Slack:
    """By an incoming webhook, whose address is the contact's.

    https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/
    """

    def __init__(self, http: GuardedHttp) -> None:
        self._http = http

    def tell(self, contact: Contact, escalation: Escalation, page: Page) -> Told:
        said = as_slack(escalation, page.name, acknowledge_url(escalation, page))
        body = json.dumps(said).encode()
        answer = self._http.post(contact.address, body, {"Content-Type": "application/json"})
        if answer.verdict is Verdict.ACCEPTED:
            return MessageStatus.SENT, ""
        if answer.verdict in CERTAINLY_NOT:
            return MessageStatus.FAILED, answer.reason
        is_unknown = answer.verdict is Verdict.UNKNOWN
        return MessageStatus.UNKNOWN if is_unknown else MessageStatus.REFUSED, answer.reason


class Mailbox:
    """By e-mail, from the deployment's address. Mails of one escalation are one conversation."""

    def __init__(self, ses: Ses, sender: str) -> None:
        self._ses = ses
        self._sender = sender

    def tell(self, contact: Contact, escalation: Escalation, page: Page) -> Told:
        url = acknowledge_url(escalation, page)
        subject, text = as_subject(escalation, page.name), as_mail(escalation, page.name, url)
        thread = mail_id("escalation", escalation.id, sender=self._sender)
        one = mail_id("escalation", escalation.id, contact.id, sender=self._sender)
        mail = Mail(self._sender, contact.address, subject, text, message_id=one, thread_id=thread)
        try:
            self._ses.send_mail(mail, page=page.id, attempt=team_attempt(contact.id))
        except SlowDownError as error:
            return MessageStatus.FAILED, str(error.code)
        except RefusedError as error:
            return MessageStatus.REFUSED, str(error.code)
        except OutcomeUnknownError as error:
            return MessageStatus.UNKNOWN, str(error)
        return MessageStatus.SENT, ""

    def send_code(self, contact: Contact, page: Page, code: str) -> None:
        """Mail the code that verifies a contact. Raises as Ses.send_mail does."""
        subject, text = as_code_mail(page.name, code)
        mail = Mail(self._sender, contact.address, subject, text)
        self._ses.send_mail(mail, page=page.id, attempt=team_attempt(contact.id))


def mailbox_of(settings: Settings) -> Mailbox | None:
    """The deployment's way to mail its teams; None where it sends no mails."""
    ses = ses_of(settings)
    return Mailbox(ses, settings.email_from) if ses else None


def acknowledge_url(escalation: Escalation, page: Page) -> str:
    """Opens a page with a button that acknowledges; the link alone changes nothing, as programs
    that look at messages follow links too."""
    return f"{page.public_url}/team/{page.id}/escalations/{escalation.id}/{escalation.token}"
