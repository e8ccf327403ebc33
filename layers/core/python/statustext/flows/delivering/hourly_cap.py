"""A page's cap on texts an hour, with a reserve for what must not wait."""

from statustext.adapters.dynamodb import Table
from statustext.adapters.limits import seconds_left, spend
from statustext.domain.page import Page

HOUR = 3600
RESERVE = 0.2
"""The share that openings of critical incidents, and all resolutions, have to themselves."""


def spend_text(table: Table, page: Page, now: float, *, is_privileged: bool) -> float:
    """Count one text; 0, or the seconds until there is room again. Hours are those of the clock."""
    cap = page.limits.texts_per_hour
    if not cap:
        return 0.0
    room = cap if is_privileged else int(cap * (1 - RESERVE))
    if spend(table, _scope(page), room, HOUR, now):
        return 0.0
    return float(seconds_left(HOUR, now))


def unspend_text(table: Table, page: Page, now: float) -> None:
    """A text that was counted at `now` did not go."""
    if cap := page.limits.texts_per_hour:
        spend(table, _scope(page), cap, HOUR, now, amount=-1)


def _scope(page: Page) -> str:
    return f"{page.id}#texts"
