"""Sign-up: a visitor asks for texts. Nothing here knows whether the number is known already.

That is the point: every sign-up does the same reads and writes and gets the same answer. Whether a
code is texted is decided later, in the codes' own lane (`texting_codes` in sending_direct.py).
"""

import ipaddress

from statustext.adapters import fixed_windows
from statustext.adapters.clock import Entropy
from statustext.adapters.consents import put_consent
from statustext.adapters.direct_texts import list_sign_ups, over_limit, put_direct_text
from statustext.adapters.dynamodb import Table
from statustext.adapters.subscribers import preferences_row
from statustext.contracts import SignUp
from statustext.domain.ids import address_id, new_id, subscriber_id
from statustext.domain.page import Page
from statustext.domain.phone_numbers import PhoneNumber, UnusableNumberError, parse
from statustext.domain.templates import Event
from statustext.errors import RejectedError
from statustext.flows.signing_up.preferences import choose, in_browsers_zone

HOUR = 3600
ADDRESS_WINDOW = 4 * HOUR
NUMBER_WINDOW = 24 * HOUR


def sign_up(
    request: SignUp,
    page: Page,
    address: str,
    table: Table,
    master: str,
    now: float,
    entropy: Entropy,
    *,
    allow_fictional: bool,
) -> str:
    """Record a sign-up and its consent; the id of the subscription.

    Raises RejectedError: 422 for what the request itself shows to be wrong, 429 where the address
    or the page has used up its limit.
    """
    if not request.consent:
        raise RejectedError(
            422, "consent_required", "Send consent: true once the visitor has agreed."
        )
    if request.consent_version not in (None, page.consent_version):
        raise RejectedError(
            422, "consent_outdated", "The consent text has changed; show it again and ask anew."
        )
    number = usable_number(request.phone, request.country, page, allow_fictional=allow_fictional)
    preferences = choose(request.preferences, table, page.id)
    preferences = in_browsers_zone(preferences, request.timezone)
    subscriber = subscriber_id(master, page.id, number.e164)
    spend_limits(page, address, table, master, now)
    scope, most = f"{page.id}#number#{subscriber}", page.limits.signups_per_number
    is_within = fixed_windows.spend(table, scope, most, NUMBER_WINDOW, now)
    direct = new_id(now, entropy(4))
    proof = {
        "method": "form",
        "text": page.consent_text,
        "version": page.consent_version,
        "address": address,
    }
    asked = put_direct_text(
        page.id,
        subscriber,
        direct,
        Event.VERIFICATION,
        now,
        phone=number.e164,
        nonce=entropy(16).hex(),
        preferences=preferences_row(preferences),
    )
    if not is_within:
        asked = over_limit(asked)  # as silent, and as slow, as all else that depends on the number
    table.transact([asked, put_consent(page.id, subscriber, direct, proof, now)])
    return subscriber


def resend(
    subscriber: str,
    page: Page,
    address: str,
    table: Table,
    master: str,
    now: float,
    entropy: Entropy,
) -> None:
    """Ask for another code for the last sign-up. Codes already delivered keep working.

    Silent where there is no sign-up, so that an id reveals nothing. Raises RejectedError 429.
    """
    spend_limits(page, address, table, master, now)
    rows = list_sign_ups(table, page.id, subscriber, now)
    if not rows or len(rows) >= page.limits.signups_per_number:
        return
    last = rows[0]
    table.write(
        put_direct_text(
            page.id,
            subscriber,
            new_id(now, entropy(4)),
            Event.VERIFICATION,
            now,
            phone=last["phone"],
            nonce=entropy(16).hex(),
            preferences=last["preferences"],
            consent=last.get("consent", last["direct"]),
        )
    )


def usable_number(
    written: str, country: str | None, page: Page, *, allow_fictional: bool
) -> PhoneNumber:
    """The number as E.164. Raises RejectedError 422 with the reason in the caller's words."""
    try:
        return parse(
            written,
            country or (page.countries[0] if len(page.countries) == 1 else None),
            page.countries,
            allow_fictional=allow_fictional,
        )
    except UnusableNumberError as error:
        raise RejectedError(
            422, error.code, error.message, fields={"phone": error.message}
        ) from None


def spend_limits(page: Page, address: str, table: Table, master: str, now: float) -> None:
    """Count this request against its source address and the page's hour, or raise 429."""
    scope = f"{page.id}#address#{address_id(master, network_of(address))}"
    if not fixed_windows.spend(table, scope, page.limits.signups_per_address, ADDRESS_WINDOW, now):
        raise RejectedError(
            429,
            "too_many_requests",
            "Too many sign-ups from your network; try again later.",
            headers={"Retry-After": str(fixed_windows.seconds_left(ADDRESS_WINDOW, now))},
        )
    spend_hour(page, table, now)


def spend_hour(page: Page, table: Table, now: float) -> None:
    """Count a request that may cause a code against the page's hour, or raise 429."""
    if not fixed_windows.spend(table, f"{page.id}#hour", page.limits.signups_per_hour, HOUR, now):
        raise RejectedError(
            429,
            "page_busy",
            "This page takes no more sign-ups this hour; try again later.",
            headers={"Retry-After": str(fixed_windows.seconds_left(HOUR, now))},
        )


def network_of(address: str) -> str:
    """What one source is counted by: an IPv4 address, or the /64 an IPv6 customer is given."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
