"""All texts of a page by day: states and reasons, segments and cost by country, how soon they came.

The relay counts them as the table's stream carries them, so that nobody reads texts to count them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from statustext.adapters.delivery_counts import Counts, get_days
from statustext.adapters.dynamodb import Table
from statustext.domain.figures import cost, figures, quantile
from statustext.domain.page import Page
from statustext.domain.prices import usd
from statustext.errors import RejectedError
from statustext.flows.accounting.report import by_country

USUAL_DAYS, MOST_DAYS = 30, 92


def stats(page: Page, first: str, last: str, table: Table, now: float) -> dict[str, Any]:
    """From one day to another, both included, by default the last thirty. Raises RejectedError 422
    for what is no day, or for too many."""
    until = _day("to", last) if last else datetime.fromtimestamp(now, UTC).date()
    since = _day("from", first) if first else until - timedelta(days=USUAL_DAYS - 1)
    if not timedelta(0) <= until - since < timedelta(days=MOST_DAYS):
        sentence = f"Give at most {MOST_DAYS} days, the first in from, the last in to."
        raise RejectedError(422, "invalid_request", sentence, fields={"from": sentence})
    days = get_days(table, page.id, since.isoformat(), until.isoformat())
    return {
        "from": since.isoformat(),
        "to": until.isoformat(),
        "currency": "USD",
        "total": _part(page, days.values()),
        "days": [{"day": day, **_part(page, [one])} for day, one in days.items()],
    }


def _day(name: str, written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        sentence = "must be a day as in 2027-01-20."
        raise RejectedError(
            422, "invalid_request", f"{name} {sentence}", fields={name: sentence}
        ) from None


def _part(page: Page, rows: Iterable[Counts]) -> dict[str, Any]:
    counts, sums = Counter[str](), Counter[str]()
    for row in rows:
        counts.update(row.counts)
        sums.update(row.figures)
    categories: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    states = Counter[str]()
    for name, number in counts.items():
        category, _, rest = name.partition("|")
        state, _, reason = rest.partition(":")
        if number:
            states[state] += number
            categories[category][state] += number
            if reason:
                reasons[state][reason] += number
    now = figures(sums)
    return {
        "texts": states.total(),
        "states": dict(states),
        "categories": {name: dict(some) for name, some in sorted(categories.items())},
        "reasons": {name: dict(some) for name, some in sorted(reasons.items())},
        "segments": now.segments.total(),
        "usd": usd(cost(now.segments, page.prices)),
        "by_country": by_country(now.segments, page.prices),
        "p50_seconds": quantile(now.took, 0.5),
        "p95_seconds": quantile(now.took, 0.95),
    }
