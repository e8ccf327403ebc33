"""Texts through Twilio's Messages API. The only module that loads `twilio.rest`.

https://www.twilio.com/docs/messaging/api/message-resource
"""

from datetime import UTC, datetime

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from statustext.adapters.secret_store import TwilioCredentials
from statustext.adapters.sms_gateway import Accepted, Text
from statustext.adapters.twilio_errors import ErrorClass, classify
from statustext.adapters.twilio_http import TwilioHttp
from statustext.errors import OutcomeUnknownError, RefusedError, SlowDownError

FOUND_LIMIT = 50
CLOCK_SKEW = 60


class TwilioGateway:
    """Twilio's implementation of SmsGateway. `sender` is a number in E.164 or an `MG…` sid."""

    def __init__(self, credentials: TwilioCredentials, sender: str, http: TwilioHttp) -> None:
        self._messages = Client(
            credentials.account_sid, credentials.auth_token, http_client=http
        ).messages
        self._sender = sender

    def send(self, text: Text) -> Accepted:
        """Create the message. See SmsGateway.send.

        A connection that was never made is a certain no; every other silence, a 5xx and a body
        that cannot be read are unknown, because Twilio's create has no idempotency key.
        """
        service = self._sender.startswith("MG")
        origin = {"messaging_service_sid" if service else "from_": self._sender}
        try:
            message = self._messages.create(
                to=text.to, body=text.body, status_callback=text.status_callback, **origin
            )
        except TwilioRestException as error:
            code = int(error.code or 0)
            if error.status == 429 or classify(code) is ErrorClass.SLOW_DOWN:
                raise SlowDownError(code) from None
            if 400 <= error.status < 500:
                raise RefusedError(code, f"HTTP {error.status}") from None
            raise OutcomeUnknownError(code, f"HTTP {error.status}") from None
        except requests.exceptions.ConnectTimeout:
            raise SlowDownError(0, "no connection") from None
        except (requests.exceptions.RequestException, TwilioException, ValueError) as error:
            # Their messages hold the URL or the answer's body: only the type is told on.
            raise OutcomeUnknownError(0, type(error).__name__) from None
        if not message.sid:
            raise OutcomeUnknownError(0, "no sid")
        return Accepted(message.sid, str(message.status or "accepted"))

    def find(self, text: Text, *, since: float) -> Accepted | None:
        """Look through Twilio's list. See SmsGateway.find.

        DateSent is by day and the clocks differ, so the match is on the body and a minute's grace.
        """
        after = datetime.fromtimestamp(since - CLOCK_SKEW, UTC)
        try:
            listed = self._messages.list(to=text.to, limit=FOUND_LIMIT)
        except (requests.exceptions.RequestException, TwilioException, ValueError) as error:
            raise OutcomeUnknownError(0, type(error).__name__) from None
        for message in listed:
            if message.body == text.body and message.sid and _created(message) >= after:
                return Accepted(message.sid, str(message.status))
        return None


def _created(message: object) -> datetime:
    created = getattr(message, "date_created", None)
    if not isinstance(created, datetime):
        return datetime.min.replace(tzinfo=UTC)
    return created if created.tzinfo else created.replace(tzinfo=UTC)
