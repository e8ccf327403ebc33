"""Sign-up: a visitor asks for texts. Nothing here knows whether the number is known already.

That is the point: every sign-up does the same reads and writes and gets the same answer. Whether a
code is texted is decided later, in the codes' own lane (`texting_codes` in sending_direct.py).
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from statustext.adapters.clock import Entropy
from statustext.adapters.consents import put_consent
from statustext.adapters.direct_texts import (
    list_sign_ups,
    mode_of,
    over_limit,
    put_direct_text,
    reached_of,
)
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.secret_store import Secrets
from statustext.adapters.subscribers import preferences_row, reached_row
from statustext.domain.endpoint import UnusableEndpointError, parse_endpoint
from statustext.domain.ids import address_id, new_id, subscriber_id
from statustext.domain.mode import Mode
from statustext.domain.page import Page, consent_version
from statustext.domain.phone_numbers import PhoneNumber, UnusableNumberError, country_of, parse
from statustext.domain.subscriber import Preferences, usual_preferences
from statustext.domain.templates import Event
from statustext.domain.verification import kid_of_secret, sign_up_secret
from statustext.errors import RejectedError
from statustext.flows.languages import speech_of
from statustext.flows.signing_up.abuse_limits import (
    spend_address,
    spend_code,
    spend_free_sign_up,
    spend_sign_up,
)
from statustext.flows.signing_up.bot_gate import require_solved
from statustext.flows.signing_up.preferences import (
    choose,
    in_browsers_zone,
    in_visitors_language,
)
from statustext.sign_up_contracts import SignUp


@dataclass(frozen=True)
class SignedUp:
    """What the visitor is answered: the id, which is the same for every sign-up of the number, and
    a secret, which only this one has."""

    id: str
    secret: str


@dataclass(frozen=True)
class FreeAddress:
    """An e-mail address, or one on the web that is to be called: what asks for no texts."""

    mode: Mode
    address: str


@dataclass(frozen=True)
class Asked:
    """A number that asks for texts, or an address for what is sent in their place, what it wants to
    hear, and the `proof` that its owner agreed, as it is kept."""

    number: PhoneNumber | FreeAddress
    subscriber: str
    preferences: Preferences
    proof: Mapping[str, Any]


def sign_up(
    request: SignUp,
    page: Page,
    address: str,
    table: Table,
    secrets: Secrets,
    now: float,
    entropy: Entropy,
    *,
    allow_fictional: bool,
    call_this_machine: bool = False,
    accepted: str = "",
) -> SignedUp:
    """Record a sign-up by our own form, and its consent. `accepted` is its Accept-Language.

    Raises RejectedError: 422 for what the request itself shows to be wrong, 429 where the address
    or the page has used up its limit.
    """
    if not request.consent:
        raise RejectedError(
            422, "consent_required", "Send consent: true once the visitor has agreed."
        )
    consent = speech_of(request.language, page.words).consent(page.name, request.way)
    if request.consent_version not in ("", consent_version(consent)):
        raise RejectedError(
            422, "consent_outdated", "The consent text has changed; show it again and ask anew."
        )
    number: PhoneNumber | FreeAddress = FreeAddress(Mode.EMAIL, request.email or "")
    if request.endpoint is not None:
        number = usable_endpoint(request.endpoint, request.mode, is_local_run=call_this_machine)
    if request.phone is not None:
        phone, country = request.phone, request.country
        number = usable_number(phone, country, page, allow_fictional=allow_fictional)
    mode, reached = reached_by(number)
    require_mode(mode, page)
    preferences = choose(request.preferences, table, page.id, over=usual_preferences(mode))
    preferences = in_browsers_zone(preferences, request.timezone)
    preferences = in_visitors_language(preferences, request.language, accepted)
    master = secrets.master_key()
    require_solved(request.altcha, page, table, master, now)
    subscriber = subscriber_id(master, page.id, reached, mode)
    is_new = spend_address(page, address, table, master, now)
    proof = {
        "method": "form",
        "text": consent,
        "version": consent_version(consent),
        "language": request.language or "en",
        "address_hash": address_id(master, address),
    }
    asked = Asked(number, subscriber, preferences, proof)
    direct = ask_for_code(asked, page, is_new, table, now, entropy)
    return SignedUp(subscriber, sign_up_secret(secrets.code_key(), page.id, subscriber, direct))


def ask_for_code(
    asked: Asked, page: Page, is_new: bool, table: Table, now: float, entropy: Entropy
) -> str:
    """Ask for a code, if the limits let it, and keep the consent; the sign-up's id. `is_new` says
    that the address, which was counted, had not been seen.

    Raises RejectedError 429 where the page's hour is used up.
    """
    if not isinstance(asked.number, PhoneNumber):
        is_within = spend_free_sign_up(page, asked.subscriber, is_new, table, now)
    else:
        is_within = spend_sign_up(page, asked.number, asked.subscriber, is_new, table, now)
    direct = new_id(now, entropy(4))
    text = put_direct_text(
        page.id,
        asked.subscriber,
        direct,
        Event.VERIFICATION,
        now,
        nonce=entropy(16).hex(),
        preferences=preferences_row(asked.preferences),
        **reached_row(*reached_by(asked.number)),
    )
    if not is_within:
        text = over_limit(text)  # as silent, and as slow, as all else that depends on the number
    table.transact([text, put_consent(page.id, asked.subscriber, direct, asked.proof, now)])
    return direct


def resend(
    subscriber: str,
    secret: str | None,
    page: Page,
    address: str,
    table: Table,
    secrets: Secrets,
    now: float,
    entropy: Entropy,
) -> None:
    """Ask for another code for the sign-up that the secret is of. Codes already delivered keep
    working. Without a secret it is the last sign-up, whoever's it was.

    Silent where there is none, after the same work, so that an id reveals nothing. Raises
    RejectedError 429.
    """
    is_new = spend_address(page, address, table, secrets.master_key(), now)
    rows = list_sign_ups(table, page.id, subscriber, now)
    own = of_secret(rows, secret, page.id, subscriber, secrets)
    last = own[0] if own else {"phone": "", "preferences": {}, "direct": ""}
    counts = bool(own) and len(rows) < page.limits.signups_per_number
    if mode_of(last).is_free:
        may_text = spend_free_sign_up(page, subscriber, is_new, table, now) and counts
    else:
        phone = str(last["phone"])
        number = PhoneNumber(phone, country_of(phone))
        may_text = spend_code(page, number, table, now, is_new=is_new, counts=counts)
    asked = put_direct_text(
        page.id,
        subscriber,
        new_id(now, entropy(4)),
        Event.VERIFICATION,
        now,
        nonce=entropy(16).hex(),
        preferences=last["preferences"],
        **reached_of(last),
        consent=last.get("consent", last["direct"]),
    )
    table.write(asked if may_text else over_limit(asked))


def reached_by(number: PhoneNumber | FreeAddress) -> tuple[Mode, str]:
    """By which mode, and at which number or address."""
    if isinstance(number, FreeAddress):
        return number.mode, number.address
    return Mode.SMS, number.e164


def require_mode(mode: Mode, page: Page) -> None:
    """Raises RejectedError 422 for one that the page does not offer."""
    if mode not in page.modes:
        offered = ", ".join("phone" if one is Mode.SMS else one.value for one in page.modes)
        sentence = f"This page does not offer that; it takes {offered}."
        raise RejectedError(422, "mode_not_offered", sentence)


def usable_endpoint(written: str, mode: Mode, *, is_local_run: bool) -> FreeAddress:
    """The address in one spelling. Raises RejectedError 422 with the reason."""
    try:
        return FreeAddress(mode, parse_endpoint(written, is_local_run=is_local_run).url)
    except UnusableEndpointError as error:
        fields = {"endpoint": error.message}
        raise RejectedError(422, error.code, error.message, fields=fields) from None


def of_secret(
    rows: Sequence[Item], secret: str | None, page_id: str, subscriber: str, secrets: Secrets
) -> list[Item]:
    """The sign-ups that a secret is of, with those asked for again by it; all without a secret."""
    if secret is None:
        return list(rows)
    key = secrets.code_key_of(kid_of_secret(secret))
    if key is None:
        return []
    found = []
    for row in rows:
        first = str(row.get("consent", row["direct"]))
        made = sign_up_secret(key, page_id, subscriber, first)
        if hmac.compare_digest(made, secret):
            found.append(row)
    return found


def usable_number(
    written: str, country: str | None, page: Page, *, allow_fictional: bool, field: str = "phone"
) -> PhoneNumber:
    """The number as E.164. Raises RejectedError 422 with the reason in the caller's words, at the
    `field` where the number stood."""
    try:
        return parse(
            written,
            country or (page.countries[0] if len(page.countries) == 1 else None),
            page.countries,
            allow_fictional=allow_fictional,
        )
    except UnusableNumberError as error:
        raise RejectedError(422, error.code, error.message, fields={field: error.message}) from None
