"""An operator's API key: for which page it acts, what it may do, whom it reaches, until when."""

from dataclasses import dataclass, field
from enum import StrEnum

from statustext.domain.ids import key_hash


class Scope(StrEnum):
    """What a key may do. Each of the first three includes what stands before it; what posts alerts
    does nothing else, and nothing else posts them."""

    READ = "read"  # see incidents, masked subscribers, settings
    WRITE = "write"  # publish, recall, pause; add, show in full and remove subscribers
    ADMIN = "admin"  # change the page's settings, its templates
    ALERTS = "alerts"  # post alerts


ORDER = (Scope.READ, Scope.WRITE, Scope.ADMIN)


class Kind(StrEnum):
    """Whom a key reaches. A team or test key reads like any other, and of what its scope lets it
    change it may only order texts."""

    LIVE = "live"  # everybody
    TEAM = "team"  # texts only to the numbers that it lists
    TEST = "test"  # nobody: its texts are checked and written down, and go to no carrier


@dataclass(frozen=True)
class ApiKey:
    """A key as it is stored: without the secret, of which `hash` is the SHA-256 in hex.

    `numbers` (E.164) are those that a team key reaches. `expires_at` and `revoked_at` are seconds
    since the epoch.
    """

    hash: str = field(repr=False)
    page_id: str
    name: str
    scope: Scope
    created_at: float
    expires_at: float | None = None
    revoked_at: float | None = None
    kind: Kind = Kind.LIVE
    numbers: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def id(self) -> str:
        """What operators and the audit trail call it by: 16 hex digits."""
        return self.hash[:16]

    def is_good(self, now: float) -> bool:
        """Whether the key opens anything at this moment."""
        has_ended = self.expires_at is not None and now >= self.expires_at
        return self.revoked_at is None and not has_ended

    def may(self, scope: Scope) -> bool:
        if Scope.ALERTS in (self.scope, scope):
            return self.scope is scope
        return ORDER.index(self.scope) >= ORDER.index(scope)

    @property
    def actor(self) -> str:
        """Who the audit trail says it was."""
        return f"key {self.id}"


def new_key(
    secret: str,
    page_id: str,
    name: str,
    now: float,
    scope: Scope = Scope.ADMIN,
    expires_at: float | None = None,
    kind: Kind = Kind.LIVE,
    numbers: frozenset[str] = frozenset(),
) -> ApiKey:
    """A key for a page, to be stored. The secret is random and long: a slow hash would protect
    nothing."""
    return ApiKey(
        key_hash(secret), page_id, name, scope, now, expires_at, kind=kind, numbers=numbers
    )
