"""How many sign-ups are let through, so that nobody can run up the page's bill or close its form.

Every request makes the same writes, whichever limit it meets, so that the time it takes tells
nothing; only the one that has its prefix paused writes that, once a day. What is over a limit of
the number (of it, its prefix, its country) is answered as all others are, and leads to no text;
what is over one of the address or the page is refused openly.
"""

import hashlib
import ipaddress

from statustext.adapters import code_shares, fixed_windows
from statustext.adapters.dynamodb import Table
from statustext.adapters.pages import audit
from statustext.domain.code_share import CodeShare
from statustext.domain.ids import address_id, new_id
from statustext.domain.page import Page
from statustext.domain.phone_numbers import PhoneNumber, country_of
from statustext.errors import ConditionFailedError, RejectedError
from statustext.observability import count, logger

HOUR = 3600
ADDRESS_WINDOW = 4 * HOUR
DAY = 24 * HOUR
RESERVE = 5
"""One part in so many of the page's hour is for addresses not seen in their window before."""

VERIFIES_PER_ADDRESS = 60
"""Codes that one address may enter in an hour, right or wrong, for whatever numbers."""

NO_LIMIT = 10**9
"""Of the page's first country: its hour is limit enough. It is counted as others are."""


def spend_sign_up(
    page: Page, number: PhoneNumber, subscriber: str, is_new: bool, table: Table, now: float
) -> bool:
    """Count a sign-up of an address that was counted; whether it may lead to a text. Raises as
    `spend_code`."""
    scope = f"{page.id}#number#{subscriber}"
    is_within = fixed_windows.spend(table, scope, page.limits.signups_per_number, DAY, now)
    return spend_code(page, number, table, now, is_new=is_new, counts=is_within)


def spend_free_sign_up(page: Page, subscriber: str, is_new: bool, table: Table, now: float) -> bool:
    """The same for what is not a number, and has neither prefix nor country."""
    scope = f"{page.id}#number#{subscriber}"
    is_within = fixed_windows.spend(table, scope, page.limits.signups_per_number, DAY, now)
    _spend_hour(page, table, now, is_new=is_new, counts=is_within)
    return is_within


def spend_code(
    page: Page, number: PhoneNumber, table: Table, now: float, *, is_new: bool, counts: bool
) -> bool:
    """Count what asks for a code, whichever way it came, against the number's prefix and country
    and the page's hour; whether it may lead to a text. What does not count makes the same writes.
    Codes to a prefix or country stop for a day where too few of today's were entered.

    Raises RejectedError 429 where the page's hour is used up, which only what may lead to a text
    spends.
    """
    prefix, country = prefix_of(number), number.country
    most, is_within = page.limits, counts
    paused = {code_shares.scope_of(row) for row in code_shares.list_paused(table, page.id, now)}
    for scope in paused & {prefix, country} if counts else ():
        _report(page, f"paused#{scope}")
        is_within = False
    for scope, limit in (
        (f"{page.id}#prefix#{prefix}", most.signups_per_prefix),
        (f"{page.id}#country#{country}", _of_country(page, country, most.signups_per_country)),
    ):
        has_room = fixed_windows.spend_if(table, scope, limit, HOUR, now, counts=is_within)
        if is_within and not has_room:
            _report(page, scope.partition("#")[2])
        is_within = is_within and has_room
    for scope, forgiven in (
        (prefix, most.unproven_per_prefix),
        (country, _of_country(page, country, most.unproven_per_country)),
    ):
        share = code_shares.note_sent(table, page.id, scope, now, counts=is_within)
        if is_within and share.is_too_low(forgiven, most.least_entered_percent):
            _pause(page, scope, share, table, now)
            is_within = False
    _spend_hour(page, table, now, is_new=is_new, counts=is_within)
    return is_within


def _pause(page: Page, scope: str, share: CodeShare, table: Table, now: float) -> None:
    """Stop codes to a prefix or country of whose codes too few are entered; the audit trail has it
    once, whoever else is just about to."""
    event = new_id(now, hashlib.sha256(scope.encode()).digest()[:4])
    detail = {"scope": scope, "sent": share.sent, "entered": share.entered}
    note = audit(page.id, event, "codes.paused", detail, "the sign-up limits", now)
    try:
        table.transact([code_shares.pause(page.id, scope, share, now), note])
    except ConditionFailedError:
        return
    _report(page, f"paused#{scope}")


def _report(page: Page, limit: str) -> None:
    logger.warning("Sign-ups stopped", page=page.id, limit=limit)
    count("PrefixStopped")


def note_entered(page_id: str, phone: str, table: Table, now: float) -> None:
    """A code was entered: its prefix and country are of people."""
    for scope in (phone[:-4], country_of(phone)):
        code_shares.note_entered(table, page_id, scope, now)


def prefix_of(number: PhoneNumber) -> str:
    """Ten thousand numbers behind each other: all but the last four digits."""
    return number.e164[:-4]


def _of_country(page: Page, country: str, limit: int) -> int:
    return NO_LIMIT if country == page.countries[0] else limit


def spend_address(page: Page, address: str, table: Table, master: str, now: float) -> bool:
    """Count a request against its source address; whether that is new. Raises RejectedError 429."""
    scope = f"{page.id}#address#{address_id(master, network_of(address))}"
    most = page.limits.signups_per_address
    number = fixed_windows.spend_one(table, scope, most, ADDRESS_WINDOW, now)
    if not number:
        raise _too_many(
            "Too many sign-ups from your network; try again later.", ADDRESS_WINDOW, now
        )
    return number == 1


def spend_verify(page_id: str, address: str, table: Table, now: float) -> None:
    """Count a code that is entered against its source address (`address_id`), or raise 429."""
    scope = f"{page_id}#verify#{address}"
    if not fixed_windows.spend(table, scope, VERIFIES_PER_ADDRESS, HOUR, now):
        raise _too_many("Too many codes from your network; try again later.", HOUR, now)


def _spend_hour(page: Page, table: Table, now: float, *, is_new: bool, counts: bool) -> None:
    # The last fifth of it is for addresses that are new.
    most = page.limits.signups_per_hour
    limit = most if is_new else most - most // RESERVE
    if not fixed_windows.spend_if(table, f"{page.id}#hour", limit, HOUR, now, counts=counts):
        count("PageBusy")
        raise RejectedError(
            429,
            "page_busy",
            "This page takes no more sign-ups this hour; try again later.",
            headers={"Retry-After": str(fixed_windows.seconds_left(HOUR, now))},
        )


def _too_many(message: str, window: int, now: float) -> RejectedError:
    wait = str(fixed_windows.seconds_left(window, now))
    return RejectedError(429, "too_many_requests", message, headers={"Retry-After": wait})


def network_of(address: str) -> str:
    """What one source is counted by: an IPv4 address, or the /64 an IPv6 customer is given."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
