"""Steps: what a decision can ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from statustext.domain.carrier import Account
from statustext.domain.evidence import Note
from statustext.domain.thread import Thread


@dataclass(frozen=True)
class Draft:
    """A text that may go: the claims of the incidents it tells, the first of them the one that it
    is about, its body and its size. `recent` is when this person was texted, this text among it
    (None where nothing limits that). It may use a page's reserve if it `is_privileged`. One that
    repeats a text in doubt goes by the account of that one, `only_by`."""

    claims: Mapping[str, Thread]
    body: str
    segments: int
    recent: tuple[float, ...] | None
    is_privileged: bool
    only_by: Account | None = None

    def by(self, account: Account) -> "Draft":
        """The same, its claims those of a text that goes by this account."""
        claims = {incident: made.by(account) for incident, made in self.claims.items()}
        return replace(self, claims=claims)


@dataclass(frozen=True)
class Send:
    """Find room for a text, claim it, send it. `notes` go into the ledger before the claim."""

    draft: Draft
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Hold:
    """It waits until a moment, and the thread says so. `notes` come first, `note` last."""

    until: float
    thread: Thread
    note: Note
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class End:
    """Nothing is to be told. `notes` are how the ledger says it, none where it does already.

    `closes` is the thread to be written, so that no older update comes after, or, where the person
    may be claimed for no more, `takes_back`. `instead` is the update of the incident that they are
    to be told in place of this one, 0 for none.
    """

    notes: tuple[Note, ...] = ()
    closes: Thread | None = None
    takes_back: Thread | None = None
    instead: int = 0


@dataclass(frozen=True)
class Wait:
    """Nothing can be done now: look again in some seconds, with `whole_batch` for all the others
    as well."""

    seconds: float
    whole_batch: bool = False


@dataclass(frozen=True)
class Instead:
    """They are to be told another update of the incident in place of this one."""

    seq: int


Step = Send | Hold | End | Wait | Instead
