"""When what an error stopped may go on."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from statustext.domain.circuit import (
    ENOUGH_WITNESSES,
    LAPSE,
    LONGEST_SLOW,
    PROBE_EVERY,
    SHORTEST_SLOW,
    WITHIN,
    Witness,
    has_lapsed,
    opened,
    resume_time,
    slowed,
    with_witness,
    witness_of,
)
from statustext.domain.refusal import ForCircuit

PACIFIC = ZoneInfo("America/Los_Angeles")


def pacific(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=PACIFIC).timestamp()


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2027-01-15T00:00:00", "2027-01-16T00:00:00"),
        ("2027-01-15T23:59:59", "2027-01-16T00:00:00"),
        ("2027-03-14T01:00:00", "2027-03-15T00:00:00"),  # a day of 23 hours
        ("2027-11-07T00:30:00", "2027-11-08T00:00:00"),  # and of 25
    ],
)
def test_t_mobile_s_day_ends_at_midnight_in_california(now: str, ends: str) -> None:
    assert resume_time(ForCircuit.UNTIL_MIDNIGHT, pacific(now)) == pacific(ends)


def test_the_account_s_rolling_day_is_tried_hourly() -> None:
    assert resume_time(ForCircuit.HOURLY, 1000.0) == 1000.0 + 3600


def test_what_has_no_end_is_probed_every_minute() -> None:
    circuit = opened("account", 20003, ForCircuit.PROBED, 1000.0)
    assert (circuit.resumes_at, circuit.probe_at) == (0.0, 1000.0 + PROBE_EVERY)


def test_a_cap_is_not_probed_before_it_ends() -> None:
    circuit = opened(
        "sender:+15550001111", 30027, ForCircuit.UNTIL_MIDNIGHT, pacific("2027-01-15T12:00:00")
    )
    assert circuit.probe_at == circuit.resumes_at == pacific("2027-01-16T00:00:00")


@pytest.mark.parametrize(
    ("lasted", "rest"),
    [(0, SHORTEST_SLOW), (4, SHORTEST_SLOW), (7, 7), (16, 16), (290, 290), (5000, LONGEST_SLOW)],
)
def test_a_sender_rests_as_long_as_the_trouble_has_lasted(lasted: float, rest: float) -> None:
    circuit = slowed("sender:+15550001111", 30022, 1000.0, 1000.0 + lasted)
    assert circuit.resumes_at == circuit.probe_at == 1000.0 + lasted + rest
    assert (circuit.since, circuit.by_receipt) == (1000.0, False)


def heard(*told: tuple[str, float]) -> tuple[Witness, ...]:
    """The witnesses after refusals of numbers at moments."""
    witnesses: tuple[Witness, ...] = ()
    for phone, at in told:
        witnesses = with_witness(witnesses, phone, at)
    return witnesses


A, B, C, D = "+15550000001", "+15550000002", "+15550000003", "+15550000004"


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ([(A, 0)], [A]),
        ([(A, 0), (A, 1), (A, 2)], [A]),
        ([(A, 0), (B, 1)], [A, B]),
        ([(A, 0), (B, 1), (C, WITHIN - 1)], [A, B, C]),
        ([(A, 0), (B, 1), (C, WITHIN)], [B, C]),
        ([(A, 0), (B, 1), (A, WITHIN), (C, WITHIN + 0.5)], [B, A, C]),
        ([(A, 0), (B, 1), (C, 5 * WITHIN)], [C]),
        ([(A, 0), (B, 1), (C, 2), (D, 3)], [B, C, D]),
        ([(A, 9999), (B, 1)], [B]),  # by a clock that was far ahead
    ],
)
def test_different_numbers_in_a_short_time_are_witnesses(
    told: list[tuple[str, float]], known: list[str]
) -> None:
    witnesses = heard(*told)
    assert [who for who, _ in witnesses] == [witness_of(phone) for phone in known]
    assert len(witnesses) <= ENOUGH_WITNESSES


def test_a_witness_does_not_tell_the_number() -> None:
    assert {len(witness_of(phone)) for phone in (A, B, C, D)} == {4}


@pytest.mark.parametrize(("ago", "lapsed"), [(LAPSE + 1, True), (LAPSE - 1, False)])
def test_what_nobody_probes_lapses(ago: float, lapsed: bool) -> None:
    circuit = opened("account", 20003, ForCircuit.PROBED, 1000.0)
    assert has_lapsed(circuit, circuit.probe_at + ago) is lapsed
    cap = opened("account", 63038, ForCircuit.HOURLY, 1000.0)
    assert not has_lapsed(cap, cap.probe_at + ago)
