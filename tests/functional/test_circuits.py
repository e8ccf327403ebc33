"""Circuits that receipts open, that one number would keep open, that several errors meet at; and
what strangers can do to them, which is nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from local.configuration import FAKE_FROM
from statustext.adapters.circuits import (
    State,
    close_circuit,
    get_circuit,
    note_passed,
    note_suspicion,
    open_circuit,
    open_circuits,
)
from statustext.adapters.deliveries import ledger_key, record
from statustext.adapters.dynamodb import Write
from statustext.domain.carrier import Carrier, ErrorCode
from statustext.domain.circuit import LAPSE, Circuit, Suspicion
from statustext.domain.delivery import Delivery, DeliveryStatus
from statustext.domain.page import Sender
from statustext.flows.delivering.circuits import Circuits, trouble
from tests.functional.engine import (
    add_active,
    circuit,
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


def twilio(code: int) -> ErrorCode:
    return ErrorCode(Carrier.TWILIO, code)


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


OWN = f"sender:{FAKE_FROM}"


def stopped_by_receipt(system: SteppedSystem, count: int = 20) -> str:
    """People who wait as receipts have stopped the sender; the incident they wait for."""
    first = add_active(system, 3, first=900)
    earlier = open_quietly(system, "Earlier")
    run_on(system)
    for one, phone in first.items():
        assert scopes(system) == []
        form = receipt("undelivered", code=30034)
        send_receipt(system, earlier, one, {**form, "To": phone})
    assert scopes(system) == [OWN]
    add_active(system, count)
    return open_quietly(system)


def accepted_later(system: SteppedSystem) -> int:
    return len(system.accepted(None)) - 3


def test_a_probe_that_reached_a_phone_ends_it_at_once(system: SteppedSystem) -> None:
    stopped_by_receipt(system)
    live(system, 62, step=2)
    assert accepted_later(system) == 1
    live(system, 10, step=2)
    assert any(len(system.texts(f"+1555000090{number}")) == 2 for number in range(3))
    assert accepted_later(system) == 1, "the others wait until their minute is over"
    system.sign_up("+15559990000")
    assert open_circuits(system.table) == [], "who comes now waits no more"
    assert system.accepted("+15559990000")
    live(system, 60, step=5)
    assert accepted_later(system) == 20 + 3 + 1


def test_sent_proves_a_text_only_when_nothing_follows_within_the_minute(
    system: SteppedSystem,
) -> None:
    """ "undelivered" comes after "sent"; some carriers tell nothing more than "sent"."""
    stopped_by_receipt(system)
    spoil(system, kind="final_status", status="sent")
    live(system, 100, step=5)
    system.sign_up("+15559990000")
    assert scopes(system) == [OWN]
    live(system, 60, step=5)
    assert open_circuits(system.table) == []
    assert accepted_later(system) > 20


def test_without_receipts_it_ends_after_three_probes(system: SteppedSystem) -> None:
    stopped_by_receipt(system)
    spoil(system, kind="drop_callbacks")
    live(system, 2 * 60 + 30, step=5)
    assert accepted_later(system) == 2
    assert scopes(system) == [OWN]
    live(system, 2 * 60, step=5)
    assert open_circuits(system.table) == []
    assert accepted_later(system) == 23


def test_an_error_in_between_begins_the_count_again(system: SteppedSystem) -> None:
    incident = stopped_by_receipt(system)
    spoil(system, kind="drop_callbacks")
    live(system, 2 * 60 + 30, step=5)
    probe = next(row for row in system.rows("delivery") if row["incident"] == incident)
    send_receipt(system, incident, probe["sk"], receipt("undelivered", code=30034))
    live(system, 2 * 60, step=5)
    assert scopes(system) == [OWN]
    assert accepted_later(system) <= 4


# One number.


@pytest.mark.parametrize(("code", "tries"), [(21612, 3), (21608, 1), (21606, 2), (21408, 2)])
def test_a_number_that_is_refused_while_others_pass_stops_nobody(
    system: SteppedSystem, code: int, tries: int
) -> None:
    (one, phone), *others = add_active(system, 150).items()
    spoil(system, kind="refuse", status=400, code=code, to=phone)
    incident = open_quietly(system)
    with requests_to_twilio(system) as asked:
        live(system, 10, step=5)
        assert {status(system, incident, other) for other, _ in others} == {"delivered"}
        live(system, 200, step=5)
    assert asked.count(phone) == tries
    found = delivery(system, incident, one)
    assert found is not None
    assert (found.status, found.reason) == ("failed", f"twilio {code}")
    assert open_circuits(system.table) == []


@pytest.mark.parametrize("code", [21408, 20003, 30034])
def test_a_number_is_tried_as_long_as_nobody_passes(system: SteppedSystem, code: int) -> None:
    ((one, _),) = add_active(system, 1).items()
    spoil(system, kind="refuse", status=400, code=code)
    incident = open_quietly(system)
    live(system, 10 * 60, step=5)
    assert status(system, incident, one) == "not_accepted"
    system.twilio.faults.clear()
    live(system, 70, step=5)
    assert status(system, incident, one) == "delivered"


@pytest.mark.parametrize(
    ("reason", "passed", "own"),
    [
        ("", 30, False),  # refused for the first time
        ("twilio 20429", 30, False),  # for the first time for this
        ("twilio 21408", 30, True),  # others passed since
        ("twilio 21408", -30, False),  # but before
        ("twilio 21408", None, False),
    ],
)
def test_when_a_refusal_is_a_delivery_s_own(
    system: SteppedSystem, reason: str, passed: float | None, own: bool
) -> None:
    before = system.now - 100
    if reason:
        row = Delivery("sub_a", 1, DeliveryStatus.NOT_ACCEPTED, before, reason=reason)
        system.table.write(record("default", "0i", 1, row))
    if passed is not None:
        system.table.write(note_suspicion(Suspicion("country:US", 21408, (("beef", before),))))
        note_passed(system.table, "country:US", State.SUSPECTED, before + passed)
    circuits = Circuits(system.table, Now(system))
    key = ledger_key("default", "0i", 1, "sub_a")
    assert circuits.refused(twilio(21408), "+15550001111", US, key) is own
    assert isinstance(get_circuit(system.table, "country:US"), Suspicion) is not own


# Several numbers, and strangers.


def refusals(system: SteppedSystem, code: int, *phones: str, verified: bool = True) -> None:
    """Texts to these numbers are refused."""
    circuits = Circuits(system.table, Now(system))
    for phone in phones:
        circuits.refused(twilio(code), FAKE_FROM, phone, ("PAGE#x", phone), is_verified=verified)


@pytest.mark.parametrize(
    ("code", "scope"),
    [(21606, OWN), (30034, OWN), (30027, OWN), (21408, "country:US"), (20003, "account")],
)
def test_several_verified_numbers_open_a_circuit(
    system: SteppedSystem, code: int, scope: str
) -> None:
    phones = [f"+1202555010{number}" for number in range(3)]
    refusals(system, code, *phones[:2], *phones[:2], phones[0])
    assert scopes(system) == []
    refusals(system, code, phones[2])
    assert scopes(system) == [scope]


def test_numbers_refused_long_after_each_other_do_not(system: SteppedSystem) -> None:
    for number in range(6):
        refusals(system, 20003, f"+1202555010{number}")
        system.clock.shift(61)
    assert scopes(system) == []


def test_who_passes_ends_the_suspicion(system: SteppedSystem) -> None:
    circuits = Circuits(system.table, Now(system))
    for number in range(6):
        refusals(system, 21606, f"+1202555010{number}")
        system.clock.shift(6)
        passage = circuits.look(Sender(FAKE_FROM, 10), "+12025550199")
        assert passage.wait == 0
        circuits.accepted(passage, ("PAGE#x", "passed"))
    assert scopes(system) == []


@pytest.mark.parametrize("code", [21612, 21608, 21606, 21408, 20003, 30027, 63038])
def test_strangers_numbers_stop_nobody(system: SteppedSystem, code: int) -> None:
    """Sign-ups that Twilio refuses, one after the other: another's code and an incident go out as
    ever."""
    ((_, phone),) = add_active(system, 1).items()
    for number in range(5):
        spoil(system, kind="refuse", status=400, code=code, to=f"+1555888000{number}")
        system.sign_up(f"+1555888000{number}")
    assert scopes(system) == []
    system.sign_up("+15559990001")
    assert len(system.texts("+15559990001")) == 1
    system.open_incident()
    assert len(system.texts(phone)) == 1
    live(system, 600, step=10)
    assert scopes(system) == []
    refused = [row for row in system.rows("direct") if row["phone"].startswith("+1555888")]
    assert {row["status"] for row in refused} <= {"failed", "expired"}


def test_receipts_of_strangers_codes_stop_nobody(system: SteppedSystem) -> None:
    for number in range(5):
        phone = f"+1555888000{number}"
        spoil(system, kind="final_status", status="undelivered", code=30034, to=phone)
        system.sign_up(phone)
    live(system, 60, step=5)
    ends = {row["status"] for row in system.rows("direct")}
    assert ends == {"undelivered"}
    assert scopes(system) == []


def test_a_stranger_neither_probes_nor_closes(system: SteppedSystem) -> None:
    system.table.write(open_circuit(circuit("account", 20003, system.now)))
    known = open_circuits(system.table)
    circuits = Circuits(system.table, Now(system))
    assert 0 < circuits.look(Sender(FAKE_FROM, 10), US, is_verified=False).wait <= 90
    system.clock.shift(61)
    passage = circuits.look(Sender(FAKE_FROM, 10), US, is_verified=False)
    assert passage.wait > 0, "somebody verified may probe"
    system.clock.shift(30)
    passage = circuits.look(Sender(FAKE_FROM, 10), US, is_verified=False)
    assert passage.wait == 0, "nobody does"
    circuits.accepted(passage, ("PAGE#x", "code"))
    assert open_circuits(system.table) == known
    passage = circuits.look(Sender(FAKE_FROM, 10), US)
    assert passage.wait == 0, "the probe is still there"
    circuits.accepted(passage, ("PAGE#x", "text"))
    assert scopes(system) == []


def test_a_stranger_ends_no_suspicion(system: SteppedSystem) -> None:
    refusals(system, 20003, US)
    circuits = Circuits(system.table, Now(system))
    passage = circuits.look(Sender(FAKE_FROM, 10), US, is_verified=False)
    circuits.accepted(passage, ("PAGE#x", "code"))
    assert isinstance(get_circuit(system.table, "account"), Suspicion)


def test_what_nobody_probes_or_meets_is_forgotten(system: SteppedSystem) -> None:
    refusals(system, 21408, GB)
    system.table.write(open_circuit(circuit("account", 20003, system.now)))
    system.clock.shift(LAPSE)
    system.tick()
    assert scopes(system) == ["account"]
    system.clock.shift(70)
    system.tick()
    assert system.rows("circuit") == []


# Slowing down.


def slow_down(system: SteppedSystem, name: str, code: int = 30022) -> None:
    """Receipts that ask for it, of texts of their own to several numbers."""
    for number in range(3):
        form = {**receipt("undelivered", code=code), "To": f"+1202555010{number}"}
        send_receipt(system, name, f"sub_gone{number}", form)


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
        assert circuits.look(Sender(FAKE_FROM, 10), US).wait == 0, "no probe: it is over"
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
    cap = circuit(f"sender:{FAKE_FROM}", 30023, system.now)
    system.table.write(open_circuit(cap))
    slow_down(system, "0text")
    (known,) = open_circuits(system.table)
    assert (known.code, known.resumes_at, known.probe_at) == (30023, cap.resumes_at, cap.probe_at)


# Several at once.


@pytest.mark.parametrize("codes", [(30023, 63038), (63038, 30023), (30022, 30023)])
def test_a_circuit_ends_when_the_last_of_its_errors_does(
    system: SteppedSystem, codes: tuple[int, int]
) -> None:
    circuits = [circuit("sender:+1555", code, system.now) for code in codes]
    for one in circuits:
        system.table.write(open_circuit(one))
    last = max(circuits, key=lambda one: one.resumes_at)
    (known,) = open_circuits(system.table)
    assert (known.code, known.resumes_at, known.probe_at) == (
        last.code,
        last.resumes_at,
        last.probe_at,
    )


def probe(one: Circuit, ago: float = 1.0) -> Write:
    """Open it so that the next text is its probe."""
    return open_circuit(Circuit(one.scope, one.code, one.since, 0, one.since - ago))


def test_a_probe_closes_only_what_it_tried(system: SteppedSystem) -> None:
    """The first text would be a country's probe, but its sender is stopped."""
    row: Any = ("PAGE#default#LEDGER", "nothing")
    stopped = "+15550000001"
    system.table.write(probe(circuit("country:GB", 21408, system.now)))
    system.table.write(open_circuit(circuit(f"sender:{stopped}", 30023, system.now)))
    circuits = Circuits(system.table, Now(system))
    assert circuits.look(Sender(stopped, 10), GB).wait > 0
    passage = circuits.look(Sender("+15550000002", 10), US)
    assert passage.wait == 0
    circuits.accepted(passage, row)
    assert scopes(system) == ["country:GB", f"sender:{stopped}"]
    passage = circuits.look(Sender("+15550000002", 10), GB)
    assert passage.wait == 0, "its probe was not spent"
    circuits.accepted(passage, row)
    assert scopes(system) == [f"sender:{stopped}"]


