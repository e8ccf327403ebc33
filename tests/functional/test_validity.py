"""How long Twilio may keep a text in its queue: for as long as somebody waits for it."""

from collections.abc import Mapping

import pytest

from statustext.domain.subscriber import Preferences
from tests.functional.engine import add_active, enqueue, open_quietly, status
from tests.stepped import PHONE, SteppedSystem


@pytest.fixture
def periods(system: SteppedSystem) -> list[tuple[str, int]]:
    """What Twilio is asked: the text, and the seconds for which it may wait."""
    asked: list[tuple[str, int]] = []

    def note(form: Mapping[str, str]) -> None:
        asked.append((form["Body"], int(form["ValidityPeriod"])))

    system.on_send = note
    return asked


def test_a_code_may_wait_as_long_as_it_can_be_entered(
    system: SteppedSystem, periods: list[tuple[str, int]]
) -> None:
    system.subscribe()
    (code, ten_minutes), (_, an_hour) = periods
    assert "code is" in code
    assert 580 <= ten_minutes <= 600
    assert 3580 <= an_hour <= 3600


@pytest.mark.parametrize(
    ("status", "later", "seconds"),
    [("in_progress", 0, 6 * 3600), ("in_progress", 3600, 5 * 3600), ("investigating", 0, 36_000)],
)
def test_an_announcement_may_wait_until_it_is_too_old(
    system: SteppedSystem,
    periods: list[tuple[str, int]],
    status: str,
    later: float,
    seconds: int,
) -> None:
    add_active(system, 1, Preferences(maintenance=True))
    open_quietly(system, status=status)
    enqueue(system)
    system.advance(later)
    ((_, period),) = periods
    assert seconds - 10 <= period <= seconds


def test_what_expired_in_twilio_s_queue_has_failed(system: SteppedSystem) -> None:
    (one,) = add_active(system, 1, Preferences(maintenance=True))
    system.twilio.mps = 1 / (7 * 3600)
    system.sign_up(PHONE)
    incident = system.open_incident(status="in_progress")
    system.advance(8 * 3600)
    assert status(system, incident, one) == "failed"
