"""Sign-up as clients of Statuspage's public API v2 do it: no consent field, no secret, no token.

Guards, limits and codes are those of our own form. Where ours answers everybody alike, this API
must tell a duplicate, which is why a page has to turn it on; by that it says that whoever calls
shows the consent text. Ids are of two kinds: what a sign-up answers (`sign_up_id`) may change and
end what came of that sign-up; what a duplicate is led to (`sub_…`) only shows it, masked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from statustext.adapters.clock import Entropy
from statustext.adapters.consents import get_consent
from statustext.adapters.direct_texts import (
    choose_before_code,
    get_over_limit,
    list_sign_ups,
    take_back,
)
from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.incidents import get_incident
from statustext.adapters.secret_store import Secrets
from statustext.adapters.subscribers import get_subscriber, preferences_of, preferences_row
from statustext.domain.ids import address_id, read_sign_up_id, sign_up_id, subscriber_id
from statustext.domain.masking import mask
from statustext.domain.page import Page, consent_version
from statustext.domain.phone_numbers import country_of
from statustext.domain.subscriber import Preferences, State, Subscriber
from statustext.domain.verification import sign_up_secret
from statustext.errors import RejectedError
from statustext.flows.languages import speech_of
from statustext.flows.operating.statuspage import timestamp
from statustext.flows.signing_up import managing
from statustext.flows.signing_up.abuse_limits import spend_address
from statustext.flows.signing_up.preferences import choose, in_visitors_language
from statustext.flows.signing_up.subscribing import (
    Asked,
    ask_for_code,
    of_secret,
    resend,
    usable_number,
)
from statustext.flows.signing_up.verifying import verify
from statustext.sign_up_contracts import PreferencesInput, VerifyRequest
from statustext.statuspage_contracts import PublicSubscriber

SUBSCRIBED = (State.ACTIVE, State.QUARANTINED)


@dataclass(frozen=True)
class Visit:
    """One request of somebody without a key: to which page, from which address, with what."""

    page: Page
    address: str
    table: Table
    secrets: Secrets
    now: float
    entropy: Entropy
    allow_fictional: bool = False
    accepted: str = ""  # its Accept-Language


@dataclass(frozen=True)
class Found:
    """Whom an id names: a sign-up under way (`rows`, it and its repetitions), a subscription
    (`person`), or neither. `is_own` where the id may also change and end it."""

    subscriber: str
    rows: list[Item]
    person: Subscriber | None
    is_own: bool


def subscribe(given: PublicSubscriber, visit: Visit) -> tuple[Mapping[str, Any], bool]:
    """A new sign-up, or the one that is there already, and whether it is new.

    Raises RejectedError 422 for what the request shows to be wrong or the page has not turned on,
    429 where the address or the page has used up its limit.
    """
    page, table, now = visit.page, visit.table, visit.now
    _require_mode(given, page)
    number = usable_number(
        given.phone_number or "",
        given.phone_country,
        page,
        allow_fictional=visit.allow_fictional,
        field="phone_number",
    )
    wanted = choose(PreferencesInput(services=given.components), table, page.id)
    if given.incident:
        wanted = replace(wanted, incidents=(_unresolved(given.incident, visit),), updates=True)
    wanted = in_visitors_language(wanted, None, visit.accepted)
    master = visit.secrets.master_key()
    subscriber = subscriber_id(master, page.id, number.e164)
    is_new = spend_address(page, visit.address, table, master, now)
    known = get_subscriber(table, page.id, subscriber, now)
    rows = list_sign_ups(table, page.id, subscriber, now)
    if _is_told_that_much(known, wanted) or any(
        preferences_of(row["preferences"]) == wanted for row in rows
    ):
        return show(subscriber, visit), False
    if known and known.state in SUBSCRIBED and wanted.incidents:
        before = known.preferences.incidents
        wanted = replace(wanted, incidents=tuple(dict.fromkeys((*before, *wanted.incidents))))
    asked = Asked(number, subscriber, wanted, _proof(visit))
    direct = ask_for_code(asked, page, is_new, table, now, visit.entropy)
    one = sign_up_id(master, page.id, subscriber, direct)
    return _shape(one, number.e164, now, wanted), True


def show(one: str, visit: Visit) -> Mapping[str, Any]:
    """A subscription or sign-up by either kind of id, its number masked. Raises RejectedError 404.

    Of a number that opted out there is what there is of a new one.
    """
    found = _find(one, visit)
    if found.rows and (found.is_own or found.person is None):
        row = found.rows[0]
        return _shape(one, row["phone"], row["at"], preferences_of(row["preferences"]))
    if (person := found.person) is None:
        raise _not_found()
    stopped = person.quarantined_at if person.state is State.QUARANTINED else None
    return _shape(one, person.phone, person.created_at, person.preferences, stopped)


def tune(one: str, components: list[str] | None, visit: Visit) -> Mapping[str, Any]:
    """Choose other components, before the code is entered or after. Raises RejectedError 422 for
    no list and unknown ones, 403 for an id that only shows, 404."""
    if components is None:
        raise RejectedError(422, "invalid_request", "Send components, a list of ids; [] for all.")
    found = _own(one, visit)
    given = PreferencesInput(services=components)
    if found.rows:
        before = preferences_of(found.rows[0]["preferences"])
        chosen = choose(given, visit.table, visit.page.id, over=before)
        changes = [choose_before_code(row, preferences_row(chosen)) for row in found.rows]
        visit.table.transact(changes)
    elif person := found.person:
        managing.change_preferences(person, given, visit.table, visit.now, visit.entropy)
    return show(one, visit)


def end(one: str, visit: Visit) -> Mapping[str, Any]:
    """End a subscription, or take a sign-up back; what it was. Raises RejectedError 403 for an id
    that only shows, 404."""
    found, shown = _own(one, visit), show(one, visit)
    if found.rows:
        visit.table.transact([take_back(row, visit.now) for row in found.rows])
    elif person := found.person:
        managing.unsubscribe(person, visit.table, visit.now, visit.entropy)
    return shown


def ask_again(one: str, visit: Visit) -> None:
    """Have another code texted, by either kind of id. Silent where there is none to be had, as on
    our own form. Raises RejectedError 429."""
    subscriber, secret = _secret_of(one, visit)
    page, address, table, secrets = visit.page, visit.address, visit.table, visit.secrets
    resend(subscriber, secret, page, address, table, secrets, visit.now, visit.entropy)


def enter_code(one: str, code: str, visit: Visit) -> Mapping[str, Any]:
    """Begin the subscription; its id is the one that may change it. Raises RejectedError as
    `verify` does."""
    subscriber, secret = _secret_of(one, visit)
    page, address, table, secrets = visit.page.id, visit.address, visit.table, visit.secrets
    given = VerifyRequest(code=code, secret=secret)
    done = verify(page, subscriber, given, address, table, secrets, visit.now, visit.entropy)
    person = done.subscriber
    own = sign_up_id(secrets.master_key(), page, subscriber, done.sign_up)
    return _shape(own, person.phone, person.created_at, person.preferences)


def _require_mode(given: PublicSubscriber, page: Page) -> None:
    if given.endpoint:
        sentence = "This page does not call webhooks; send phone_number and phone_country."
        raise RejectedError(422, "mode_not_offered", sentence)
    if given.email:
        sentence = "This page does not send e-mail; send phone_number and phone_country."
        raise RejectedError(422, "mode_not_offered", sentence)
    if not page.statuspage_sign_up:
        sentence = f"This page takes no sign-ups by this API; subscribe at {page.url}."
        raise RejectedError(422, "mode_not_offered", sentence)
    if not given.phone_number:
        sentence = "Send phone_number and phone_country, as in 4155550123 and US."
        raise RejectedError(422, "invalid_request", sentence)


def _unresolved(incident: str, visit: Visit) -> str:
    found = get_incident(visit.table, visit.page.id, incident)
    if found is None or found.is_over:
        sentence = "There is no unresolved incident of this id; subscribe to the page instead."
        raise RejectedError(422, "incident_not_unresolved", sentence)
    return found.id


def _is_told_that_much(known: Subscriber | None, wanted: Preferences) -> bool:
    """Whether a subscription has all the incidents that are asked for; which components, its owner
    has chosen."""
    if known is None or known.state not in SUBSCRIBED:
        return False
    told = known.preferences.incidents
    return not told or (bool(wanted.incidents) and set(wanted.incidents) <= set(told))


def _proof(visit: Visit) -> Item:
    consent = speech_of("en", visit.page.words).consent(visit.page.name)
    return {
        "method": "statuspage_api",
        "text": consent,
        "version": consent_version(consent),
        "language": "en",
        "address_hash": address_id(visit.secrets.master_key(), visit.address),
    }


def _secret_of(one: str, visit: Visit) -> tuple[str, str | None]:
    """The subscriber an id names, and its sign-up's secret, which only an own id stands for."""
    page, secrets = visit.page.id, visit.secrets
    read = read_sign_up_id(secrets.master_key(), page, one)
    if read is None:
        return one, None
    subscriber, sign_up = read
    return subscriber, sign_up_secret(secrets.code_key(), page, subscriber, sign_up)


