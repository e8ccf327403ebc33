"""Texts through Twilio's Messages API. The only module that loads `twilio.rest`.

https://www.twilio.com/docs/messaging/api/message-resource
"""

from datetime import UTC, datetime

import requests
from twilio.base.exceptions import (
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from statustext.adapters.channel import Accepted, Receipt, Text
from statustext.adapters.secret_store import TwilioLogin
from statustext.adapters.twilio_errors import classify
from statustext.adapters.twilio_http import TwilioHttp
from statustext.adapters.twilio_receipts import read_receipt
from statustext.domain.delivery import fingerprint
from statustext.domain.refusal import CONSEQUENCES, ForDelivery
from statustext.errors import OutcomeUnknownError, RefusedError, SlowDownError

FOUND_LIMIT = 50
CLOCK_SKEW = 60
SHORTEST_VALIDITY, LONGEST_VALIDITY = 1, 36_000
"""Seconds that a message may wait in Twilio's queue before it fails with 30036. The bounds are
Twilio's: https://www.twilio.com/docs/api/errors/90007"""

UNREADABLE = (TwilioException, ValueError, TypeError, AttributeError, KeyError)
"""What twilio's client raises on an answer that is not what the API promises."""


class TwilioGateway:
    """Twilio's implementation of Channel and Listing. Senders are numbers in E.164 or `MG…`
    sids. `account` is the login's where it is a page's own, empty for the deployment's."""

    def __init__(self, login: TwilioLogin, http: TwilioHttp, account: str = "") -> None:
        self._account = account
        self._messages = Client(
            login.username, login.password, login.account_sid, http_client=http
        ).messages

    def send(self, text: Text) -> Accepted:
        """Create the message. See Channel.send.

        A connection that was never made is a certain no; every other silence, a 5xx and a body
        that cannot be read are unknown, because Twilio's create has no idempotency key.
        """
        service = text.sender.startswith("MG")
        origin = {"messaging_service_sid" if service else "from_": text.sender}
        try:
            message = self._messages.create(
                to=text.to,
                body=text.body,
                status_callback=text.status_callback,
                validity_period=min(max(int(text.validity), SHORTEST_VALIDITY), LONGEST_VALIDITY),
                **origin,
            )
        except (TwilioRestException, TwilioServiceException) as error:
            code = _code_of(error)
            delivery = CONSEQUENCES[classify(code)].delivery
            if error.status == 429 or delivery is ForDelivery.WAITS_A_MOMENT:
                raise SlowDownError(code, account=self._account) from None
            if 400 <= error.status < 500:
                detail = f"HTTP {error.status}"
                raise RefusedError(code, detail, account=self._account) from None
            raise OutcomeUnknownError(code, f"HTTP {error.status}") from None
        except (requests.exceptions.RequestException, *UNREADABLE) as error:
            if _was_never_connected(error):
                raise SlowDownError(0, "no connection", account=self._account) from None
            # Their messages hold the URL or the answer's body: only the type is told on.
            raise OutcomeUnknownError(0, type(error).__name__) from None
        if not isinstance(message.sid, str) or not message.sid:
            raise OutcomeUnknownError(0, "no sid")
        return Accepted(message.sid, str(message.status or "accepted"))

    def find(self, to: str, body: str, *, since: float) -> Accepted | None:
        """Look through Twilio's list. See Listing.find.

        DateSent is by day and the clocks differ, so the match is on the body and a minute's grace.
        """
        after = datetime.fromtimestamp(since - CLOCK_SKEW, UTC)
        try:
            listed = self._messages.list(to=to, limit=FOUND_LIMIT)
        except (requests.exceptions.RequestException, *UNREADABLE) as error:
            raise OutcomeUnknownError(0, type(error).__name__) from None
        for message in listed:
            is_it = message.sid and fingerprint(message.body or "") == body
            if is_it and _created(message) >= after:
                return Accepted(message.sid, str(message.status))
        return None

    def fetch(self, sid: str) -> Receipt:
        """Ask what became of a message. See Listing.fetch."""
        try:
            message = self._messages(sid).fetch()
        except (requests.exceptions.RequestException, *UNREADABLE) as error:
            raise OutcomeUnknownError(0, type(error).__name__) from None
        told = {
            "AccountSid": self._account,
            "MessageSid": sid,
            "MessageStatus": message.status,
            "ErrorCode": message.error_code,
            "MessagingServiceSid": message.messaging_service_sid,
            "From": message.from_,
            "To": message.to,
        }
        return read_receipt({name: str(value or "") for name, value in told.items()})


def _code_of(error: TwilioRestException | TwilioServiceException) -> int:
    # Where the answer was not Twilio's JSON, the library gives the HTTP status as the code.
    code = str(error.code)
    return int(code) if code.isascii() and code.isdigit() and len(code) < 10 else 0


def _was_never_connected(error: Exception) -> bool:
    """Whether there was no connection, so that nothing can have been accepted."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def _created(message: object) -> datetime:
    created = getattr(message, "date_created", None)
    if not isinstance(created, datetime):
        return datetime.min.replace(tzinfo=UTC)
    return created if created.tzinfo else created.replace(tzinfo=UTC)
