"""A fake of Twilio's Messages API that keeps its own truth: for the local run and simulations."""

from .answers import Answer
from .handsets import BadReplyError, UnknownPhoneError
from .ledger import FakeTwilio
from .messages import Message
from .pacing import Accepted, Pace
from .rest import respond
from .server import FakeTwilioServer, serve
from .webhooks import WebhookRequest, sign

__all__ = [
    "Accepted",
    "Answer",
    "BadReplyError",
    "FakeTwilio",
    "FakeTwilioServer",
    "Message",
    "Pace",
    "UnknownPhoneError",
    "WebhookRequest",
    "respond",
    "serve",
    "sign",
]
