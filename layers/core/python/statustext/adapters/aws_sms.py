"""Texts through AWS End User Messaging SMS.

https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
"""

from typing import Any

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from statustext.adapters.aws_sms_errors import classify
from statustext.adapters.channel import Accepted, Text
from statustext.domain.carrier import Carrier
from statustext.domain.refusal import CONSEQUENCES, ForDelivery
from statustext.errors import OutcomeUnknownError, RefusedError, SlowDownError

SHORTEST_LIFE, LONGEST_LIFE = 5, 259_200
"""Seconds that AWS takes as TimeToLive."""

NEVER_SENT = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError)


class AwsSms:
    """AWS's implementation of Channel. Senders are ARNs of phone numbers, pools or sender IDs. AWS
    has no list of messages: it tells of them by events only.

    `client` is botocore's of `pinpoint-sms-voice-v2`, which must not try again by itself: the call
    has no idempotency token.
    """

    def __init__(self, client: Any, configuration_set: str) -> None:
        self._client = client
        self._configuration_set = configuration_set

    def send(self, text: Text) -> Accepted:
        """Create the message. See Channel.send."""
        try:
            answer = self._client.send_text_message(
                DestinationPhoneNumber=text.to,
                OriginationIdentity=text.sender,
                MessageBody=text.body,
                MessageType="TRANSACTIONAL",
                ConfigurationSetName=self._configuration_set,
                TimeToLive=min(max(int(text.validity), SHORTEST_LIFE), LONGEST_LIFE),
                Context={"page": text.page, "attempt": text.attempt},
            )
        except ClientError as error:
            raise _told(error) from None
        except ParamValidationError:  # before anything is sent; its message holds the number
            raise RefusedError("ParamValidationError", carrier=Carrier.AWS) from None
        except NEVER_SENT as error:
            raise SlowDownError(type(error).__name__, carrier=Carrier.AWS) from None
        except Exception as error:
            # Whatever else it is, botocore's or urllib3's, the request may have been taken.
            raise _unknown(type(error).__name__) from None
        sid = answer.get("MessageId") if isinstance(answer, dict) else None
        if not isinstance(sid, str) or not sid:
            raise _unknown("NoMessageId")
        return Accepted(sid, "accepted")


def _told(error: ClientError) -> RefusedError | SlowDownError | OutcomeUnknownError:
    answer: Any = error.response
    name = str(answer.get("Reason") or answer.get("Error", {}).get("Code", ""))
    code = name if name.isidentifier() and len(name) < 80 else "Unreadable"
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    if not 400 <= status < 500:
        return _unknown(code)
    if status == 429 or CONSEQUENCES[classify(code)].delivery is ForDelivery.WAITS_A_MOMENT:
        return SlowDownError(code, carrier=Carrier.AWS)
    return RefusedError(code, f"HTTP {status}", Carrier.AWS)


def _unknown(code: str) -> OutcomeUnknownError:
    return OutcomeUnknownError(code, carrier=Carrier.AWS)
