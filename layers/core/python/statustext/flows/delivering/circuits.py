"""Circuits while sending: who must wait, who may probe, what opens and closes one.

An error of the account, of a sender or of a country would meet every text behind it. So once
different numbers met it, a circuit opens: the queue is kept and one text a minute tries. The first
that is accepted closes it; but where receipts told the error, Twilio accepts what it then does not
deliver, and only a probe that passed closes it. A daily cap says when it ends, and nothing is tried
before.

Who signs up is a stranger. A text to a number that was never verified waits while a circuit is
probed by others, but neither opens, probes nor closes one, and is no witness.
"""

from dataclasses import dataclass

from statustext.adapters.carrier_errors import consequence, sentence
from statustext.adapters.circuits import (
    CircuitRows,
    State,
    close_circuit,
    get_circuit,
    note_passed,
    note_probe,
    note_suspicion,
    open_circuit,
    passed_at,
    read_circuits,
    take_probe,
)
from statustext.adapters.clock import Clock
from statustext.adapters.dynamodb import Table, Write
from statustext.domain.carrier import Carrier, ErrorCode
from statustext.domain.circuit import (
    ENOUGH_WITNESSES,
    LAPSE,
    Circuit,
    Suspicion,
    has_lapsed,
    opened,
    parts_of,
    scope_of,
    slowed,
    with_witness,
)
from statustext.domain.delivery import DeliveryStatus
from statustext.domain.page import Sender
from statustext.domain.refusal import WIDE, ForCircuit, Scope
from statustext.observability import logger

FRESH_FOR = 5.0
"""Seconds that the circuits, once read, are taken to be all."""

LONGEST_WAIT = 300.0

ENOUGH_ACCEPTED = 3
"""Probes in a row, a minute apart, after which a circuit closes though no receipt came: whoever
gets none must not be stopped for ever."""

QUIET = 60.0
"""Seconds after a sender's rest in which another slow-down belongs to the same trouble."""

STRANGERS_WAIT = 30.0
"""Seconds behind a probe's moment in which somebody verified may take it. Where nobody does, a text
to a number never verified goes, and proves nothing."""

RowKey = tuple[str, str]
"""Of a delivery's row in the ledger, or of a direct text's."""


def trouble(
    error: ErrorCode, sender: str, phone: str, table: Table, now: float, *, by_receipt: bool = False
) -> Write | None:
    """The write that an error asks for which a verified number met: one witness more, or, with the
    last that was wanting, the circuit itself. None for an error of that text alone."""
    scope, code = _scope(error, sender, phone), error.code
    how = consequence(error).circuit
    if not scope or how is ForCircuit.NONE or (how is ForCircuit.REST and not by_receipt):
        return None
    known, since = get_circuit(table, scope), now
    if isinstance(known, Circuit):
        since = known.since
    else:
        before = known.witnesses if isinstance(known, Suspicion) else ()
        witnesses = with_witness(before, phone, now)
        if len(witnesses) < ENOUGH_WITNESSES:
            return note_suspicion(Suspicion(scope, code, witnesses, by_receipt=by_receipt))
    if how is ForCircuit.REST:
        logger.warning("Sender slowed down", scope=_shown(scope), code=code)
        return open_circuit(slowed(scope, code, since, now))
    logger.error("Circuit open", scope=_shown(scope), code=code, detail=sentence(error))
    return open_circuit(opened(scope, code, how, now, by_receipt=by_receipt))


def _scope(error: ErrorCode, sender: str, phone: str) -> str:
    kind = consequence(error).scope
    match kind:
        case Scope.ACCOUNT:
            return scope_of(error.whose, kind)
        case Scope.SENDER:
            return scope_of(error.whose, kind, sender)
        case Scope.COUNTRY:
            return scope_of(error.whose, kind, _country(phone))
    return ""


def _country(phone: str) -> str:
    from statustext.domain.phone_numbers import country_of  # a tenth of a second, seldom wanted

    return country_of(phone)


def _shown(scope: str) -> str:
    from statustext.domain.masking import mask_all

    return mask_all(scope)


def close_ended(table: Table, now: float) -> int:
    """Close circuits whose daily cap, or whose sender's rest, has ended, or that nobody waits for;
    how many are open still, not counting senders that rest for seconds."""
    rows = read_circuits(table)
    still = 0
    for one in rows.open:
        has_ended = 0 < one.resumes_at <= now - (QUIET if _is_rest(one) else 0.0)
        if has_ended or has_lapsed(one, now):
            close_circuit(table, one.scope)
        else:
            still += not _is_rest(one)
    for suspicion in rows.suspected:
        if max(at for _, at in suspicion.witnesses) < now - LAPSE:
            close_circuit(table, suspicion.scope)
    return still


@dataclass(frozen=True)
class Passage:
    """What a text found on its way: it must wait for so many seconds; or with 0 none stops it, or
    it is the probe of those that do. `doubted` are the suspicions that it may disprove."""

    wait: float
    probing: tuple[Circuit, ...] = ()
    doubted: tuple[Suspicion, ...] = ()


