"""The phones: what each was sent and what it sent, and whom it answers."""

from collections.abc import Sequence
from typing import Any

from .drafts import LONGEST_BODY, is_phone_number
from .keywords import OptOuts
from .messages import Message


class BadReplyError(ValueError):
    """A handset's reply that cannot be sent; the text says why."""


class UnknownPhoneError(LookupError):
    """The handset has never been texted, so it has nobody to answer."""


class Handsets:
    """Every handset that was ever texted or ever wrote. They keep what Twilio deletes."""

    def __init__(self) -> None:
        self._conversations: dict[str, list[Message]] = {}

    def keep(self, message: Message) -> None:
        self._conversations.setdefault(message.phone, []).append(message)

    def forget(self, message: Message) -> None:
        """A message that was kept is on its handset no more, though the handset stays."""
        self._conversations[message.phone].remove(message)

    def addressee(self, number: str, body: str, to: str | None) -> tuple[str, str | None]:
        """Whom `number` texts: `to`, or who texted it last; and the messaging service, if any.

        Raises BadReplyError, UnknownPhoneError.
        """
        if not is_phone_number(number):
            raise BadReplyError("The phone's number must be E.164, as in +15551234567.")
        if not body or len(body) > LONGEST_BODY:
            raise BadReplyError(f"Body must have 1 to {LONGEST_BODY} characters.")
        if to is not None and not is_phone_number(to):
            raise BadReplyError("To must be E.164, as in +15551234567.")
        texts = [m for m in self._conversations.get(number, ()) if m.direction != "inbound"]
        if to is None and not texts:
            raise UnknownPhoneError("Nobody has texted this phone yet; say whom it texts with To.")
        recipient = to or texts[-1].sender
        service = next((m.service for m in reversed(texts) if m.sender == recipient), None)
        return recipient, service

    def as_json(self, opt_outs: OptOuts, now: float) -> Sequence[dict[str, Any]]:
        """Every handset, in order of its first text, with its conversation as it stands."""
        return [
            {
                "number": number,
                "blocked": opt_outs.channels(number),
                "messages": [_as_json(message, now) for message in conversation],
            }
            for number, conversation in self._conversations.items()
        ]


def _as_json(message: Message, now: float) -> dict[str, Any]:
    return {
        "sid": message.sid,
        "direction": message.direction,
        "from": message.sender,
        "to": message.to,
        "body": message.body,
        "at": message.created_at,
        "segments": message.segments,
        "status": message.step_at(now).status,
        "error_code": message.error_at(now),
    }
