"""A page's contacts: added, verified by a code, removed."""

import hmac
import re
from dataclasses import dataclass

from statustext.adapters.contacts import (
    contact_of,
    get_contact_row,
    note_code,
    put_contact,
    remove_contact,
    verify_contact,
)
from statustext.adapters.direct_texts import ON_CALL_CODE, count_try, put_direct_text
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.fixed_windows import seconds_left, spend
from statustext.adapters.secret_store import Secrets
from statustext.adapters.subscribers import get_subscriber
from statustext.adapters.team_messengers import Mailbox
from statustext.domain.ids import subscriber_id
from statustext.domain.page import Page
from statustext.domain.team.contacts import Contact, ContactState
from statustext.domain.team.routing import Channel
from statustext.domain.verification import CODE_LIFE, DAY, TRIES, code
from statustext.errors import (
    ConditionFailedError,
    OutcomeUnknownError,
    RefusedError,
    RejectedError,
    SlowDownError,
)
from statustext.field_types import EMAIL, LONGEST_EMAIL
from statustext.flows.acting import Act
from statustext.flows.signing_up.subscribing import usable_number
from statustext.team_contracts import ContactInput

CODES_PER_DAY = 20
"""To on-call phones and mailboxes of a page; nobody changes theirs more often."""

SLACK = "https://hooks.slack.com/"


@dataclass(frozen=True)
class Codes:
    """What codes are made of, and what mails them: None where the deployment sends no mails."""

    secrets: Secrets
    mailbox: Mailbox | None


def add_contact(
    given: ContactInput, page: Page, act: Act, codes: Codes, *, allow_fictional: bool
) -> Contact:
    """Add a contact. A phone or a mailbox is sent a code first; who has a Slack webhook's address
    may post there, so nothing is to be verified.

    Raises RejectedError 422 for an address that cannot be used, 409 for a number that is there
    already or opted out, or where no mails are sent, 429 after too many codes, 503 for a mail that
    SES did not take.
    """
    match given.channel:
        case "slack":
            contact = _slack(given, act, allow_local=allow_fictional)
        case "email":
            contact = _mailbox(given, page.id, act, codes)
        case "sms":
            contact = _phone(given, page, act, codes, allow_fictional=allow_fictional)
    nonce, is_phone = act.entropy(16).hex(), contact.channel is Channel.SMS
    texts = [_text_code(page.id, contact, act, nonce)] if is_phone else []
    detail = {"contact": contact.id, "channel": contact.channel.value}
    note = act.note(page.id, "contact.added", detail)
    try:
        act.table.transact([put_contact(page.id, contact), note, *texts])
    except ConditionFailedError:
        sentence = "This number or mailbox is a contact already."
        raise RejectedError(409, "contact_exists", sentence) from None
    if is_phone:
        act.table.write(_code_of(page.id, contact, nonce, codes.secrets, act))
    elif contact.channel is Channel.EMAIL:
        _mail_code(page, contact, act, codes)
    return contact


def send_code(page: Page, contact: str, act: Act, codes: Codes) -> Contact:
    """Send a phone or a mailbox another code. RejectedError 404, 409, 429 or 503."""
    found = contact_of(_require(page.id, contact, act.table))
    if found.channel is Channel.EMAIL:
        _spend_code(page.id, act)
        _mail_code(page, found, act, codes)
        return found
    if found.channel is not Channel.SMS:
        raise RejectedError(409, "nothing_to_verify", "Slack's address needs no code.")
    _require_not_opted_out(page.id, found, act)
    _spend_code(page.id, act)
    nonce = act.entropy(16).hex()
    noted = _code_of(page.id, found, nonce, codes.secrets, act)
    act.table.transact([noted, _text_code(page.id, found, act, nonce)])
    return found


def _mail_code(page: Page, contact: Contact, act: Act, codes: Codes) -> None:
    """Mail a code, once it is written what it is made of."""
    if codes.mailbox is None:
        raise _no_mails()
    nonce = act.entropy(16).hex()
    act.table.write(_code_of(page.id, contact, nonce, codes.secrets, act))
    try:
        made = code(codes.secrets.code_key(), contact.id, nonce)
        codes.mailbox.send_code(contact, page, made)
    except (RefusedError, SlowDownError):
        sentence = "SES did not take the mail; look at the address, and ask for another code."
        raise RejectedError(503, "mail_not_sent", sentence) from None
    except OutcomeUnknownError:
        return  # it may be there; if not, another can be asked for


