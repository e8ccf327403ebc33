"""JOIN: who texts it to the page's number subscribes with it. That they wrote shows that the number
is theirs, and the text is what they agreed by."""

from dataclasses import dataclass
from typing import Any

from statustext.adapters.consents import put_consent
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.subscribers import activate
from statustext.domain.mode import Mode
from statustext.domain.page import Page, consent_version
from statustext.domain.phone_numbers import PhoneNumber, UnusableNumberError, parse
from statustext.domain.subscriber import Preferences, State, Subscriber
from statustext.errors import RejectedError
from statustext.flows.languages import speech_of
from statustext.flows.signing_up.abuse_limits import note_entered, spend_sign_up
from statustext.observability import count


@dataclass(frozen=True)
class Joining:
    """Who texts JOIN: their number, the subscriber that it is on the page, as is known of them, and
    the inbound text's sid."""

    page: Page
    phone: str
    subscriber: str
    known: Subscriber | None
    sid: str


def join(one: Joining, consent: str, table: Table, now: float) -> list[Write]:
    """The writes that subscribe them, with their consent kept under the id `consent`; none for a
    number that the page does not text or that asked too often. What they chose before they left
    holds again."""
    number = _number(one)
    if number is None or not _may(one, number, table, now):
        count("JoinNotObeyed")
        return []
    preferences = one.known.preferences if one.known else Preferences()
    person = Subscriber(one.subscriber, one.page.id, one.phone, State.ACTIVE, now, preferences)
    return [
        activate(person, preferences, now),
        put_consent(one.page.id, one.subscriber, consent, _proof(one, now), now, confirmed=True),
    ]


def _number(one: Joining) -> PhoneNumber | None:
    if Mode.SMS not in one.page.modes:
        return None
    try:
        return parse(one.phone, None, one.page.countries, allow_fictional=True)
    except UnusableNumberError:
        return None


def _may(one: Joining, number: PhoneNumber, table: Table, now: float) -> bool:
    try:
        may = spend_sign_up(one.page, number, one.subscriber, True, table, now)
    except RejectedError:
        return False  # the page's hour is used up
    if may:
        note_entered(one.page.id, one.phone, table, now)  # whoever texts has the number
    return may


def _proof(one: Joining, now: float) -> dict[str, Any]:
    language = one.page.language
    text = speech_of(language, one.page.words).consent(one.page.name)
    return {
        "method": "text",
        "verified_at": now,  # whoever texts has the number
        "keyword": "JOIN",
        "text": text,
        "version": consent_version(text),
        "language": language.value,
        "source": one.sid,
    }
