"""A page's contacts: added, verified by a code, removed."""

import hmac

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
from statustext.domain.ids import subscriber_id
from statustext.domain.page import Page
from statustext.domain.team.contacts import Contact, ContactState
from statustext.domain.team.routing import Channel
from statustext.domain.verification import CODE_LIFE, DAY, TRIES, code
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.acting import Act
from statustext.flows.signing_up.subscribing import usable_number
from statustext.team_contracts import ContactInput

CODES_PER_DAY = 20
"""To on-call phones of a page; nobody changes theirs more often."""

SLACK = "https://hooks.slack.com/"


def add_contact(
    given: ContactInput, page: Page, act: Act, secrets: Secrets, *, allow_fictional: bool
) -> Contact:
    """Add a contact. A phone is texted a code first; who has a Slack webhook's address may post
    there, so nothing is to be verified.

    Raises RejectedError 422 for an address that cannot be used, 409 for a number that is there
    already or opted out, 429 after too many codes.
    """
    if given.channel == "slack":
        contact = _slack(given, act, allow_local=allow_fictional)
        writes: list[Write] = []
    else:
        number = usable_number(
            given.address, given.country, page, allow_fictional=allow_fictional, field="address"
        )
        one = subscriber_id(secrets.master_key(), page.id, number.e164)
        state = ContactState.UNVERIFIED
        contact = Contact(one, given.name, Channel.SMS, number.e164, state, act.now)
        _require_textable(page.id, contact, act)
        writes = [_text_code(page.id, contact, act, nonce := act.entropy(16).hex())]
    detail = {"contact": contact.id, "channel": contact.channel.value}
    note = act.note(page.id, "contact.added", detail)
    try:
        act.table.transact([put_contact(page.id, contact), note, *writes])
    except ConditionFailedError:
        sentence = "This number is a contact already."
        raise RejectedError(409, "contact_exists", sentence) from None
    if writes:
        act.table.write(_code_of(page.id, contact, nonce, secrets, act))
    return contact


def send_code(page_id: str, contact: str, act: Act, secrets: Secrets) -> Contact:
    """Text an on-call phone another code. RejectedError 404, 409 or 429."""
    found = contact_of(_require(page_id, contact, act.table))
    if found.channel is not Channel.SMS:
        raise RejectedError(409, "nothing_to_verify", "Only phones are verified by a code.")
    _require_textable(page_id, found, act)
    nonce = act.entropy(16).hex()
    noted = _code_of(page_id, found, nonce, secrets, act)
    act.table.transact([noted, _text_code(page_id, found, act, nonce)])
    return found


def enter_code(page_id: str, contact: str, entered: str, act: Act, secrets: Secrets) -> Contact:
    """Verify an on-call phone by what was texted to it. Raises RejectedError 404, and 422
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


def _require_textable(page_id: str, contact: Contact, act: Act) -> None:
    known = get_subscriber(act.table, page_id, contact.id, act.now)
    if known and known.suppressed:
        sentence = "This number opted out; have its owner text START, then add it."
        raise RejectedError(409, "opted_out", sentence)
    if not spend(act.table, f"{page_id}#on_call_codes", CODES_PER_DAY, DAY, act.now):
        wait = {"Retry-After": str(seconds_left(DAY, act.now))}
        sentence = "Too many codes were texted to on-call phones today; try again tomorrow."
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
