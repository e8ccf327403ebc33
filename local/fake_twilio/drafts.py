"""Reads a request to create a message and refuses it as Twilio would.

Source of the rules: twilio.com/docs/messaging/api/message-resource (parameters, error codes) and
twilio.com/docs/iam/test-credentials (the magic numbers).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from .answers import Refusal

LONGEST_BODY = 1600
LONGEST_VALIDITY = 36_000

_E164 = re.compile(r"\+[1-9]\d{7,14}", re.ASCII)
_NORTH_AMERICAN = re.compile(r"\+1[2-9]\d{9}", re.ASCII)
_HTTP_URL = re.compile(r"https?://[A-Za-z0-9.\-]+(:\d{1,5})?([/?#]\S*)?", re.ASCII)

_MAGIC_RECIPIENTS = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
_MAGIC_SENDERS = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
MAGIC_SENDER = "+15005550006"


@dataclass(frozen=True)
class Draft:
    """A valid request to create a message. `validity` is in seconds."""

    to: str
    sender: str
    service: str | None
    body: str
    callback: str | None
    validity: int


@dataclass(frozen=True)
class Account:
    """What the account owns: `numbers` (None: any valid one) and messaging services' pools
    (None: any service, sending from Twilio's magic number +15005550006)."""

    numbers: Collection[str] | None
    services: Mapping[str, Sequence[str]] | None

    def owns(self, sender: str) -> bool:
        """Whether a number, a short code or a messaging service is the account's."""
        known = self.services if sender.startswith("MG") else self.numbers
        return known is None or sender in known


def is_phone_number(text: str) -> bool:
    """Whether `text` is E.164, and of the right length where the plan is North America's."""
    return bool((_NORTH_AMERICAN if text.startswith("+1") else _E164).fullmatch(text))


def read_draft(form: Mapping[str, str], account: Account) -> Draft:
    """Turns a create request's form into a draft.

    Raises Refusal with Twilio's code for the first thing that is wrong.
    """
    to = re.sub(r"[ ().-]", "", form.get("To", ""))
    if not to:
        raise Refusal(21604)
    sender, service = _read_sender(form, account)
    body = form.get("Body", "")
    if not body:
        raise Refusal(21602)
    if len(body) > LONGEST_BODY:
        raise Refusal(21617)
    magic = _MAGIC_RECIPIENTS.get(to, 0 if is_phone_number(to) else 21211)
    if magic:
        raise Refusal(magic, to=to, sender=sender)
    return Draft(to, sender, service, body, _read_callback(form), _read_validity(form))


def _read_sender(form: Mapping[str, str], account: Account) -> tuple[str, str | None]:
    sender, service = form.get("From", "").strip(), form.get("MessagingServiceSid", "").strip()
    if service:
        return sender or _number_of(service, account), service
    if not sender:
        raise Refusal(21603)
    if sender in _MAGIC_SENDERS:
        raise Refusal(_MAGIC_SENDERS[sender], sender=sender)
    if not is_phone_number(sender):
        raise Refusal(21212, sender=sender)
    if account.numbers is not None and sender not in account.numbers:
        raise Refusal(21606, sender=sender)
    return sender, None


def _number_of(service: str, account: Account) -> str:
    if not re.fullmatch(r"MG[0-9a-fA-F]{32}", service):
        raise Refusal(21701)
    if account.services is None:
        return MAGIC_SENDER
    pool = account.services.get(service)
    if not pool:
        raise Refusal(21701)
    return pool[0]


def _read_callback(form: Mapping[str, str]) -> str | None:
    url = form.get("StatusCallback", "")
    if url and not _HTTP_URL.fullmatch(url):
        raise Refusal(21609, detail=url)
    return url or None


def _read_validity(form: Mapping[str, str]) -> int:
    text = form.get("ValidityPeriod", str(LONGEST_VALIDITY))
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= LONGEST_VALIDITY:
        raise Refusal(21624, detail=text)
    return int(text)
