"""A stand-in for AWS End User Messaging SMS that keeps the truth: what it accepted, whom its
opt-out list holds, and the events that it will tell.

moto has no `pinpoint-sms-voice-v2`. Of its API there is `SendTextMessage` only, with the errors and
events that AWS documents:
https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
"""

import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

NUMBER = "+15550009999"
"""The number that it texts from."""

SENT_AFTER, DELIVERED_AFTER = 1.0, 3.0
"""Seconds after which a text is with its network, and on its phone."""

STOP_WORDS = frozenset(
    [
        *("ARRET", "CANCEL", "END", "OPT-OUT", "OPTOUT"),
        *("QUIT", "REMOVE", "STOP", "TD", "UNSUBSCRIBE"),
    ]
)
"""https://docs.aws.amazon.com/sms-voice/latest/userguide/keywords-required.html"""


@dataclass(frozen=True)
class Fault:
    """What becomes of one request: refused with an exception and its reason, or no answer, after
    the text was accepted or before. `ends_as` is the event that the text ends with."""

    exception: str = ""
    reason: str = ""
    status: int = 400
    is_silent: bool = False
    is_accepted: bool = False
    ends_as: str = "TEXT_DELIVERED"


@dataclass(frozen=True)
class Message:
    """A text that was accepted."""

    id: str
    at: float
    sender: str
    to: str = field(repr=False)
    body: str = field(repr=False)
    context: Mapping[str, str]
    ttl: int


@dataclass
class FakeAwsSms:
    """The state. `faults` are for the next requests, one each; `always` is for all others."""

    rng: Random
    messages: list[Message] = field(default_factory=list)
    opted_out: set[str] = field(default_factory=set)
    faults: deque[Fault] = field(default_factory=deque)
    always: Fault = Fault()
    events: list[tuple[float, Mapping[str, Any]]] = field(default_factory=list)
    tells: bool = True
    """Whether it tells what becomes of texts."""

    def send_text_message(
        self, given: Mapping[str, Any], now: float
    ) -> tuple[int, dict[str, Any]] | None:
        """The HTTP status and the answer to a request; None for silence."""
        fault = self.faults.popleft() if self.faults else self.always
        if given["DestinationPhoneNumber"] in self.opted_out:
            fault = Fault("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT")
        if fault.exception:
            told = {"__type": fault.exception, "Message": "refused", "Reason": fault.reason}
            return fault.status, {name: value for name, value in told.items() if value}
        if fault.is_silent and not fault.is_accepted:
            return None
        message = Message(
            id=str(uuid.UUID(int=self.rng.getrandbits(128), version=4)),
            at=now,
            sender=given["OriginationIdentity"],
            to=given["DestinationPhoneNumber"],
            body=given["MessageBody"],
            context=given.get("Context", {}),
            ttl=given["TimeToLive"],
        )
        self.messages.append(message)
        if self.tells:
            self.tell(message, "TEXT_SUCCESSFUL", now + SENT_AFTER, is_final=False)
            self.tell(message, fault.ends_as, now + DELIVERED_AFTER, is_final=True)
        return None if fault.is_silent else (200, {"MessageId": message.id})

    def tell(self, message: Message, kind: str, at: float, *, is_final: bool) -> None:
        """Have an event told of a text."""
        event = {
            "eventType": kind,
            "eventVersion": "1.0",
            "eventTimestamp": int(at * 1000),
            "isFinal": is_final,
            "originationPhoneNumber": NUMBER,
            "destinationPhoneNumber": message.to,
            "messageId": message.id,
            "messageRequestTimestamp": int(message.at * 1000),
            "messageType": "TRANSACTIONAL",
            "messageStatus": kind.removeprefix("TEXT_"),
            "context": dict(message.context),
            "totalMessageParts": 1,
        }
        self.events.append((at, event))

    def reply(self, phone: str, body: str, now: float) -> None:
        """Somebody texts the sender's number: the two-way topic tells, and opt-outs are kept."""
        if body.strip().upper() in STOP_WORDS:
            self.opted_out.add(phone)
        event = {
            "originationNumber": phone,
            "destinationNumber": NUMBER,
            "messageKeyword": "KEYWORD",
            "messageBody": body,
            "inboundMessageId": str(uuid.UUID(int=self.rng.getrandbits(128), version=4)),
        }
        self.events.append((now, event))

    def due(self, now: float) -> list[Mapping[str, Any]]:
        """The events that are told by now, each once."""
        found = [event for at, event in self.events if at <= now]
        self.events = [(at, event) for at, event in self.events if at > now]
        return found