def test_a_probe_that_found_no_room_closes_nothing(system: SteppedSystem) -> None:
    """It costs its circuit the minute."""
    row: Any = ("PAGE#default#LEDGER", "nothing")
    system.table.write(probe(circuit("country:GB", 21408, system.now)))
    circuits = Circuits(system.table, Now(system))
    assert circuits.look(Sender("+15550000002", 10), GB).wait == 0
    passage = circuits.look(Sender("+15550000002", 10), US)
    assert passage.wait == 0
    circuits.accepted(passage, row)
    assert scopes(system) == ["country:GB"]
    assert 0 < circuits.look(Sender("+15550000002", 10), GB).wait <= 60


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
    for number in range(3):
        seen = f"+1202555010{number}"
        write = trouble(twilio(30002), FAKE_FROM, seen, system.table, system.now + ahead)
        assert write
        system.table.write(write)
    assert scopes(system) == ["account"]
    open_quietly(system)
    live(system, 300)
    assert len(system.texts(phone)) == 1


def test_a_circuit_with_two_ends_is_probed_at_the_last(system: SteppedSystem) -> None:
    """Also where the clock, which would close it, stands still."""
    add_active(system, 1)
    scope = f"sender:{FAKE_FROM}"
    system.table.write(open_circuit(circuit(scope, 30023, system.now)))
    system.table.write(open_circuit(circuit(scope, 63038, system.now + 60)))
    (known,) = open_circuits(system.table)
    open_quietly(system)
    run_on(system)
    while system.now < known.resumes_at + 1800:
        assert system.texts(None) == [] or system.now > known.resumes_at
        system.clock.shift(300)
        run_on(system)
    assert len(system.texts(None)) == 1
