"""Who does something to a page, when, and where it is kept: what every act needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.pages import audit
from statustext.domain.ids import new_id


@dataclass(frozen=True)
class Act:
    """One act of `actor`, as the audit trail calls them, at a moment (seconds since the epoch)."""

    actor: str
    table: Table
    now: float
    entropy: Entropy

    def new_id(self) -> str:
        """An id that sorts by time, another one at each call."""
        return new_id(self.now, self.entropy(4))

    def note(self, page: str, event: str, detail: Mapping[str, Any]) -> Write:
        """What the audit trail says of it, to be written in the transaction of the act itself."""
        return audit(page, self.new_id(), event, detail, self.actor, self.now)
