"""Circuits that receipts open, that one number would keep open, that several errors meet at."""

from collections.abc import Callable
from typing import Any

import pytest

from local.configuration import FAKE_FROM
from statustext.adapters.circuits import close_circuit, open_circuit, open_circuits
from statustext.adapters.deliveries import ledger_key, record
from statustext.adapters.dynamodb import Write
from statustext.domain.circuit import Circuit, opened
from statustext.domain.delivery import Delivery, DeliveryStatus
from statustext.flows.delivering.circuits import Circuits, opening
from tests.functional.engine import (
    add_active,
    delivery,
    open_quietly,
    requests_to_twilio,
    run_on,
    spoil,
    status,
)
from tests.functional.phrases import live
from tests.functional.test_twilio_receipts import receipt, send_receipt
from tests.stepped import SteppedSystem

RATE = 100
"""Texts that leave in a second, before the first receipt can be there."""

US, GB = "+12025550123", "+447400123456"


class Now:
    """A clock that stands where the system's does."""

    def __init__(self, system: SteppedSystem) -> None:
        self.now: Callable[[], float] = lambda: system.now
        self.sleep: Callable[[float], None] = system.clock.shift


def scopes(system: SteppedSystem) -> list[str]:
    return [one.scope for one in open_circuits(system.table)]


# Opened by receipts.


@pytest.mark.parametrize("code", [30034, 30032, 30002])
def test_what_receipts_refuse_is_kept_though_twilio_accepts_it(
    system: SteppedSystem, code: int
) -> None:
    everybody = add_active(system, 3 * RATE)
    spoil(system, kind="final_status", status="undelivered", code=code)
    incident = open_quietly(system)
    live(system, 60, step=5)
    lost = len(system.accepted(None))
    assert lost <= RATE + 1
    live(system, 5 * 60, step=5)
    assert len(system.accepted(None)) <= lost + 5, "one probe a minute"
    system.twilio.faults.clear()
    live(system, 3 * 60, step=5)
    assert open_circuits(system.table) == []
    ends = [status(system, incident, one) for one in everybody]
    assert ends.count("delivered") >= 3 * RATE - lost - 6
    assert set(ends) == {"delivered", "undelivered"}


def stopped_by_receipt(system: SteppedSystem, count: int = 20) -> str:
    """People who wait as a receipt has stopped the account; the incident they wait for."""
    (first,) = add_active(system, 1, first=900)
    earlier = open_quietly(system, "Earlier")
    run_on(system)
    send_receipt(system, earlier, first, receipt("undelivered", code=30034))
    assert scopes(system) == ["account"]
    add_active(system, count)
    return open_quietly(system)


def accepted_later(system: SteppedSystem) -> int:
    return len(system.accepted(None)) - 1


def test_a_probe_that_reached_a_phone_ends_it_at_once(system: SteppedSystem) -> None:
    stopped_by_receipt(system)
    live(system, 62, step=2)
    assert accepted_later(system) == 1
    live(system, 10, step=2)
    assert system.texts("+15550000900")
    assert accepted_later(system) == 1, "the others wait until their minute is over"
    system.sign_up("+15559990000")
    assert open_circuits(system.table) == [], "who comes now waits no more"
    assert system.accepted("+15559990000")
    live(system, 60, step=5)
    assert accepted_later(system) == 20 + 1 + 1


def test_sent_proves_a_text_only_when_nothing_follows_within_the_minute(
    system: SteppedSystem,
) -> None:
    """ "undelivered" comes after "sent"; some carriers tell nothing more than "sent"."""
    stopped_by_receipt(system)
    spoil(system, kind="final_status", status="sent")
    live(system, 100, step=5)
    system.sign_up("+15559990000")
    assert scopes(system) == ["account"]
    live(system, 60, step=5)
    assert open_circuits(system.table) == []
    assert accepted_later(system) > 20


def test_without_receipts_it_ends_after_three_probes(system: SteppedSystem) -> None:
    stopped_by_receipt(system)
    spoil(system, kind="drop_callbacks")
    live(system, 2 * 60 + 30, step=5)
    assert accepted_later(system) == 2
    assert scopes(system) == ["account"]
    live(system, 2 * 60, step=5)
    assert open_circuits(system.table) == []
    assert accepted_later(system) == 21


def test_an_error_in_between_begins_the_count_again(system: SteppedSystem) -> None:
    incident = stopped_by_receipt(system)
    spoil(system, kind="drop_callbacks")
    live(system, 2 * 60 + 30, step=5)
    probe = next(row for row in system.rows("delivery") if row["incident"] == incident)
    send_receipt(system, incident, probe["sk"], receipt("undelivered", code=30034))
    live(system, 2 * 60, step=5)
    assert scopes(system) == ["account"]
    assert accepted_later(system) <= 4


