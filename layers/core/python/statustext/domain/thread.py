"""A thread: one person and one incident. How they were last told of it, and what is under way.

    begin ──► CLOSED ──hold──► HELD
                │ ▲
          claim │ │ arrive, give_up, refuse for good
                ▼ │
              CLAIMED ──refuse──► NOT_ACCEPTED
                   └────refuse──► HELD, where another incident's text carried it

    turn_to, try_again: from CLOSED, HELD and NOT_ACCEPTED to CLOSED, for the next update or attempt

CLOSED        nothing is under way; it only keeps older updates out
HELD          waits for its time: quiet hours, a PAUSE, the limits per person
CLAIMED       a text is about to be sent, or was; how it ended stands in the ledger
NOT_ACCEPTED  the carrier certainly did not take the text, and it may be tried again

A thread goes from what is stored to CLOSED for the update or attempt at hand, and from there to
what is written. `muted` stands beside every state. Apart from reading a row, these functions are
the only way to make a thread.
"""

from dataclasses import dataclass, replace

from statustext.domain.carrier import BY_DEPLOYMENT, Account


@dataclass(frozen=True)
class Closed:
    """Nothing is under way."""


@dataclass(frozen=True)
class Held:
    """Waits for its time, and is looked at again at `until` (seconds since the epoch)."""

    until: float

    def __post_init__(self) -> None:
        if self.until <= 0:
            raise ValueError("what is held is held until a moment")


@dataclass(frozen=True)
class Claimed:
    """A text that `says` how it tells the incident (an event's name), with the fingerprint `body`.
    It is that of the incident `carried_by`, where this one was told along with it. Only its
    `account` knows what became of it, and no other ever gets it."""

    says: str
    body: str
    carried_by: str = ""
    account: Account = BY_DEPLOYMENT

    def __post_init__(self) -> None:
        if not (self.says and self.body):
            raise ValueError("what is claimed is a text")


@dataclass(frozen=True)
class NotAccepted:
    """May be tried again. `held_until` is the moment it had waited for before, 0 for none: what
    waited is told as things stand when it goes, however old it is."""

    held_until: float = 0.0


State = Closed | Held | Claimed | NotAccepted


@dataclass(frozen=True)
class Thread:
    """`seq` is the newest update that came to this person, `attempt` counts its attempts from 1,
    `at` is when it was claimed, held or closed. `known` is how they were last told of the incident
    for certain (an event's name), empty for not at all."""

    seq: int
    attempt: int
    at: float
    known: str
    state: State
    doubts: int = 0  # attempts made because an earlier one's outcome stayed unknown
    refusals: int = 0  # attempts that were refused for no reason we know
    muted: bool = False  # the person wants to hear no more of the incident

    def __post_init__(self) -> None:
        if self.seq < 1 or self.attempt < 1 or self.doubts < 0 or self.refusals < 0:
            raise ValueError("updates and attempts count from 1")

    @property
    def claimed(self) -> Claimed | None:
        """The text that was claimed, if that is its state."""
        return self.state if isinstance(self.state, Claimed) else None

    @property
    def told_as(self) -> str:
        """How they were last told if the text that was claimed went; empty for not at all."""
        return self.state.says if isinstance(self.state, Claimed) else self.known

    @property
    def held_until(self) -> float:
        """The moment that it waits for, or waited for before it was tried; 0 for none."""
        match self.state:
            case Held(until) | NotAccepted(until):
                return until
        return 0.0

    @property
    def is_held(self) -> bool:
        """Whether it waits for its time, or did before a text that was not accepted."""
        return self.held_until > 0

    @property
    def is_not_accepted(self) -> bool:
        """Whether a text was certainly not accepted and may be tried again."""
        return isinstance(self.state, NotAccepted)

    @property
    def waits(self) -> bool:
        """Whether it waits for its time or for another try."""
        return isinstance(self.state, Held | NotAccepted)

    # To CLOSED: what is stored, as it is known now.

    def arrive(self) -> "Thread":
        """The carrier has the text."""
        return replace(self, known=self._text().says, state=Closed())

    def give_up(self) -> "Thread":
        """The text did not go, or is taken for one that did not."""
        self._text()
        return replace(self, state=Closed())

    # To CLOSED: the update or the attempt at hand.

    def turn_to(self, seq: int, now: float, *, attempt: int = 1) -> "Thread":
        """Another update of the incident is at hand. Raises ValueError while a text is claimed."""
        self._require_known()
        return Thread(seq, attempt, now, self.known, Closed(), muted=self.muted)

    def try_again(self, now: float, *, in_doubt: bool = False) -> "Thread":
        """Another attempt of the same update is at hand. Raises ValueError while a text is
        claimed."""
        self._require_known()
        return replace(
            self, attempt=self.attempt + 1, at=now, state=Closed(), doubts=self.doubts + in_doubt
        )

    # From CLOSED: what is written of the update at hand.

    def claim(self, says: str, body: str, now: float, *, carried_by: str = "") -> "Thread":
        """A text is about to be sent."""
        self._require_closed()
        return replace(self, at=now, state=Claimed(says, body, carried_by))

    def by(self, account: Account) -> "Thread":
        """The text that is about to be sent goes by this account, as room was found there."""
        return replace(self, state=replace(self._text(), account=account))

    def hold(self, until: float) -> "Thread":
        """It waits until a moment."""
        self._require_closed()
        return replace(self, state=Held(until))

    # From CLAIMED: what the carrier said.

    def refuse(self, before: "Thread | None", *, again: bool, counts: bool = False) -> "Thread":
        """The carrier certainly did not take the text. `before` is the thread as it was before the
        claim, `again` whether the text may be tried again, and `counts` whether this is one of the
        few refusals without a known reason.

        What another incident's text carried waits as it did before, whatever becomes of that text.
        """
        text = self._text()
        refused = replace(self, refusals=self.refusals + counts)
        held_until = before.held_until if before else 0.0
        if text.carried_by:
            return replace(refused, state=Held(held_until) if held_until else NotAccepted())
        return replace(refused, state=NotAccepted(held_until) if again else Closed())

    def _text(self) -> Claimed:
        if not isinstance(self.state, Claimed):
            raise ValueError(f"no text is claimed: {self.state}")
        return self.state

    def _require_known(self) -> None:
        if isinstance(self.state, Claimed):
            raise ValueError("how the claimed text ended comes first")

    def _require_closed(self) -> None:
        if not isinstance(self.state, Closed):
            raise ValueError(f"first the update at hand: {self.state}")


def begin(seq: int, now: float) -> Thread:
    """The first update of an incident that comes to this person."""
    return Thread(seq, 1, now, "", Closed())
