"""Circuits: functions that saw another state of them."""

from dataclasses import replace

from statustext.adapters import circuits
from statustext.adapters.circuits import State
from statustext.adapters.dynamodb import Table
from statustext.domain.circuit import PROBE_EVERY, Circuit, Suspicion

SCOPE = "country:US"
NOW = 1_800_000_000.0
OPEN = Circuit(SCOPE, 21408, NOW, 0.0, NOW)
SUSPECTED = Suspicion(SCOPE, 21612, (("ab12", NOW),))
DELIVERY = ("PAGE#default#LEDGER#incident-1#1#00", "s-1")


def test_who_suspects_late_does_not_close_what_is_open(table: Table) -> None:
    assert table.write_if(circuits.note_suspicion(SUSPECTED))
    assert table.write_if(circuits.note_suspicion(SUSPECTED))
    table.write(circuits.open_circuit(OPEN))
    assert not table.write_if(circuits.note_suspicion(SUSPECTED))
    assert isinstance(circuits.get_circuit(table, SCOPE), Circuit)


def test_of_all_who_see_that_it_is_time_one_probes(table: Table) -> None:
    table.write(circuits.open_circuit(OPEN))
    assert circuits.take_probe(table, OPEN, NOW)
    assert not circuits.take_probe(table, OPEN, NOW)
    assert circuits.take_probe(table, OPEN, NOW + PROBE_EVERY)


def test_a_circuit_that_a_wrong_clock_opened_is_probed_once(table: Table) -> None:
    ahead = replace(OPEN, probe_at=NOW + 30 * 24 * 3600)
    table.write(circuits.open_circuit(ahead))
    assert circuits.take_probe(table, ahead, NOW)
    assert not circuits.take_probe(table, ahead, NOW)


def test_a_probe_whose_circuit_closed_meanwhile_opens_none(table: Table) -> None:
    """Half a row of a circuit would be met by whoever reads them all."""
    circuits.note_probe(table, SCOPE, DELIVERY)
    assert table.get(circuits.PARTITION, SCOPE) is None


def test_a_text_that_passed_does_not_close_what_opened_meanwhile(table: Table) -> None:
    table.write(circuits.note_suspicion(SUSPECTED))
    table.write(circuits.open_circuit(OPEN))
    circuits.note_passed(table, SCOPE, State.SUSPECTED, NOW)
    assert isinstance(circuits.get_circuit(table, SCOPE), Circuit)