def _find(one: str, visit: Visit) -> Found:
    page, table, now = visit.page.id, visit.table, visit.now
    read = read_sign_up_id(visit.secrets.master_key(), page, one)
    subscriber, sign_up = read or (one, "")
    person = get_subscriber(table, page, subscriber, now)
    if person is not None and person.state not in SUBSCRIBED:
        person = None
    rows = list_sign_ups(table, page, subscriber, now)
    if not sign_up:
        return Found(subscriber, rows, person, is_own=False)
    secret = sign_up_secret(visit.secrets.code_key(), page, subscriber, sign_up)
    own = of_secret(rows, secret, page, subscriber, visit.secrets)
    if not own and (row := get_over_limit(table, page, subscriber, sign_up)):
        own = [row] * ("used_at" not in row)
    if own:
        return Found(subscriber, own, person, is_own=True)
    consent = get_consent(table, page, subscriber, sign_up) or {}
    began = consent.get("verified_at")
    is_own = person is not None and began is not None and began == person.verified_at
    return Found(subscriber, [], person if is_own else None, is_own)


def _own(one: str, visit: Visit) -> Found:
    found = _find(one, visit)
    if not found.is_own:
        if one.startswith("sub_") and (found.rows or found.person):
            sentence = "This id only shows the subscription; use the one that its sign-up answered."
            raise RejectedError(403, "id_only_shows", sentence)
        raise _not_found()
    return found


def _not_found() -> RejectedError:
    return RejectedError(404, "subscriber_not_found", "There is no such subscriber on this page.")


def _shape(
    one: str,
    phone: str,
    since: float,
    preferences: Preferences,
    quarantined_at: float | None = None,
) -> dict[str, Any]:
    """As Statuspage shows a subscriber. Confirmed or not, it looks the same there."""
    shown = {
        "created_at": timestamp(since),
        "skip_confirmation_notification": False,
        "quarantined_at": timestamp(quarantined_at),
        "id": one,
        "mode": "sms",
        "purge_at": None,
        "phone_number": mask(phone),
        "phone_country": country_of(phone) or None,
        "components": list(preferences.services),
    }
    return {"subscriber": shown}
