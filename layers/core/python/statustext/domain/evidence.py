"""What became of an earlier attempt: read off the ledger first, and then off the carrier's list.

The carrier's create call has no idempotency key, so an attempt without an outcome may have been
accepted and is never blindly repeated (DESIGN §3, promise 2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from statustext.domain.announcement import TOLD_FOR
from statustext.domain.carrier import Account
from statustext.domain.delivery import TERMINAL, Delivery, DeliveryStatus
from statustext.domain.thread import Claimed, Thread

CLAIM_LEASE = 90.0
"""Seconds after which a claim without an outcome belongs to a function that is dead. Longer than
the sender's time-out."""

DOUBT_FOR = 900.0
"""Seconds in which a callback or the carrier's list must show a text, before one more try."""

CARRIED_FOR = 300.0
"""Seconds more that an incident told along waits for the text it was told in."""

MOST_REPEATS = 10
"""Attempts made again because the outcome of the one before stayed unknown, where that does no
harm."""

ASKED_EVERY = 120.0
"""Seconds between two looks at the carrier's list."""


class Outcome(StrEnum):
    """How an attempt ended, as far as anybody knows."""

    NONE = "none"  # there was none, or it is too long ago to matter
    RUNNING = "running"  # nothing can be said before `until`
    ARRIVED = "arrived"  # the carrier has it, or the ledger says how it ended
    NOT_ACCEPTED = "not accepted"  # proven; it may be tried again at once
    UNREADABLE = "unreadable"  # the carrier's list could not be read, which proves nothing
    DOUBTFUL = "doubtful"  # no sign of it in time: taken for one that told nobody anything
    GIVEN_UP = "given up"  # the same for the second time: it is not tried again


UNTOLD = frozenset({Outcome.NOT_ACCEPTED, Outcome.DOUBTFUL, Outcome.GIVEN_UP})
"""The attempt told nobody anything, or is taken for one that did not."""


@dataclass(frozen=True)
class Note:
    """A row of the ledger to be written: what became of one update for one person. What is held is
    so `until` a moment; `published_at` is said of what the carrier took."""

    incident: str
    seq: int
    attempt: int
    status: DeliveryStatus
    reason: str = ""
    sid: str = ""
    segments: int = 0
    until: float = 0.0
    published_at: float = 0.0
    account: Account | None = None


@dataclass(frozen=True)
class Evidence:
    """An outcome. Where it is still to come, it is looked for again at `until`. `sid` is the
    carrier's id of the message, where it is known; `notes` are what the ledger does not say yet."""

    outcome: Outcome = Outcome.NONE
    until: float = 0.0
    sid: str = ""
    notes: tuple[Note, ...] = ()


NO_ATTEMPT = Evidence()


def matters(thread: Thread | None, seq: int, now: float) -> bool:
    """Whether a decision about update `seq` needs to know how this thread's text ended."""
    if thread is None or thread.claimed is None or thread.seq > seq:
        return False
    return thread.seq == seq or now <= thread.at + TOLD_FOR


def told_along(carrier: str) -> str:
    """Why there is no text of its own: it was told in that of another incident."""
    return f"told with {carrier}"


def notes_of_carried(threads: Mapping[str, Thread], carrier: str) -> tuple[Note, ...]:
    """The ledger of what was told in the text of the incident `carrier`, which went."""
    own = threads[carrier].claimed
    return tuple(
        Note(incident, one.seq, one.attempt, DeliveryStatus.SUPERSEDED, told_along(carrier))
        for incident, one in threads.items()
        if (text := one.claimed)
        and own is not None
        and (text.carried_by, text.body) == (carrier, own.body)
    )


