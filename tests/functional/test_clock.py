"""The clock's minute: what time has ended is swept, what a fault left half done is finished.

What it does for fan-outs is in test_fanning_out.py.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.function_host import FunctionError
from statustext.adapters.circuits import open_circuit, open_circuits
from statustext.adapters.dynamodb import Write
from statustext.adapters.holds import put_hold
from statustext.adapters.subscribers import activate
from statustext.domain.circuit import Circuit
from statustext.domain.ids import SHARDS
from statustext.domain.subscriber import Preferences, State, Subscriber
from tests.functional.engine import (
    Call,
    add_active,
    enqueue,
    master_key,
    once,
    open_quietly,
    run_on,
    waiting,
    watched,
)
from tests.stepped import PHONE, SteppedSystem

DAY = 24 * 3600


def tick_an_hour(system: SteppedSystem) -> int:
    """Sixteen ticks, every fourth minute; how many were swept."""
    swept = 0
    for _ in range(SHARDS):
        swept += system.tick()["swept"]
        system.clock.shift(240)
    return swept


def ids(system: SteppedSystem) -> set[str]:
    return {row["sk"] for row in system.rows("subscriber")}


def test_unconfirmed_sign_ups_go_after_a_day_and_not_before(system: SteppedSystem) -> None:
    one = system.sign_up()
    system.clock.shift(DAY - 240 * SHARDS - 1)
    assert tick_an_hour(system) == 0
    assert one in ids(system)
    system.clock.shift(60)
    assert tick_an_hour(system) == 1
    assert one not in ids(system)
    assert tick_an_hour(system) == 0


def test_the_verified_and_the_suppressed_stay(system: SteppedSystem) -> None:
    kept = set(add_active(system, 5))
    system.sign_up()
    system.twilio.reply(PHONE, "STOP", system.now)
    system.run()
    kept |= {row["sk"] for row in system.rows("subscriber") if row.get("suppressed")}
    assert len(kept) == 6
    system.clock.shift(400 * DAY)
    assert tick_an_hour(system) == 0
    assert kept <= ids(system)
    assert not any("ttl" in row for row in system.rows("subscriber"))


def test_who_verifies_while_being_swept_stays(system: SteppedSystem) -> None:
    one = system.sign_up()
    system.clock.shift(DAY)

    def verify() -> None:
        someone = Subscriber(one, "default", PHONE, State.ACTIVE, system.now)
        system.table.write(activate(someone, Preferences(), system.now))

    with watched(system) as watch:
        watch.before = once(lambda call: call.operation == "DeleteItem", verify)
        assert tick_an_hour(system) == 0
        assert watch.of("clock", "DeleteItem")
    assert one in ids(system)


def test_an_expired_sign_up_is_gone_before_it_is_swept(system: SteppedSystem) -> None:
    one = system.sign_up()
    code = system.code()
    system.clock.shift(DAY)
    assert one in ids(system)
    assert system.http("POST", f"/subscriptions/{one}/verify", {"code": code}).status == 422
    listed = system.operator("GET", "/api/sms/subscribers?type=sms")
    assert listed.json["subscribers"] == []


def test_the_clock_texts_nobody_and_touches_no_other_page(system: SteppedSystem) -> None:
    assert master_key(system)
    add_active(system, 2)
    with watched(system) as watch:
        done = system.tick()
        assert done.pop("pages") == 1
        assert set(done.values()) == {0}
    assert {call.service for call in watch.of("clock")} == {"dynamodb"}
    assert {call.operation for call in watch.of("clock")} == {"Query"}


# What fails stops nothing else.


def incomplete_underway(system: SteppedSystem) -> None:
    row = {"kind": "underway", "incident": "0000"}
    system.table.write(Write("PAGE#default#UNDERWAY", "0000#00001", item=row))


def incident_without_name(system: SteppedSystem) -> None:
    broken = open_quietly(system, "Broken")
    run_on(system)
    (row,) = (row for row in system.rows("incident") if row["sk"] == broken)
    system.table.write(Write(row["pk"], row["sk"], update="REMOVE #n", names={"n": "name"}))
    system.stream_records()


def update_of_no_status(system: SteppedSystem) -> None:
    broken = open_quietly(system, "Broken")
    run_on(system)
    (row,) = (row for row in system.rows("update") if row["incident"] == broken)
    none = {"none": "none"}
    write = Write(row["pk"], row["sk"], "SET #s = :none", names={"s": "status"}, values=none)
    system.table.write(write)
    system.stream_records()


def lose_a_fan_out(system: SteppedSystem) -> None:
    """An update that the relay never handed on."""
    open_quietly(system, "Lost")
    system.stream_records()
    system.clock.shift(300)


@pytest.mark.parametrize(
    "spoil_a_row", [incomplete_underway, incident_without_name, update_of_no_status]
)
def test_a_row_that_cannot_be_read_is_passed_over_with_an_alarm(
    system: SteppedSystem,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    spoil_a_row: Callable[[SteppedSystem], None],
) -> None:
    add_active(system, 3)
    spoil_a_row(system)
    lose_a_fan_out(system)
    capsys.readouterr()
    assert system.tick()["resumed"] == SHARDS
    assert capsys.readouterr().out.count('"RowUnreadable":[1.0]') == 1
    assert caplog.messages.count("An update's rows cannot be read") == 1
    enqueue(system)
    run_on(system)
    assert len([one for one in system.texts(None) if "Lost" in one]) == 3


def failing(which: Callable[[Call], bool]) -> Callable[[Call], None]:
    """AWS answers no to such calls of the clock."""

    def fail(call: Call) -> None:
        if call.function == "clock" and which(call):
            answer: Any = {"Error": {"Code": "InternalServerError", "Message": "none"}}
            raise ClientError(answer, call.operation)

    return fail


def names(call: Call, part: str) -> bool:
    return part in json.dumps(call.params, default=str)


@pytest.mark.parametrize("part", ["CIRCUITS", "#HOLDS#", "#UNDERWAY", "#UNCONFIRMED"])
def test_a_job_that_fails_keeps_no_other_from_its_minute(
    system: SteppedSystem, caplog: pytest.LogCaptureFixture, part: str
) -> None:
    """And the minute is reported as failed."""
    (one,) = add_active(system, 1)
    system.table.write(Write("PAGES", "another", item={"kind": "page_id"}))
    lose_a_fan_out(system)
    cap = Circuit("sender:+1555", 30023, system.now - 60, system.now - 1, system.now - 1)
    system.table.write(open_circuit(cap))
    system.table.write(put_hold("default", one, system.now - 1))
    with watched(system) as watch:
        watch.before = failing(lambda call: names(call, part))
        with pytest.raises(FunctionError, match="JobsFailedError"):
            system.tick()
        done = watch.of("clock")
    assert caplog.messages.count("A job of the clock failed") == (1 if part == "CIRCUITS" else 2)
    others = {"#HOLDS#", "#UNDERWAY", "#UNCONFIRMED"} - {part}
    assert all(any(names(call, f"PAGE#another{one}") for call in done) for one in others)
    tasks = (part != "#HOLDS#") + SHARDS * (part != "#UNDERWAY")
    assert waiting(system, "fan-out") == tasks
    assert bool(open_circuits(system.table)) is (part == "CIRCUITS")


def test_an_update_that_fails_keeps_no_other_waiting(
    system: SteppedSystem, caplog: pytest.LogCaptureFixture
) -> None:
    add_active(system, 3)
    first = open_quietly(system, "First")
    run_on(system)
    lose_a_fan_out(system)
    with watched(system) as watch:
        watch.before = failing(lambda call: call.operation == "GetItem" and names(call, first))
        with pytest.raises(FunctionError, match="JobsFailedError"):
            system.tick()
    assert caplog.messages.count("An update was not looked after") == 1
    run_on(system)
    assert len([one for one in system.texts(None) if "Lost" in one]) == 3
