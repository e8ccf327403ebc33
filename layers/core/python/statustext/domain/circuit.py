"""Circuits: what stops texting to a country, from a sender or for the account, and for how long."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

ACCOUNT = "account"

PROBE_EVERY = 60.0
"""Seconds between two probes: single texts that find out whether Twilio takes them again."""

ROLLING_PROBE = 3600.0
PACIFIC_MIDNIGHT_CODES = frozenset({30023, 30027})
"""Daily caps of 10DLC, counted by T-Mobile until midnight, Pacific time."""

SHORTEST_SLOW, LONGEST_SLOW = 5.0, 300.0
"""Seconds for which a sender rests when receipts ask to slow down."""

ROLLING_DAY_CODES = frozenset({63038})
"""The account's cap in any 24 hours: it frees by and by, so it is probed hourly.
https://www.twilio.com/docs/api/errors/63038"""


@dataclass(frozen=True)
class Circuit:
    """One that is open. `scope` is "account", "sender:" and its id, or "country:" and ISO 3166-1.

    `code` is Twilio's error, `since` when the first came, `resumes_at` when a daily cap ends (0 for
    none known), `probe_at` when the next text may try. All times in seconds since the epoch.
    `by_receipt`: a receipt told it, so that being accepted proves nothing of a text. Of such a one
    `accepted` counts the probes that were since the last error, and `probe` is the key of the last
    one's row.
    """

    scope: str
    code: int
    since: float
    resumes_at: float
    probe_at: float
    by_receipt: bool = False
    probe: tuple[str, str] | None = None
    accepted: int = 0

    def next_try(self, now: float) -> float:
        """From when on a text may try: at once, where only a wrong clock can have put it later."""
        is_wrong = not self.resumes_at and self.probe_at > now + 2 * PROBE_EVERY
        return now if is_wrong else self.probe_at


def resume_time(code: int, now: float) -> float:
    """When what an error stopped may go on, 0 where nothing tells."""
    if code in ROLLING_DAY_CODES:
        return now + ROLLING_PROBE
    if code not in PACIFIC_MIDNIGHT_CODES:
        return 0.0
    pacific = ZoneInfo("America/Los_Angeles")
    tomorrow = datetime.fromtimestamp(now, UTC).astimezone(pacific).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, pacific).timestamp()


def opened(scope: str, code: int, now: float, *, by_receipt: bool = False) -> Circuit:
    """A circuit as it opens."""
    resumes_at = resume_time(code, now)
    probe_at = resumes_at or now + PROBE_EVERY
    return Circuit(scope, code, now, resumes_at, probe_at, by_receipt=by_receipt)


def slowed(scope: str, code: int, since: float, now: float) -> Circuit:
    """A sender's rest after a receipt that asks to slow down: as long as the trouble has lasted
    `since` the first of them, so that each rest is about twice the one before."""
    resumes_at = now + min(max(now - since, SHORTEST_SLOW), LONGEST_SLOW)
    return Circuit(scope, code, since, resumes_at, resumes_at)
