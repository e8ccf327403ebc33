"""Rows of circuits, all in one small partition: open ones, suspicions, and what passed again; and
what carriers say of themselves, as it is read together with them."""

from dataclasses import dataclass
from enum import StrEnum

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.domain.carrier import Carrier
from statustext.domain.carrier_report import CarrierReport, Reported, never_read
from statustext.domain.circuit import PROBE_EVERY, Circuit, Suspicion
from statustext.observability import count, log_failure

PARTITION = "CIRCUITS"

ENDS = "resumes_at_"
"""Before a code: when what that code stopped may go on. Each code keeps its own end, so that none
shortens another's, whichever comes last."""

PASSED_LIFE = 3 * 24 * 3600
"""Seconds that a row remembers when texts last passed; longer than any text waits."""


class State(StrEnum):
    """What a row says of its scope."""

    SUSPECTED = "suspected"
    OPEN = "open"
    PASSED = "passed"
    REPORTED = "reported"


@dataclass(frozen=True)
class CircuitRows:
    """All there are, as read at one moment."""

    open: tuple[Circuit, ...]
    suspected: tuple[Suspicion, ...]
    reported: tuple[CarrierReport, ...] = ()


def read_circuits(table: Table) -> CircuitRows:
    """Everything that stops texts or may soon. Eventually consistent: conditions tell the rest.

    A half-written row must not stop every text there is: it is passed over.
    """
    rows, _ = table.query(PARTITION, consistent=False)
    found, suspected, reported = [], [], []
    for row in rows:
        try:
            state = State(row["state"])
            if state is State.OPEN:
                found.append(_circuit_of(row))
            elif state is State.SUSPECTED:
                suspected.append(_suspicion_of(row))
            elif state is State.REPORTED:
                reported.append(_report_of(row))
        except (KeyError, TypeError, ValueError) as error:
            log_failure("A circuit's row cannot be read", error, {})
            count("RowUnreadable")
    return CircuitRows(tuple(found), tuple(suspected), tuple(reported))


def open_circuits(table: Table) -> list[Circuit]:
    """Every circuit that is open now."""
    return list(read_circuits(table).open)


def get_circuit(table: Table, scope: str) -> Circuit | Suspicion | None:
    """What stands against a scope, strongly consistent."""
    row = table.get(PARTITION, scope) or {}
    match row.get("state"):
        case State.OPEN:
            return _circuit_of(row)
        case State.SUSPECTED:
            return _suspicion_of(row)
    return None


def get_report(table: Table, carrier: Carrier) -> CarrierReport:
    """What a carrier's status page said last."""
    row = table.get(PARTITION, _reported_by(carrier))
    return _report_of(row) if row else never_read(carrier)


def put_report(report: CarrierReport) -> Write:
    """Remember a look at a carrier's page."""
    item = {
        "kind": "carrier_report",
        "state": State.REPORTED.value,
        "carrier": report.carrier.value,
        "says": report.says.value,
        "since": report.since,
        "read_at": report.read_at,
        "looked_at": report.looked_at,
        "is_readable": report.is_readable,
    }
    return Write(PARTITION, _reported_by(report.carrier), item=item)


def _reported_by(carrier: Carrier) -> str:
    return f"reported#{carrier}"


def passed_at(table: Table, scope: str) -> float:
    """When a text last passed where others had been refused, strongly consistent; 0 for never."""
    row = table.get(PARTITION, scope) or {}
    return float(row.get("passed_at", 0.0))


def _suspicion_of(row: Item) -> Suspicion:
    witnesses = tuple((str(who), float(at)) for who, at in row["witnesses"])
    return Suspicion(row["sk"], row["code"], witnesses, row.get("by_receipt", False))


def _report_of(row: Item) -> CarrierReport:
    return CarrierReport(
        Carrier(row["carrier"]),
        Reported(row["says"]),
        since=row["since"],
        read_at=row["read_at"],
        looked_at=row["looked_at"],
        is_readable=row["is_readable"],
    )


def _circuit_of(row: Item) -> Circuit:
    ends = {_code_of(name): row[name] for name in row if name.startswith(ENDS)}
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


def _code_of(name: str) -> int | str:
    code = name.removeprefix(ENDS)
    return int(code) if code.isdecimal() else code


def note_suspicion(suspicion: Suspicion) -> Write:
    """Remember who was refused; the condition fails where it was opened meanwhile."""
    changes = ["kind = :kind", "#state = :suspected", "code = :code", "witnesses = :witnesses"]
    values = {
        "kind": "circuit",
        "suspected": State.SUSPECTED.value,
        "open": State.OPEN.value,
        "code": suspicion.code,
        "witnesses": [list(one) for one in suspicion.witnesses],
    }
    if suspicion.by_receipt:
        changes.append("by_receipt = :by_receipt")
        values["by_receipt"] = True
    return Write(
        PARTITION,
        suspicion.scope,
        update=f"SET {', '.join(changes)} REMOVE #ttl",
        condition="attribute_not_exists(#state) OR #state <> :open",
        names={"state": "state", "ttl": "ttl"},
        values=values,
    )


def open_circuit(circuit: Circuit) -> Write:
    """Open it, or keep it open: `since` stays, its probes have proved nothing."""
    changes = ["kind = :kind", "#state = :open", "code = :code", "probe_at = :probe"]
    changes.append("since = if_not_exists(since, :since)")
    values = {
        "kind": "circuit",
        "open": State.OPEN.value,
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
        update=f"SET {', '.join(changes)} REMOVE probe, accepted, witnesses, #ttl",
        names={"state": "state", "ttl": "ttl"},
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
        condition="attribute_exists(probe_at)",
        values={"delivery": list(delivery), "one": 1},
    )
    table.write_if(write)


def note_passed(table: Table, scope: str, before: State, now: float) -> None:
    """A text passed: what stood against the scope is over, and whoever is refused again knows that
    others were not. A row in another state than `before` is left alone."""
    item = {
        "kind": "circuit",
        "state": State.PASSED.value,
        "passed_at": now,
        "ttl": int(now) + PASSED_LIFE,
    }
    write = Write(
        PARTITION,
        scope,
        item=item,
        condition="#state = :before",
        names={"state": "state"},
        values={"before": before.value},
    )
    table.write_if(write)


def close_circuit(table: Table, scope: str) -> None:
    """Forget a circuit or a suspicion whose time is up; it proves nothing."""
    table.delete_if(Write(PARTITION, scope))
