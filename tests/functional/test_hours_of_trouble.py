"""Doubts that last for hours, as a page was paused or AWS away.

Nobody is forgotten, and nobody told of the end of what they never heard of.
"""

import pytest

from statustext.flows.delivering import due_holds
from tests.functional.engine import (
    Call,
    add_active,
    change_quietly,
    enqueue,
    spoil,
    status,
    watched,
)
from tests.functional.phrases import (
    END,
    HOUR,
    NEW_YORK,
    OPENING,
    change,
    live,
    minor,
    opened,
    set_page,
)
from tests.functional.test_what_was_told import times_out, without_dynamodb
from tests.stepped import START, SteppedSystem

MINOR = "[Demo] Minor incident: API is down"


class Outage:
    """DynamoDB answers the sender nothing after its first claim, until that is `over`. `late` is
    how long the claim itself took: at half a second its slot is missed."""

    def __init__(self, system: SteppedSystem, late: float = 0.5) -> None:
        self.has_begun = self.is_over = False
        self._system = system
        self._late = late

    def before(self, call: Call) -> None:
        if self.has_begun and not self.is_over:
            without_dynamodb(call)

    def after(self, call: Call) -> None:
        if call.is_claim and not self.has_begun:
            self.has_begun = True
            self._system.clock.shift(self._late)


@pytest.mark.parametrize("delay", [10, 70, 100, 115])
def test_a_doubt_outlasts_a_long_pause(system: SteppedSystem, delay: float) -> None:
    """Whichever message wakes first."""
    ((_, phone),) = add_active(system, 1).items()
    incident = times_out(system)
    live(system, 120)
    set_page(system, paused=True)
    live(system, 70 * 60)
    live(system, delay, step=5)
    change(system, incident, status="resolved")
    live(system, 300, step=5)
    set_page(system, paused=False)
    live(system, HOUR)
    assert system.texts(phone) == []


def test_an_outage_behind_a_claim(system: SteppedSystem) -> None:
    ((_, phone),) = add_active(system, 1).items()
    outage = Outage(system)
    with watched(system) as watch:
        watch.before, watch.after = outage.before, outage.after
        incident = opened(system)
        live(system, 3 * HOUR, step=300)
        change_quietly(system, incident, status="resolved")
        enqueue(system)
    live(system, 2 * HOUR, step=300)
    assert system.texts(phone) in ([], [OPENING, END])


@pytest.mark.parametrize("minutes", [30, 75])
@pytest.mark.parametrize("late", [0.0, 0.5])
@pytest.mark.parametrize("says_when", [True, False])
def test_an_outage_behind_the_claim_of_what_was_held(
    night: SteppedSystem,
    minutes: int,
    late: float,
    says_when: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The text went (and Twilio's list says so), or did not. Older messages do not say when what
    was held was due."""
    if not says_when:
        monkeypatch.setattr(due_holds, "held_until", lambda _: 0.0)
    ((one, phone),) = add_active(night, 1, NEW_YORK).items()
    incident = minor(night)
    live(night, START + 5 * HOUR - night.now - 120, step=600)
    spoil(night, kind="drop_callbacks")
    outage = Outage(night, late)
    with watched(night) as watch:
        watch.before, watch.after = outage.before, outage.after
        while not outage.has_begun:
            live(night, 60)
        live(night, minutes * 60)
    live(night, 6 * HOUR, step=300)
    assert night.texts(phone) == [MINOR]
    assert status(night, incident, one) == "delivered"


def test_the_end_of_who_went_along_in_doubt_is_not_told(night: SteppedSystem) -> None:
    """Two incidents in one text of which nobody heard; one of them ends before the second try."""
    set_page(night, overnight="nothing")
    ((_, phone),) = add_active(night, 1, NEW_YORK).items()
    incidents = {"API is down": minor(night)}
    night.clock.shift(60)
    incidents["Payments are slow"] = minor(night, "Payments are slow")
    spoil(night, kind="time_out", times=1)
    live(night, START + 5 * HOUR - night.now, step=600)
    live(night, 120)
    (row,) = night.rows("subscriber")
    (name,) = [name for name, one in incidents.items() if "w" in row["told"][one]]
    change(night, incidents[name], status="resolved")
    live(night, 2 * HOUR)
    (other,) = incidents.keys() - {name}
    assert night.texts(phone) == [f"[Demo] Minor incident: {other}"]