def _mailbox(given: ContactInput, page_id: str, act: Act, codes: Codes) -> Contact:
    """A mailbox, whose id is made of its address, so that it is there once."""
    if codes.mailbox is None:
        raise _no_mails()
    if not re.fullmatch(EMAIL, given.address) or len(given.address) > LONGEST_EMAIL:
        sentence = "Give an e-mail address, as in jo@example.com."
        raise RejectedError(422, "invalid_address", sentence, fields={"address": sentence})
    named = f"mailbox of the team: {given.address.lower()}"
    one = subscriber_id(codes.secrets.master_key(), page_id, named)
    _spend_code(page_id, act)
    state = ContactState.UNVERIFIED
    return Contact(one, given.name, Channel.EMAIL, given.address, state, act.now)


def _phone(
    given: ContactInput, page: Page, act: Act, codes: Codes, *, allow_fictional: bool
) -> Contact:
    """An on-call phone, whose id is that of a subscriber with its number."""
    number = usable_number(
        given.address, given.country, page, allow_fictional=allow_fictional, field="address"
    )
    one = subscriber_id(codes.secrets.master_key(), page.id, number.e164)
    state = ContactState.UNVERIFIED
    contact = Contact(one, given.name, Channel.SMS, number.e164, state, act.now)
    _require_not_opted_out(page.id, contact, act)
    _spend_code(page.id, act)
    return contact


def _no_mails() -> RejectedError:
    sentence = "This deployment sends no mails; set EmailFrom and EmailIdentity of its stack."
    return RejectedError(409, "mails_not_set_up", sentence)


def enter_code(page_id: str, contact: str, entered: str, act: Act, secrets: Secrets) -> Contact:
    """Verify a phone or a mailbox by what was sent to it. Raises RejectedError 404, and 422
    code_invalid for a wrong, an old and a used code, and after five tries."""
    row = _require(page_id, contact, act.table)
    if not act.table.write_if(count_try(row, {"tries": TRIES}, act.now)):
        raise _invalid()
    key = secrets.code_key_of(row.get("kid", ""))
    made = code(key, contact, row["nonce"]) if key else ""
    if not hmac.compare_digest(made.encode(), entered.encode()):
        raise _invalid()
    note = act.note(page_id, "contact.verified", {"contact": contact})
    try:
        act.table.transact([verify_contact(row, act.now), note])
    except ConditionFailedError:
        raise _invalid() from None
    return contact_of(_require(page_id, contact, act.table))


def drop_contact(page_id: str, contact: str, act: Act) -> None:
    """Nobody is told there any more. RejectedError 404."""
    note = act.note(page_id, "contact.removed", {"contact": contact})
    try:
        act.table.transact([remove_contact(page_id, contact), note])
    except ConditionFailedError:
        raise _not_found() from None


def _slack(given: ContactInput, act: Act, *, allow_local: bool) -> Contact:
    is_local = allow_local and given.address.startswith("http://127.0.0.1:")
    if not (given.address.startswith(SLACK) or is_local):
        sentence = f"Give the address of a Slack incoming webhook, which begins with {SLACK}."
        raise RejectedError(422, "invalid_address", sentence, fields={"address": sentence})
    one, verified = act.new_id(), ContactState.VERIFIED
    return Contact(one, given.name, Channel.SLACK, given.address, verified, act.now)


def _require_not_opted_out(page_id: str, contact: Contact, act: Act) -> None:
    known = get_subscriber(act.table, page_id, contact.id, act.now)
    if known and known.suppressed:
        sentence = "This number opted out; have its owner text START, then add it."
        raise RejectedError(409, "opted_out", sentence)


def _spend_code(page_id: str, act: Act) -> None:
    if not spend(act.table, f"{page_id}#on_call_codes", CODES_PER_DAY, DAY, act.now):
        wait = {"Retry-After": str(seconds_left(DAY, act.now))}
        sentence = "Too many codes were sent to contacts today; try again tomorrow."
        raise RejectedError(429, "too_many_codes", sentence, headers=wait)


def _text_code(page_id: str, contact: Contact, act: Act, nonce: str) -> Write:
    return put_direct_text(
        page_id,
        contact.id,
        act.new_id(),
        ON_CALL_CODE,
        act.now,
        phone=contact.address,
        nonce=nonce,
    )


def _code_of(page_id: str, contact: Contact, nonce: str, secrets: Secrets, act: Act) -> Write:
    ends_at = act.now + CODE_LIFE
    return note_code(page_id, contact.id, nonce, secrets.code_key().kid, ends_at)


def _require(page_id: str, contact: str, table: Table) -> Item:
    row = get_contact_row(table, page_id, contact) if len(contact) <= 40 else None
    if row is None:
        raise _not_found()
    return row


def _not_found() -> RejectedError:
    return RejectedError(404, "contact_not_found", "There is no such contact on this page.")


def _invalid() -> RejectedError:
    return RejectedError(
        422, "code_invalid", "This code is wrong or no longer valid; check it or ask for another."
    )
