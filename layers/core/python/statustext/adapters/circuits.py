"""Rows of open circuits, all in one small partition."""

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.domain.circuit import PROBE_EVERY, Circuit
from statustext.observability import count, log_failure

PARTITION = "CIRCUITS"

ENDS = "resumes_at_"
"""Before a code: when what that code stopped may go on. Each code keeps its own end, so that none
shortens another's, whichever comes last."""


def open_circuits(table: Table) -> list[Circuit]:
    """Every circuit that is open now. Eventually consistent: a probe's condition tells the rest.

    A half-written row must not stop every text there is: it is passed over.
    """
    rows, _ = table.query(PARTITION, consistent=False)
    found = []
    for row in rows:
        try:
            found.append(_circuit_of(row))
        except (KeyError, TypeError, ValueError) as error:
            log_failure("A circuit's row cannot be read", error, {})
            count("RowUnreadable")
    return found


def open_since(table: Table, scope: str) -> float:
    """Since when a circuit is open, strongly consistent; 0 where it is not."""
    row = table.get(PARTITION, scope) or {}
    return float(row.get("since", 0.0))


def _circuit_of(row: Item) -> Circuit:
    ends = {int(name.removeprefix(ENDS)): row[name] for name in row if name.startswith(ENDS)}
    code = max(ends, key=lambda one: ends[one], default=row["code"])
    resumes_at = ends.get(code, 0.0)
    pk, sk = row.get("probe", ("", ""))
    return Circuit(
        scope=row["sk"],
        code=code,
        since=row["since"],
        resumes_at=resumes_at,
        probe_at=max(row["probe_at"], resumes_at),
        by_receipt=row.get("by_receipt", False),
        probe=(pk, sk) if pk else None,
        accepted=row.get("accepted", 0),
    )


def open_circuit(circuit: Circuit) -> Write:
    """Open it, or keep it open: `since` stays, its probes have proved nothing."""
    changes = ["kind = :kind", "code = :code", "probe_at = :probe"]
    changes.append("since = if_not_exists(since, :since)")
    values = {
        "kind": "circuit",
        "code": circuit.code,
        "since": circuit.since,
        "probe": circuit.probe_at,
    }
    if circuit.resumes_at:
        changes.append(f"{ENDS}{circuit.code} = :resumes")
        values["resumes"] = circuit.resumes_at
    if circuit.by_receipt:
        changes.append("by_receipt = :by_receipt")
        values["by_receipt"] = True
    return Write(
        PARTITION,
        circuit.scope,
        update=f"SET {', '.join(changes)} REMOVE probe, accepted",
        values=values,
    )


def take_probe(table: Table, circuit: Circuit, now: float) -> bool:
    """Whether this caller may try one text: of all who saw that it is time, one."""
    write = Write(
        PARTITION,
        circuit.scope,
        update="SET probe_at = :next",
        condition="probe_at = :seen OR probe_at <= :now",
        values={"next": now + PROBE_EVERY, "seen": circuit.probe_at, "now": now},
    )
    return table.write_if(write)


def note_probe(table: Table, scope: str, delivery: tuple[str, str]) -> None:
    """Remember the row of a probe that was accepted, so that the next finds what became of it."""
    write = Write(
        PARTITION,
        scope,
        update="SET probe = :delivery ADD accepted :one",
        condition="attribute_exists(pk)",
        values={"delivery": list(delivery), "one": 1},
    )
    table.write_if(write)


def close_circuit(table: Table, scope: str) -> None:
    """Twilio takes texts again."""
    table.delete_if(Write(PARTITION, scope))