# One number.


@pytest.mark.parametrize("code", [21612, 21608])
def test_a_number_that_is_refused_while_others_pass_stops_them_once(
    system: SteppedSystem, code: int
) -> None:
    (one, phone), *others = add_active(system, 150).items()
    spoil(system, kind="refuse", status=400, code=code, to=phone)
    incident = open_quietly(system)
    with requests_to_twilio(system) as asked:
        live(system, 200, step=5)
    assert asked.count(phone) == 2
    found = delivery(system, incident, one)
    assert found is not None
    assert (found.status, found.reason) == ("failed", f"twilio {code}")
    assert {status(system, incident, other) for other, _ in others} == {"delivered"}
    assert open_circuits(system.table) == []
    system.sign_up("+15559990000")
    assert system.accepted("+15559990000"), "a code does not wait for it"


def test_a_number_is_tried_as_long_as_nobody_passes(system: SteppedSystem) -> None:
    ((one, _),) = add_active(system, 1).items()
    spoil(system, kind="refuse", status=400, code=21408)
    incident = open_quietly(system)
    live(system, 10 * 60, step=5)
    assert status(system, incident, one) == "released"
    system.twilio.faults.clear()
    live(system, 70, step=5)
    assert status(system, incident, one) == "delivered"


def test_a_code_that_is_refused_while_others_pass_is_given_up(system: SteppedSystem) -> None:
    spoil(system, kind="refuse", status=400, code=21612, to="+15559990001")
    system.sign_up("+15559990001")
    live(system, 62, step=2)
    system.sign_up("+15559990002")
    live(system, 70, step=2)
    ends = {row["phone"]: row["status"] for row in system.rows("direct") if "phone" in row}
    assert ends == {"+15559990001": "failed", "+15559990002": "delivered"}
    assert open_circuits(system.table) == []


@pytest.mark.parametrize(
    ("reason", "reopened", "own"),
    [
        ("", None, False),  # refused for the first time
        ("twilio 20429", None, False),  # for the first time for this
        ("twilio 21612", None, True),  # what it opened was closed
        ("twilio 21612", -30, False),  # is open still
        ("twilio 21612", 30, True),  # was closed, and opened by another
    ],
)
def test_when_a_refusal_is_a_delivery_s_own(
    system: SteppedSystem, reason: str, reopened: float | None, own: bool
) -> None:
    before = system.now - 100
    if reason:
        row = Delivery("sub_a", 1, DeliveryStatus.RELEASED, before, reason=reason)
        system.table.write(record("default", "0i", 1, row))
    if reopened is not None:
        since = before + reopened
        system.table.write(open_circuit(Circuit("country:US", 21612, since, 0, since + 60)))
    known = open_circuits(system.table)
    circuits = Circuits(system.table, Now(system))
    key = ledger_key("default", "0i", 1, "sub_a")
    assert circuits.refused(21612, "+15550001111", US, key) is own
    if own:
        assert open_circuits(system.table) == known, "it stops nobody"
    else:
        assert scopes(system) == ["country:US"]


# Slowing down.


def slow_down(system: SteppedSystem, name: str, code: int = 30022) -> None:
    """A receipt that asks for it, of a text of its own."""
    send_receipt(system, name, "sub_gone", receipt("undelivered", code=code))


def test_receipts_that_ask_to_slow_down_let_the_sender_rest(system: SteppedSystem) -> None:
    everybody = add_active(system, 5 * RATE)
    spoil(system, kind="final_status", status="undelivered", code=30022)
    incident = open_quietly(system)
    live(system, 30, step=1)
    assert len(system.accepted(None)) <= 3 * RATE, "of thirty times that"
    system.twilio.faults.clear()
    live(system, 120, step=5)
    assert len(system.accepted(None)) == len(everybody), "and nobody twice"
    ends = {status(system, incident, one) for one in everybody}
    assert ends == {"delivered", "undelivered"}


