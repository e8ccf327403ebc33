"""Texts through AWS End User Messaging SMS.

https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
"""

from collections.abc import Mapping
from typing import Any

from statustext.adapters.channel import Accepted, Text
from statustext.adapters.handed_over import accepted, errors_of
from statustext.domain.carrier import Carrier

SHORTEST_LIFE, LONGEST_LIFE = 5, 259_200
"""Seconds that AWS takes as TimeToLive."""


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
        with errors_of(Carrier.AWS, _code_in):
            answer = self._client.send_text_message(
                DestinationPhoneNumber=text.to,
                OriginationIdentity=text.sender,
                MessageBody=text.body,
                MessageType="TRANSACTIONAL",
                ConfigurationSetName=self._configuration_set,
                TimeToLive=min(max(int(text.validity), SHORTEST_LIFE), LONGEST_LIFE),
                Context={"page": text.page, "attempt": text.attempt},
            )
        return accepted(answer, Carrier.AWS)


def _code_in(answer: Mapping[str, Any]) -> str:
    """The reason of an exception, or else its name."""
    return str(answer.get("Reason") or answer.get("Error", {}).get("Code", ""))
