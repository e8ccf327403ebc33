"""How many sign-ups are let through, so that nobody can run up the page's bill or close its form.

Every request makes the same writes, whichever limit it meets, so that the time it takes tells
nothing. What is over a limit of the number (of it, its prefix, its country) is answered as all
others are, and leads to no text; what is over one of the address or the page is refused openly.
"""

import ipaddress

from statustext.adapters import fixed_windows
from statustext.adapters.dynamodb import Table
from statustext.domain.ids import address_id
from statustext.domain.page import Page
from statustext.domain.phone_numbers import PhoneNumber
from statustext.errors import RejectedError
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

WORTH = 5
"""Codes not entered that one entered outweighs, for its prefix."""


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

    Raises RejectedError 429 where the page's hour is used up, which only what may lead to a text
    spends.
    """
    most, prefix, is_within = page.limits, prefix_of(number), counts
    for scope, limit, window in (
        (f"{page.id}#prefix#{prefix}", most.signups_per_prefix, HOUR),
        (_unproven(page.id, prefix), most.unproven_per_prefix, DAY),
        (f"{page.id}#country#{number.country}", _of_country(page, number), HOUR),
    ):
        has_room = fixed_windows.spend_if(table, scope, limit, window, now, counts=is_within)
        if is_within and not has_room:
            logger.warning("Sign-ups stopped", page=page.id, limit=scope.partition("#")[2])
            count("PrefixStopped")
        is_within = is_within and has_room
    _spend_hour(page, table, now, is_new=is_new, counts=is_within)
    return is_within


def note_entered(page_id: str, phone: str, table: Table, now: float) -> None:
    """A code was entered: its prefix is one of people."""
    fixed_windows.give_back(table, _unproven(page_id, phone[:-4]), WORTH, DAY, now)


def prefix_of(number: PhoneNumber) -> str:
    """Ten thousand numbers behind each other: all but the last four digits."""
    return number.e164[:-4]


def _unproven(page_id: str, prefix: str) -> str:
    return f"{page_id}#unproven#{prefix}"


def _of_country(page: Page, number: PhoneNumber) -> int:
    return NO_LIMIT if number.country == page.countries[0] else page.limits.signups_per_country


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