def test_a_sender_rests_longer_each_time_and_is_forgotten(
    system: SteppedSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    scope = f"sender:{FAKE_FROM}"
    circuits = Circuits(system.table, Now(system))
    waits = []
    for number in range(4):
        slow_down(system, f"0text{number}")
        assert scopes(system) == [scope]
        system.clock.shift(6)  # until it is read again
        waits.append(max(one.resumes_at for one in open_circuits(system.table)) - system.now)
        system.clock.shift(max(waits[-1], 0) + 1)
        assert circuits.wait_for(FAKE_FROM, US) == 0, "no probe: it is over"
    assert waits == sorted(waits)
    assert waits[-1] > 20
    capsys.readouterr()
    system.tick()
    assert scopes(system) == [scope], "for a minute, what comes is a repeat"
    assert "CircuitOpen" not in capsys.readouterr().out
    system.clock.shift(120)
    system.tick()
    assert open_circuits(system.table) == []


def test_resting_does_not_shorten_a_daily_cap(system: SteppedSystem) -> None:
    cap = opened(f"sender:{FAKE_FROM}", 30023, system.now)
    system.table.write(open_circuit(cap))
    slow_down(system, "0text")
    (known,) = open_circuits(system.table)
    assert (known.code, known.resumes_at, known.probe_at) == (30023, cap.resumes_at, cap.probe_at)


# Several at once.


@pytest.mark.parametrize("codes", [(30023, 63038), (63038, 30023), (30022, 30023)])
def test_a_circuit_ends_when_the_last_of_its_errors_does(
    system: SteppedSystem, codes: tuple[int, int]
) -> None:
    circuits = [opened("sender:+1555", code, system.now) for code in codes]
    for one in circuits:
        system.table.write(open_circuit(one))
    last = max(circuits, key=lambda one: one.resumes_at)
    (known,) = open_circuits(system.table)
    assert (known.code, known.resumes_at, known.probe_at) == (
        last.code,
        last.resumes_at,
        last.probe_at,
    )


def probe(circuit: Circuit, ago: float = 1.0) -> Write:
    """Open it so that the next text is its probe."""
    return open_circuit(Circuit(circuit.scope, circuit.code, circuit.since, 0, circuit.since - ago))


def test_a_probe_closes_only_what_it_tried(system: SteppedSystem) -> None:
    """The first text would be a country's probe, but its sender is stopped."""
    row: Any = ("PAGE#default#LEDGER", "nothing")
    stopped = "+15550000001"
    system.table.write(probe(opened("country:GB", 21408, system.now)))
    system.table.write(open_circuit(opened(f"sender:{stopped}", 30023, system.now)))
    circuits = Circuits(system.table, Now(system))
    assert circuits.wait_for(stopped, GB) > 0
    assert circuits.wait_for("+15550000002", US) == 0
    circuits.accepted(row)
    assert scopes(system) == ["country:GB", f"sender:{stopped}"]
    assert circuits.wait_for("+15550000002", GB) == 0, "its probe was not spent"
    circuits.accepted(row)
    assert scopes(system) == [f"sender:{stopped}"]


def test_a_probe_that_found_no_room_closes_nothing(system: SteppedSystem) -> None:
    """It costs its circuit the minute."""
    row: Any = ("PAGE#default#LEDGER", "nothing")
    system.table.write(probe(opened("country:GB", 21408, system.now)))
    circuits = Circuits(system.table, Now(system))
    assert circuits.wait_for("+15550000002", GB) == 0
    assert circuits.wait_for("+15550000002", US) == 0
    circuits.accepted(row)
    assert scopes(system) == ["country:GB"]
    assert 0 < circuits.wait_for("+15550000002", GB) <= 60


def test_a_half_written_circuit_stops_neither_texts_nor_the_clock(
    system: SteppedSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    ((_, phone),) = add_active(system, 1).items()
    system.table.write(Write("CIRCUITS", "account", item={"kind": "circuit", "code": 20003}))
    system.open_incident()
    assert len(system.texts(phone)) == 1
    capsys.readouterr()
    system.tick()
    assert '"RowUnreadable":[1.0]' in capsys.readouterr().out
    close_circuit(system.table, "account")


@pytest.mark.parametrize("ahead", [3 * 3600, 24 * 3600])
def test_a_circuit_that_a_wrong_clock_opened_is_probed_all_the_same(
    system: SteppedSystem, ahead: float
) -> None:
    ((_, phone),) = add_active(system, 1, first=9).items()
    write = opening(30002, FAKE_FROM, phone, system.now + ahead)
    assert write
    system.table.write(write)
    open_quietly(system)
    live(system, 300)
    assert len(system.texts(phone)) == 1


def test_a_circuit_with_two_ends_is_probed_at_the_last(system: SteppedSystem) -> None:
    """Also where the clock, which would close it, stands still."""
    add_active(system, 1)
    scope = f"sender:{FAKE_FROM}"
    system.table.write(open_circuit(opened(scope, 30023, system.now)))
    system.table.write(open_circuit(opened(scope, 63038, system.now + 60)))
    (circuit,) = open_circuits(system.table)
    open_quietly(system)
    run_on(system)
    while system.now < circuit.resumes_at + 1800:
        assert system.texts(None) == [] or system.now > circuit.resumes_at
        system.clock.shift(300)
        run_on(system)
    assert len(system.texts(None)) == 1