class Circuits:
    """The circuits, as one invocation sees them."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._read_at = 0.0
        self._rows = CircuitRows((), ())

    def look(self, sender: Sender, phone: str, *, is_verified: bool = True) -> Passage:
        """What stops a text.

        A probe is this text's alone. Where it finds no room, or another circuit's probe is gone,
        the ones it took are lost, which costs each circuit its minute.
        """
        now = self._clock.now()
        doubted: tuple[Suspicion, ...] = ()
        rows = self._current()
        stopping = [one for one in rows.open if _stops(one, sender, phone, now)]
        stopping = [one for one in stopping if not self._has_passed(one, now)]
        if is_verified:
            suspected = [one for one in rows.suspected if not one.by_receipt]
            doubted = tuple(one for one in suspected if _concerns(one.scope, sender, phone))
        if not stopping:
            return Passage(0.0, doubted=doubted)
        self._read_at = 0.0
        if not is_verified:
            others = [one.probe_at for one in stopping if one.next_try(now) == one.probe_at]
            wait = max(others, default=0.0) + STRANGERS_WAIT - now
            return Passage(min(max(wait, 1.0), LONGEST_WAIT) if wait > 0 else 0.0)
        probe_at = max(one.next_try(now) for one in stopping)
        if probe_at <= now and all(take_probe(self._table, one, now) for one in stopping):
            return Passage(0.0, tuple(stopping), doubted)
        return Passage(min(max(probe_at - now, 1.0), LONGEST_WAIT))

    def stopped_for(self, sender: Sender) -> float:
        """Seconds for which this sender, or its account, has been stopped; 0 where it is not."""
        scopes = (
            scope_of(sender.account, Scope.ACCOUNT),
            scope_of(sender.account, Scope.SENDER, sender.id),
        )
        since = [one.since for one in self._current().open if one.scope in scopes]
        return max(0.0, self._clock.now() - min(since)) if since else 0.0

    def is_down(self, carrier: Carrier) -> bool:
        """Whether a carrier says of itself that it does not text now."""
        now = self._clock.now()
        return any(one.carrier is carrier and one.is_down(now) for one in self._current().reported)

    def accepted(self, passage: Passage, delivery: RowKey) -> None:
        """The carrier took the text, which says all of a probe where the API told the error."""
        now = self._clock.now()
        for one in passage.probing:
            if one.by_receipt and one.accepted + 1 < ENOUGH_ACCEPTED:
                note_probe(self._table, one.scope, delivery)
            else:
                self._close(one)
            self._read_at = 0.0
        for suspicion in passage.doubted:
            note_passed(self._table, suspicion.scope, State.SUSPECTED, now)
            self._read_at = 0.0

    def refused(
        self,
        error: ErrorCode,
        sender: str,
        phone: str,
        delivery: RowKey,
        *,
        is_verified: bool = True,
    ) -> bool:
        """The carrier did not take a text; whether the fault is this delivery's own: its error
        speaks of more than its number, and others passed.

        What the error does not explain stays open until a probe.
        """
        self._read_at = 0.0
        if not is_verified or consequence(error).scope not in WIDE:
            return False
        if self._is_its_own(error, sender, phone, delivery):
            return True
        if write := trouble(error, sender, phone, self._table, self._clock.now()):
            self._table.write_if(write)
        return False

    def _is_its_own(self, error: ErrorCode, sender: str, phone: str, delivery: RowKey) -> bool:
        """Whether the same delivery was refused for this before, and others passed since."""
        if consequence(error).circuit is not ForCircuit.PROBED:
            return False
        row = self._table.get(*delivery) or {}
        if (row.get("status"), row.get("reason")) != (DeliveryStatus.NOT_ACCEPTED, str(error)):
            return False
        # Of a direct text, `at` is when it was asked for.
        refused_at = row["status_at"] if "status_at" in row else row["at"]
        return bool(passed_at(self._table, _scope(error, sender, phone)) > refused_at)

    def _has_passed(self, circuit: Circuit, now: float) -> bool:
        """Close a circuit whose last probe reached a phone, or in its minute at least the carrier:
        "undelivered" comes after "sent", too."""
        if circuit.probe is None:
            return False
        status = (self._table.get(*circuit.probe) or {}).get("status")
        is_sent = status == DeliveryStatus.SENT and circuit.probe_at <= now
        if status != DeliveryStatus.DELIVERED and not is_sent:
            return False
        self._close(circuit)
        return True

    def _close(self, circuit: Circuit) -> None:
        note_passed(self._table, circuit.scope, State.OPEN, self._clock.now())
        logger.info("Circuit closed", scope=_shown(circuit.scope))
        self._read_at = 0.0

    def _current(self) -> CircuitRows:
        now = self._clock.now()
        if not 0 <= now - self._read_at < FRESH_FOR:
            self._rows, self._read_at = read_circuits(self._table), now
        return self._rows


def _is_rest(circuit: Circuit) -> bool:
    return consequence(circuit.error).circuit is ForCircuit.REST


def _stops(circuit: Circuit, sender: Sender, phone: str, now: float) -> bool:
    if _is_rest(circuit) and circuit.resumes_at <= now:
        return False
    return _concerns(circuit.scope, sender, phone)


def _concerns(scope: str, sender: Sender, phone: str) -> bool:
    account, kind, name = parts_of(scope)
    if account != sender.account:
        return False
    if kind == Scope.COUNTRY:
        return _country(phone) == name
    return kind == Scope.ACCOUNT or name == sender.id
