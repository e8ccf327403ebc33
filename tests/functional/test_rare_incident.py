"""The end of an incident that few heard of: work for those few, and nobody without their end."""

from collections.abc import Callable

import pytest

from statustext.adapters.subscribers import set_preferences
from statustext.domain.subscriber import Preferences
from tests.functional.engine import (
    Call,
    add_active,
    change_quietly,
    enqueue,
    once,
    open_quietly,
    settle_down,
    status,
    subscriber_row,
    watched,
)
from tests.functional.phrases import HOUR
from tests.functional.test_fanning_out import progress
from tests.stepped import SteppedSystem

OPENING, END = "[Demo] Critical incident: API is down", "[Demo] Resolved: API is down"


@pytest.fixture
def components(system: SteppedSystem) -> dict[str, str]:
    return {row["key"]: row["sk"] for row in system.rows("component")}


def add_people(system: SteppedSystem, count: int, service: str, first: int) -> dict[str, str]:
    """Active since yesterday, for one service."""
    found = add_active(system, count, Preferences(services=(service,)), first=first)
    system.clock.shift(HOUR)
    return found


def test_the_end_is_work_for_whom_the_incident_concerned(
    system: SteppedSystem, components: dict[str, str]
) -> None:
    few = add_people(system, 2, components["svc_api"], 0)
    many = add_people(system, 100, components["svc_payments"], 10)
    incident = open_quietly(system, component_ids=["svc_api"])
    settle_down(system, 600)
    change_quietly(system, incident, status="resolved")
    with watched(system) as watch:
        settle_down(system, 600)
    assert len(watch.of("sender", "UpdateItem")) < 15
    for phone in few.values():
        assert system.texts(phone) == [OPENING, END]
    assert {one.to for one in system.accepted(None)} == set(few.values())
    assert not [row for row in system.rows("delivery") if row["sk"] in many]
    found = progress(system, incident, 2)
    assert (found["found"], found["queued"]) == (102, 2), "the others are counted"


def slip_in(system: SteppedSystem, meanwhile: Callable[[], None]) -> None:
    """The sender has decided to tell an opening; what comes between that and its claim."""

    def claims(call: Call) -> bool:
        return call.function == "sender" and call.is_claim

    with watched(system) as watch:
        watch.before = once(claims, meanwhile)
        settle_down(system, 1800)


def test_an_opening_claimed_while_the_end_looks_for_whom_to_tell_has_its_end(
    system: SteppedSystem, components: dict[str, str]
) -> None:
    """No claim shows yet that it comes; but the incident is for them as it was opened."""
    ((one, phone),) = add_people(system, 1, components["svc_api"], 0).items()
    incident = open_quietly(system, component_ids=["svc_api"])
    enqueue(system)

    def end() -> None:
        change_quietly(system, incident, status="resolved")
        enqueue(system)

    slip_in(system, end)
    assert system.texts(phone) == [OPENING, END]
    assert status(system, incident, one, 2) == "delivered"


def test_so_has_one_whose_component_is_not_in_the_incident_any_more(
    system: SteppedSystem, components: dict[str, str]
) -> None:
    ((_, phone),) = add_people(system, 1, components["svc_payments"], 0).items()
    incident = open_quietly(system, component_ids=["svc_api", "svc_payments"])
    enqueue(system)

    def end() -> None:
        change_quietly(system, incident, component_ids=["svc_api"])
        change_quietly(system, incident, status="resolved")
        enqueue(system)

    slip_in(system, end)
    assert system.texts(phone) == [OPENING, END]


def test_who_chose_otherwise_for_a_moment_while_it_was_open_is_kept_from_a_late_opening(
    system: SteppedSystem, components: dict[str, str]
) -> None:
    """The opening is queued for what they chose before; the end looks while they chose otherwise;
    then they choose as before."""
    ((one, phone),) = add_people(system, 1, components["svc_api"], 0).items()
    before = Preferences(services=(components["svc_api"],))
    otherwise = Preferences(services=(components["svc_payments"],))
    incident = open_quietly(system, component_ids=["svc_api"])
    enqueue(system)
    system.table.write(set_preferences("default", one, otherwise, system.now))
    change_quietly(system, incident, status="resolved")
    enqueue(system)
    system.table.write(set_preferences("default", one, before, system.now))
    settle_down(system, 600)
    assert progress(system, incident, 2)["queued"] == 1
    assert subscriber_row(system, one)["told"][incident]["s"] == 2, "kept out"
    assert system.texts(phone) == []
