"""What a warm function has read and drawn already: each snapshot is opened once, each text drawn
once.

Whether there is a newer snapshot is asked for every time, so nothing here is ever stale. Uptimes go
on without a change: what is drawn from the time is drawn anew every minute.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from statustext.adapters.dynamodb import Table
from statustext.flows.showing_publicly import snapshot
from statustext.flows.showing_publicly.documents import Snapshot

MOST_PAGES = 20
MOST_TEXTS = 200
"""Of a page of 500 components, 60 MB; half of a function's memory."""

ANEW_AFTER = 60
"""Seconds for which uptimes may stand."""


@dataclass
class Memory:
    """Of one process. A text is known by what it was drawn from, its snapshot included."""

    _opened: dict[str, tuple[bytes, Snapshot]] = field(default_factory=dict)
    _drawn: dict[Hashable, str] = field(default_factory=dict)

    def snapshot(self, table: Table, page: str, now: float) -> tuple[bytes, Snapshot]:
        """A page's public state, and what tells it from others: nothing for one that is read from
        its rows. Raises RejectedError 404 for a page that does not exist.
        """
        source, taken = snapshot.read(table, page, now, self._opened.get(page))
        if source:
            if page not in self._opened and len(self._opened) >= MOST_PAGES:
                self._opened.clear()
            self._opened[page] = source, taken
        return source, taken

    def text(self, source: bytes, about: Hashable, draw: Callable[[], str]) -> str:
        """A text about a snapshot, drawn where it is not known."""
        if not source:
            return draw()
        key = source, about
        if key not in self._drawn:
            if len(self._drawn) >= MOST_TEXTS:
                self._drawn.clear()
            self._drawn[key] = draw()
        return self._drawn[key]
