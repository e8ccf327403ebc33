"""When what an error stopped may go on."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from statustext.domain.circuit import (
    LONGEST_SLOW,
    PROBE_EVERY,
    SHORTEST_SLOW,
    opened,
    resume_time,
    slowed,
)

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
@pytest.mark.parametrize("code", [30023, 30027])
def test_t_mobile_s_day_ends_at_midnight_in_california(code: int, now: str, ends: str) -> None:
    assert resume_time(code, pacific(now)) == pacific(ends)


def test_the_account_s_rolling_day_is_tried_hourly() -> None:
    assert resume_time(63038, 1000.0) == 1000.0 + 3600


@pytest.mark.parametrize("code", [20003, 21408, 30034, 99999])
def test_what_has_no_end_is_probed_every_minute(code: int) -> None:
    circuit = opened("account", code, 1000.0)
    assert (circuit.resumes_at, circuit.probe_at) == (0.0, 1000.0 + PROBE_EVERY)


def test_a_cap_is_not_probed_before_it_ends() -> None:
    circuit = opened("sender:+15550001111", 30027, pacific("2027-01-15T12:00:00"))
    assert circuit.probe_at == circuit.resumes_at == pacific("2027-01-16T00:00:00")


@pytest.mark.parametrize(
    ("lasted", "rest"),
    [(0, SHORTEST_SLOW), (4, SHORTEST_SLOW), (7, 7), (16, 16), (290, 290), (5000, LONGEST_SLOW)],
)
def test_a_sender_rests_as_long_as_the_trouble_has_lasted(lasted: float, rest: float) -> None:
    circuit = slowed("sender:+15550001111", 30022, 1000.0, 1000.0 + lasted)
    assert circuit.resumes_at == circuit.probe_at == 1000.0 + lasted + rest
    assert (circuit.since, circuit.by_receipt) == (1000.0, False)
