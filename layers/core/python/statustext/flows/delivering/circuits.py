"""Circuits while sending: who must wait, who may probe, what opens and closes one.

An error of the account, of a sender or of a country would meet every text behind it, so the first
opens a circuit: the queue is kept and one text a minute tries. The first that is accepted closes
it; but where receipts told the error, Twilio accepts what it then does not deliver, and only a
probe that passed closes it. A daily cap says when it ends, and nothing is tried before.
"""

from statustext.adapters.circuits import (
    close_circuit,
    note_probe,
    open_circuit,
    open_circuits,
    open_since,
    take_probe,
)
from statustext.adapters.clock import Clock
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.twilio_errors import ErrorClass, classify
from statustext.domain.circuit import ACCOUNT, Circuit, opened, slowed
from statustext.domain.delivery import DeliveryStatus
from statustext.observability import logger

FRESH_FOR = 5.0
"""Seconds that the open circuits, once read, are taken to be all."""

LONGEST_WAIT = 300.0

ENOUGH_ACCEPTED = 3
"""Probes in a row, a minute apart, after which a circuit closes though no receipt came: whoever
gets none must not be stopped for ever."""

QUIET = 60.0
"""Seconds after a sender's rest in which another slow-down belongs to the same trouble."""

RowKey = tuple[str, str]
"""Of a delivery's row in the ledger, or of a direct text's."""


def opening(
    code: int, sender: str, phone: str, now: float, *, by_receipt: bool = False
) -> Write | None:
    """The write that opens the circuit which an error asks for, if it asks for one."""
    scope = _scope(code, sender, phone)
    if not scope:
        return None
    logger.error("Circuit open", scope=_shown(scope), code=code)
    return open_circuit(opened(scope, code, now, by_receipt=by_receipt))


def opening_by_receipt(
    code: int, sender: str, phone: str, table: Table, now: float
) -> Write | None:
    """The same for an error that a receipt tells: one that asks to slow down makes the sender rest,
    as nobody else is there to wait with the text's next try."""
    if classify(code) is not ErrorClass.SLOW_DOWN:
        return opening(code, sender, phone, now, by_receipt=True)
    scope = f"sender:{sender}"
    logger.warning("Sender slowed down", scope=_shown(scope), code=code)
    return open_circuit(slowed(scope, code, open_since(table, scope) or now, now))


def _scope(code: int, sender: str, phone: str) -> str:
    match classify(code):
        case ErrorClass.ACCOUNT:
            return ACCOUNT
        case ErrorClass.SENDER_STOPPED:
            return f"sender:{sender}"
        case ErrorClass.COUNTRY:
            return f"country:{_country(phone)}"
    return ""


def _country(phone: str) -> str:
    from statustext.domain.phone_numbers import country_of  # a tenth of a second, seldom wanted

    return country_of(phone)


def _shown(scope: str) -> str:
    from statustext.domain.masking import mask_all

    return mask_all(scope)


def close_ended(table: Table, now: float) -> int:
    """Close circuits whose daily cap, or whose sender's rest, has ended; how many are open still,
    not counting senders that rest for seconds."""
    still = 0
    for one in open_circuits(table):
        if 0 < one.resumes_at <= now - (QUIET if _is_rest(one) else 0.0):
            close_circuit(table, one.scope)
        else:
            still += not _is_rest(one)
    return still


class Circuits:
    """The open circuits, as one invocation sees them."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._read_at = 0.0
        self._open: list[Circuit] = []
        self._probing: list[Circuit] = []

    def wait_for(self, sender: str, phone: str) -> float:
        """Seconds that a text must wait; 0 where none stops it, or where it is the probe.

        A probe is this text's alone. Where it finds no room, or another circuit's probe is gone,
        the ones it took are lost, which costs each circuit its minute.
        """
        self._probing.clear()
        now = self._clock.now()
        stopping = [one for one in self._current() if _stops(one, sender, phone, now)]
        stopping = [one for one in stopping if not self._has_passed(one, now)]
        if not stopping:
            return 0.0
        self._read_at = 0.0
        probe_at = max(one.next_try(now) for one in stopping)
        if probe_at <= now and all(take_probe(self._table, one, now) for one in stopping):
            self._probing = stopping
            return 0.0
        return min(max(probe_at - now, 1.0), LONGEST_WAIT)

    def accepted(self, delivery: RowKey) -> None:
        """Twilio took the text, which says all of a probe where the API told the error."""
        for one in self._probing:
            if one.by_receipt and one.accepted + 1 < ENOUGH_ACCEPTED:
                note_probe(self._table, one.scope, delivery)
            else:
                self._close(one)
            self._read_at = 0.0
        self._probing.clear()

    def refused(self, code: int, sender: str, phone: str, delivery: RowKey) -> bool:
        """Twilio did not take a text; whether the fault is this delivery's own.

        What the error does not explain stays open until a probe.
        """
        self._probing.clear()
        self._read_at = 0.0
        if self._is_its_own(code, sender, phone, delivery):
            return True
        if write := opening(code, sender, phone, self._clock.now()):
            self._table.write(write)
        return False

    def _is_its_own(self, code: int, sender: str, phone: str, delivery: RowKey) -> bool:
        """Whether the same delivery was refused for this before, and others passed since: the
        circuit that it opened then was closed."""
        if classify(code) not in (ErrorClass.COUNTRY, ErrorClass.ACCOUNT):
            return False
        row = self._table.get(*delivery) or {}
        if (row.get("status"), row.get("reason")) != (DeliveryStatus.RELEASED, f"twilio {code}"):
            return False
        # Of a direct text, `at` is when it was asked for.
        refused_at = row["status_at"] if "status_at" in row else row["at"]
        since = open_since(self._table, _scope(code, sender, phone))
        return bool(not since or since > refused_at)

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
        close_circuit(self._table, circuit.scope)
        logger.info("Circuit closed", scope=_shown(circuit.scope))
        self._read_at = 0.0

    def _current(self) -> list[Circuit]:
        now = self._clock.now()
        if not 0 <= now - self._read_at < FRESH_FOR:
            self._open, self._read_at = open_circuits(self._table), now
        return self._open


def _is_rest(circuit: Circuit) -> bool:
    return classify(circuit.code) is ErrorClass.SLOW_DOWN


def _stops(circuit: Circuit, sender: str, phone: str, now: float) -> bool:
    if _is_rest(circuit) and circuit.resumes_at <= now:
        return False
    kind, _, name = circuit.scope.partition(":")
    if kind == "country":
        return _country(phone) == name
    return circuit.scope == ACCOUNT or name == sender