@dataclass(frozen=True)
class EarlierAttempt:
    """A claimed text of `incident`: its thread, the ledger's row, and the thread of the incident
    that carried it, if any. Raises ValueError where no text is claimed."""

    incident: str
    thread: Thread
    ledger: Delivery | None
    carrier: Thread | None = None

    def from_ledger(self, now: float) -> Evidence | None:
        """What the ledger says; None where the carrier must be asked."""
        if self.ledger is None or not self._is_recorded:
            until = self.thread.at + CLAIM_LEASE
            return Evidence(Outcome.RUNNING, until) if now < until else None
        if self.ledger.sid:
            return Evidence(Outcome.ARRIVED, sid=self.ledger.sid)
        if self.ledger.status in TERMINAL:  # a later attempt's: given up, perhaps not yet here
            is_later = self.ledger.attempt > self.thread.attempt
            return Evidence(Outcome.NOT_ACCEPTED if is_later else Outcome.ARRIVED)
        if self.ledger.status is DeliveryStatus.NOT_ACCEPTED:
            return Evidence(Outcome.NOT_ACCEPTED)
        return None

    def from_list(self, sid: str, now: float) -> Evidence:
        """What the carrier's list says, in which the message is `sid` ("" for none found)."""
        text, ends_at = self._text, self.thread.at + DOUBT_FOR
        if sid and text.carried_by:
            found = self._note(DeliveryStatus.SUPERSEDED, told_along(text.carried_by))
            return Evidence(Outcome.ARRIVED, sid=sid, notes=(found,))
        if sid:
            found = self._note(DeliveryStatus.ACCEPTED, "found", sid)
            return Evidence(Outcome.ARRIVED, sid=sid, notes=(found,))
        if now < ends_at:
            return self._unknown(Outcome.RUNNING, min(now + ASKED_EVERY, ends_at))
        own = self.carrier.claimed if self.carrier else None
        if own and own.body == text.body and now < ends_at + CARRIED_FOR:
            # The second try of the text that carried it takes it along again.
            return self._unknown(Outcome.RUNNING, now + ASKED_EVERY)
        if self.thread.doubts:
            failed = self._note(DeliveryStatus.FAILED, "unknown twice")
            return Evidence(Outcome.GIVEN_UP, notes=(failed,))
        return self._unknown(Outcome.DOUBTFUL)

    def without_list(self, now: float) -> Evidence:
        """The carrier cannot be asked: a receipt in time tells, or nothing does. The text is never
        made again, as it may have arrived."""
        ends_at = self.thread.at + DOUBT_FOR
        if now < ends_at:
            return self._unknown(Outcome.RUNNING, min(now + ASKED_EVERY, ends_at))
        failed = self._note(DeliveryStatus.FAILED, "unknown, and cannot be asked")
        return Evidence(Outcome.GIVEN_UP, notes=(failed,))

    def may_repeat(self) -> Evidence:
        """Whoever it is for can tell a repeat by its id, and whoever sent it is dead: it is made
        again, a few times."""
        if self.thread.doubts < MOST_REPEATS:
            return self._unknown(Outcome.DOUBTFUL)
        failed = self._note(DeliveryStatus.FAILED, "unknown, however often it was sent")
        return Evidence(Outcome.GIVEN_UP, notes=(failed,))

    def unreadable(self, now: float) -> Evidence:
        """The carrier's list could not be read."""
        return self._unknown(Outcome.UNREADABLE, now + ASKED_EVERY)

    @property
    def _text(self) -> Claimed:
        if self.thread.claimed is None:
            raise ValueError("no text was claimed")
        return self.thread.claimed

    @property
    def _is_recorded(self) -> bool:
        return self.ledger is not None and self.ledger.attempt >= self.thread.attempt

    def _unknown(self, outcome: Outcome, until: float = 0.0) -> Evidence:
        note = self._note(DeliveryStatus.UNKNOWN, "no outcome recorded")
        return Evidence(outcome, until, notes=() if self._is_recorded else (note,))

    def _note(self, status: DeliveryStatus, reason: str, sid: str = "") -> Note:
        thread = self.thread
        account = self._text.account if sid else None
        return Note(self.incident, thread.seq, thread.attempt, status, reason, sid, account=account)
