"""Texts of which nobody knows whether Twilio has them: never repeated blindly, never thrice."""

from typing import Any

import pytest

from tests.functional.engine import (
    Call,
    add_active,
    change_quietly,
    delivery,
    die_at,
    open_quietly,
    requests_to_twilio,
    settle_down,
    spoil,
    status,
    waiting,
    watched,
)
from tests.stepped import SteppedSystem

UNKNOWNS: list[dict[str, Any]] = [
    {"kind": "time_out"},
    {"kind": "time_out", "accepted": True},
    {"kind": "reset"},
    {"kind": "reset", "accepted": True},
    {"kind": "server_error", "status": 500},
    {"kind": "server_error", "status": 503, "accepted": True},
    {"kind": "malformed"},
    {"kind": "malformed", "body": ""},
    {"kind": "malformed", "body": "[]"},
    {"kind": "malformed", "body": "null"},
    {"kind": "malformed", "body": "{}"},
    {"kind": "malformed", "body": '{"sid": 5}'},
]


def name_of(fault: dict[str, Any]) -> str:
    return "-".join(str(value) for value in fault.values())


@pytest.mark.parametrize("receipts", [True, False], ids=["receipts", "no_receipts"])
@pytest.mark.parametrize("fault", UNKNOWNS, ids=name_of)
def test_an_unknown_outcome_is_one_text(
    system: SteppedSystem, fault: dict[str, Any], receipts: bool
) -> None:
    everybody = add_active(system, 2)
    spoil(system, **fault, times=1)
    if not receipts:
        spoil(system, kind="drop_callbacks")
    incident = open_quietly(system)
    system.run()
    came_through = fault.get("accepted", fault["kind"] == "malformed")
    assert len(system.accepted(None)) == (2 if came_through else 1)
    settle_down(system, 14 * 60, step=140)
    assert len(system.accepted(None)) == (2 if came_through else 1), "repeated blindly"
    settle_down(system, 10 * 60, step=150)
    assert sorted(one.to for one in system.accepted(None)) == sorted(everybody.values())
    found = {one: delivery(system, incident, one) for one in everybody}
    assert {one.status for one in found.values() if one} == (
        {"delivered"} if receipts else {"accepted"}
    )
    assert all(one and one.sid for one in found.values())
    assert max(one.attempt for one in found.values() if one) == (1 if came_through else 2)
    assert not system.failures, "no receive is spent"
    assert waiting(system, "announcements") == 0


def test_twice_unknown_is_never_tried_a_third_time(system: SteppedSystem) -> None:
    ((one, _),) = add_active(system, 1).items()
    spoil(system, kind="time_out")
    incident = open_quietly(system)
    with requests_to_twilio(system) as asked:
        settle_down(system, 5 * 3600)
    assert len(asked) == 2
    found = delivery(system, incident, one)
    assert found is not None
    assert (found.status, found.reason) == ("failed", "unknown twice")
    assert waiting(system, "announcements") == 0


def test_a_list_that_cannot_be_read_is_no_proof(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()
    spoil(system, kind="time_out", accepted=True, times=1)
    spoil(system, kind="drop_callbacks")
    spoil(system, kind="server_error", on="list")
    incident = open_quietly(system)
    settle_down(system, 2 * 3600)
    assert len(system.accepted(phone)) == 1
    system.twilio.faults.clear()
    settle_down(system, 600)
    assert len(system.accepted(phone)) == 1
    assert status(system, incident, one) == "accepted"


def test_doubt_over_what_was_overtaken_is_not_sent_again(system: SteppedSystem) -> None:
    ((one, phone),) = add_active(system, 1).items()
    spoil(system, kind="time_out", times=1)
    incident = open_quietly(system)
    system.run()
    change_quietly(system, incident, status="resolved", deliver_notifications=False)
    settle_down(system, 3600)
    assert not system.accepted(phone)
    assert status(system, incident, one) == "superseded"


def test_a_death_behind_the_second_try_of_what_was_refused(system: SteppedSystem) -> None:
    """The ledger still says of the first that it was refused; the second is another attempt."""
    add_active(system, 1)
    spoil(system, kind="drop_callbacks")
    spoil(system, kind="refuse", status=400, code=99999, times=1)
    open_quietly(system)
    seen: list[Call] = []

    def is_outcome(call: Call) -> bool:
        is_ledger = "LEDGER#" in str(call.params.get("Key", ""))
        return call.function == "sender" and is_ledger and len(system.accepted(None)) == 1

    with watched(system) as watch:
        watch.before = die_at(0, seen, is_outcome)
        settle_down(system, 3600, step=30)
    assert seen
    assert len(system.accepted(None)) == 1


def test_who_was_given_up_is_told_the_newest_update(system: SteppedSystem) -> None:
    """Whose opening nobody knows of twice; meanwhile there was news that is not for others."""
    ((_, phone),) = add_active(system, 1).items()
    spoil(system, kind="time_out", times=2)
    incident = open_quietly(system)
    settle_down(system, 20 * 60, step=30)
    change_quietly(system, incident, status="identified", body="Found")
    settle_down(system, 2 * 3600, step=60)
    assert system.texts(phone) == ["[Demo] Critical incident: API is down"]
