"""Circuits: what stops texting to a country, from a sender or for the account, and for how long.

One number's refusal stops nobody else. Errors of a scope that is wider than a number are noted as
witnesses, and open a circuit once ENOUGH_WITNESSES different numbers met them WITHIN seconds.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from statustext.domain.carrier import Account, Carrier, ErrorCode
from statustext.domain.refusal import ForCircuit, Scope

PROBE_EVERY = 60.0
"""Seconds between two probes: single texts that find out whether the carrier takes them again."""

HOURLY_PROBE = 3600.0

SHORTEST_SLOW, LONGEST_SLOW = 5.0, 300.0
"""Seconds for which a sender rests when receipts ask to slow down."""

ENOUGH_WITNESSES = 3
WITHIN = 120.0
"""Different numbers, and the seconds in which they were refused, that show an error to be wide."""

LAPSE = 900.0
"""Seconds after which a circuit that nobody probes, or a suspicion without news, is forgotten."""

Witness = tuple[str, float]
"""Who was refused (`witness_of` their number), and when."""


@dataclass(frozen=True)
class Circuit:
    """One that is open. `scope` is as `scope_of` writes it.

    `code` is the carrier's error, `since` when the first came, `resumes_at` when a daily cap ends
    (0 for none known), `probe_at` when the next text may try. All times in seconds since the epoch.
    `by_receipt`: a receipt told it, so that being accepted proves nothing of a text. Of such a one
    `accepted` counts the probes that were since the last error, and `probe` is the key of the last
    one's row.
    """

    scope: str
    code: int | str
    since: float
    resumes_at: float
    probe_at: float
    by_receipt: bool = False
    probe: tuple[str, str] | None = None
    accepted: int = 0

    @property
    def error(self) -> ErrorCode:
        account = parts_of(self.scope)[0]
        return ErrorCode(account.carrier, self.code, account.sid)

    def next_try(self, now: float) -> float:
        """From when on a text may try: at once, where only a wrong clock can have put it later."""
        is_wrong = not self.resumes_at and self.probe_at > now + 2 * PROBE_EVERY
        return now if is_wrong else self.probe_at


@dataclass(frozen=True)
class Suspicion:
    """An error that would stop a whole scope, met by too few numbers yet."""

    scope: str
    code: int | str
    witnesses: tuple[Witness, ...]
    by_receipt: bool = False


def scope_of(account: Account, kind: Scope, name: str = "") -> str:
    """What a circuit stops: "account", "sender:" and its id, or "country:" and ISO 3166-1. Before
    it stands another carrier than Twilio, as in "aws:account", or the SID of a page's own account
    at Twilio, as in "AC…:account"."""
    own = f"{kind}:{name}" if name else kind.value
    if account.sid:
        return f"{account.sid}:{own}"
    return own if account.carrier is Carrier.TWILIO else f"{account.carrier}:{own}"


def parts_of(scope: str) -> tuple[Account, str, str]:
    """The account, the kind and the name of what a circuit stops."""
    first, _, own = scope.partition(":")
    if first.startswith("AC"):
        account = Account(Carrier.TWILIO, first)
    elif first in tuple(Carrier):
        account = Account(Carrier(first))
    else:
        account, own = Account(Carrier.TWILIO), scope
    kind, _, name = own.partition(":")
    return account, kind, name


def witness_of(phone: str) -> str:
    """Sixteen bits of a hash of a number: enough to tell a few apart, and not whose they are."""
    return hashlib.sha256(phone.encode()).hexdigest()[:4]


def with_witness(before: Sequence[Witness], phone: str, now: float) -> tuple[Witness, ...]:
    """The witnesses WITHIN the last seconds, a number counted once, with the newest."""
    newest = witness_of(phone)
    recent = [one for one in before if one[0] != newest and now - WITHIN < one[1] <= now + WITHIN]
    return (*recent[1 - ENOUGH_WITNESSES :], (newest, now))


def resume_time(how: ForCircuit, now: float) -> float:
    """When what an error stopped may go on, 0 where nothing tells."""
    if how is ForCircuit.HOURLY:
        return now + HOURLY_PROBE
    if how is not ForCircuit.UNTIL_MIDNIGHT:
        return 0.0
    pacific = ZoneInfo("America/Los_Angeles")
    tomorrow = datetime.fromtimestamp(now, UTC).astimezone(pacific).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, pacific).timestamp()


def opened(
    scope: str, code: int | str, how: ForCircuit, now: float, *, by_receipt: bool = False
) -> Circuit:
    """A circuit as it opens."""
    resumes_at = resume_time(how, now)
    probe_at = resumes_at or now + PROBE_EVERY
    return Circuit(scope, code, now, resumes_at, probe_at, by_receipt=by_receipt)


def slowed(scope: str, code: int | str, since: float, now: float) -> Circuit:
    """A sender's rest after a receipt that asks to slow down: as long as the trouble has lasted
    `since` the first of them, so that each rest is about twice the one before."""
    resumes_at = now + min(max(now - since, SHORTEST_SLOW), LONGEST_SLOW)
    return Circuit(scope, code, since, resumes_at, resumes_at)


def has_lapsed(circuit: Circuit, now: float) -> bool:
    """Whether nobody has tried for so long that there is nobody whom it stops."""
    return not circuit.resumes_at and circuit.probe_at < now - LAPSE
