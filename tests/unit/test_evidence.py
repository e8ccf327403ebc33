"""How an earlier attempt ended: what the ledger says, and what Twilio's list says."""

import pytest

from statustext.domain.carrier import Account, Carrier
from statustext.domain.delivery import Delivery, DeliveryStatus
from statustext.domain.evidence import EarlierAttempt, Evidence, Note, Outcome, matters
from statustext.domain.thread import Thread, begin

API, PAYMENTS = "0frwxtbsbr91", "1frwxtbsbr91"
HOUR = 3600.0


def claimed(*, attempt: int = 1, doubts: int = 0, carried_by: str = "") -> Thread:
    """A text claimed at the moment 0."""
    thread = begin(1, 0.0)
    for number in range(1, attempt):
        thread = thread.try_again(0.0, in_doubt=number <= doubts)
    return thread.claim("created", "a text", 0.0, carried_by=carried_by)


def row(status: DeliveryStatus, *, attempt: int = 1, sid: str = "") -> Delivery:
    return Delivery("sub_1", attempt, status, 0.0, sid=sid)


@pytest.mark.parametrize(
    ("ledger", "now", "evidence"),
    [
        # Nothing is recorded: its function may still be at work, for a minute and a half.
        (None, 89.0, Evidence(Outcome.RUNNING, 90.0)),
        (None, 90.0, None),
        (row(DeliveryStatus.NOT_ACCEPTED), 89.0, Evidence(Outcome.RUNNING, 90.0)),
        (row(DeliveryStatus.NOT_ACCEPTED), 90.0, None),
        # The carrier has it, or had it.
        (row(DeliveryStatus.ACCEPTED, attempt=2, sid="SM1"), 1.0,
         Evidence(Outcome.ARRIVED, sid="SM1")),
        (row(DeliveryStatus.FAILED, attempt=2, sid="SM1"), 1.0,
         Evidence(Outcome.ARRIVED, sid="SM1")),
        (row(DeliveryStatus.SUPERSEDED, attempt=2), 1.0, Evidence(Outcome.ARRIVED)),
        # A later attempt has ended without a text: this one was given up.
        (row(DeliveryStatus.SUPPRESSED, attempt=3), 1.0, Evidence(Outcome.NOT_ACCEPTED)),
        (row(DeliveryStatus.NOT_ACCEPTED, attempt=2), 1.0, Evidence(Outcome.NOT_ACCEPTED)),
        # Nobody knows.
        (row(DeliveryStatus.UNKNOWN, attempt=2), 1.0, None),
    ],
)  # fmt: skip
def test_what_the_ledger_says_of_a_second_attempt(
    ledger: Delivery | None, now: float, evidence: Evidence | None
) -> None:
    assert EarlierAttempt(API, claimed(attempt=2), ledger).from_ledger(now) == evidence


UNKNOWN = Note(API, 1, 1, DeliveryStatus.UNKNOWN, "no outcome recorded")


@pytest.mark.parametrize("is_recorded", [True, False])
@pytest.mark.parametrize(
    ("now", "outcome", "until"),
    [
        (90.0, Outcome.RUNNING, 210.0),
        (779.0, Outcome.RUNNING, 899.0),
        (800.0, Outcome.RUNNING, 900.0),
        (899.0, Outcome.RUNNING, 900.0),
        (900.0, Outcome.DOUBTFUL, 0.0),
    ],
)
def test_a_text_that_no_list_shows_is_in_doubt_after_a_quarter_of_an_hour(
    is_recorded: bool, now: float, outcome: Outcome, until: float
) -> None:
    ledger = row(DeliveryStatus.UNKNOWN) if is_recorded else None
    found = EarlierAttempt(API, claimed(), ledger).from_list("", now)
    assert found == Evidence(outcome, until, notes=() if is_recorded else (UNKNOWN,))


def test_a_second_doubt_is_the_last() -> None:
    twice = EarlierAttempt(API, claimed(attempt=2, doubts=1), None)
    assert twice.from_list("", 899.0).outcome is Outcome.RUNNING
    note = Note(API, 1, 2, DeliveryStatus.FAILED, "unknown twice")
    assert twice.from_list("", 900.0) == Evidence(Outcome.GIVEN_UP, notes=(note,))


def test_what_the_list_shows_is_at_the_carrier() -> None:
    own = EarlierAttempt(API, claimed(), None).from_list("SM1", 2 * HOUR)
    note = Note(API, 1, 1, DeliveryStatus.ACCEPTED, "found", "SM1", account=Account(Carrier.TWILIO))
    assert own == Evidence(Outcome.ARRIVED, sid="SM1", notes=(note,))
    along = EarlierAttempt(API, claimed(carried_by=PAYMENTS), None).from_list("SM1", 2 * HOUR)
    note = Note(API, 1, 1, DeliveryStatus.SUPERSEDED, f"told with {PAYMENTS}")
    assert along == Evidence(Outcome.ARRIVED, sid="SM1", notes=(note,))


@pytest.mark.parametrize(
    ("carrier", "now", "outcome", "until"),
    [
        (claimed(), 900.0, Outcome.RUNNING, 1020.0),
        (claimed(), 1199.0, Outcome.RUNNING, 1319.0),
        (claimed(), 1200.0, Outcome.DOUBTFUL, 0.0),
        (begin(1, 0.0).claim("created", "another text", 0.0), 900.0, Outcome.DOUBTFUL, 0.0),
        (claimed().arrive(), 900.0, Outcome.DOUBTFUL, 0.0),
        (None, 900.0, Outcome.DOUBTFUL, 0.0),
    ],
)
def test_what_went_along_waits_for_the_second_try_of_the_text_that_carried_it(
    carrier: Thread | None, now: float, outcome: Outcome, until: float
) -> None:
    ledger = row(DeliveryStatus.UNKNOWN)
    attempt = EarlierAttempt(API, claimed(carried_by=PAYMENTS), ledger, carrier)
    assert attempt.from_list("", now) == Evidence(outcome, until)


def test_a_list_that_cannot_be_read_proves_nothing() -> None:
    found = EarlierAttempt(API, claimed(), None).unreadable(90.0)
    assert found == Evidence(Outcome.UNREADABLE, 210.0, notes=(UNKNOWN,))
    assert EarlierAttempt(API, claimed(), row(DeliveryStatus.UNKNOWN)).unreadable(90.0).notes == ()


@pytest.mark.parametrize(
    ("thread", "seq", "now", "does"),
    [
        (None, 1, 0.0, False),
        (begin(1, 0.0), 1, 0.0, False),
        (begin(1, 0.0).hold(1.0), 2, 0.0, False),
        (claimed().arrive(), 1, 0.0, False),
        (claimed(), 1, 0.0, True),
        (claimed(), 1, 100 * HOUR, True),
        (claimed(), 2, 48 * HOUR, True),
        (claimed(), 2, 48 * HOUR + 1, False),  # too long ago to matter to newer news
        (begin(2, 0.0).claim("created", "a text", 0.0), 1, 0.0, False),
    ],
)
def test_when_a_decision_needs_to_know(
    thread: Thread | None, seq: int, now: float, does: bool
) -> None:
    assert matters(thread, seq, now) is does


def test_only_a_claimed_text_has_an_outcome() -> None:
    with pytest.raises(ValueError, match="no text"):
        EarlierAttempt(API, begin(1, 0.0), None).from_list("", 0.0)
