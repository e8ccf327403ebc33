"""Rows of open circuits, all in one small partition."""

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.domain.circuit import PROBE_EVERY, Circuit
from statustext.errors import ConditionFailedError

PARTITION = "CIRCUITS"


def open_circuits(table: Table) -> list[Circuit]:
    """Every circuit that is open now. Eventually consistent: a probe's condition tells the rest."""
    rows, _ = table.query(PARTITION, consistent=False)
    return [_circuit_of(row) for row in rows]


def _circuit_of(row: Item) -> Circuit:
    return Circuit(row["sk"], row["code"], row["since"], row["resumes_at"], row["probe_at"])


def open_circuit(circuit: Circuit) -> Write:
    """Open it, or keep it open: `since` stays."""
    return Write(
        PARTITION,
        circuit.scope,
        update=(
            "SET kind = :kind, code = :code, since = if_not_exists(since, :since),"
            " resumes_at = :resumes, probe_at = :probe"
        ),
        values={
            "kind": "circuit",
            "code": circuit.code,
            "since": circuit.since,
            "resumes": circuit.resumes_at,
            "probe": circuit.probe_at,
        },
    )


def take_probe(table: Table, circuit: Circuit, now: float) -> bool:
    """Whether this caller may try one text: of all who ask, one a minute."""
    write = Write(
        PARTITION,
        circuit.scope,
        update="SET probe_at = :next",
        condition="probe_at = :seen",
        values={"next": now + PROBE_EVERY, "seen": circuit.probe_at},
    )
    try:
        table.write(write)
    except ConditionFailedError:
        return False
    return True


def close_circuit(table: Table, scope: str) -> None:
    """Twilio takes texts again."""
    table.delete(Write(PARTITION, scope))
