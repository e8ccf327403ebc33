"""Circuits while sending: who must wait, who may probe, what opens and closes one.

An error of the account, of a sender or of a country would meet every text behind it, so the first
opens a circuit: the queue is kept, one text a minute tries, and the first that is accepted closes
it. A daily cap says when it ends, and nothing is tried before.
"""

from statustext.adapters.circuits import close_circuit, open_circuit, open_circuits, take_probe
from statustext.adapters.clock import Clock
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.twilio_errors import ErrorClass, classify
from statustext.domain.circuit import ACCOUNT, Circuit, opened
from statustext.observability import logger

FRESH_FOR = 5.0
"""Seconds that the open circuits, once read, are taken to be all."""

LONGEST_WAIT = 300.0


def opening(code: int, sender: str, phone: str, now: float) -> Write | None:
    """The write that opens the circuit which an error asks for, if it asks for one."""
    scope = _scope(code, sender, phone)
    if not scope:
        return None
    logger.error("Circuit open", scope=_shown(scope), code=code)
    return open_circuit(opened(scope, code, now))


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
    """Close circuits whose daily cap has ended; how many are open still."""
    known = open_circuits(table)
    ended = [one for one in known if 0 < one.resumes_at <= now]
    for one in ended:
        close_circuit(table, one.scope)
    return len(known) - len(ended)


class Circuits:
    """The open circuits, as one invocation sees them."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._read_at = 0.0
        self._open: list[Circuit] = []
        self._probing: set[str] = set()

    def wait_for(self, sender: str, phone: str) -> float:
        """Seconds that a text must wait; 0 where none stops it, or where it is the probe."""
        stopping = [one for one in self._current() if _stops(one, sender, phone)]
        now = self._clock.now()
        for one in stopping:
            if one.probe_at > now or not take_probe(self._table, one, now):
                self._read_at = 0.0
                return min(max(one.probe_at - now, 1.0), LONGEST_WAIT)
            self._probing.add(one.scope)
        return 0.0

    def accepted(self) -> None:
        """Twilio took the probe."""
        for scope in self._probing:
            close_circuit(self._table, scope)
            logger.info("Circuit closed", scope=_shown(scope))
            self._read_at = 0.0
        self._probing.clear()

    def refused(self, code: int, sender: str, phone: str) -> None:
        """Twilio did not take a text. What the error does not explain stays open until a probe."""
        if write := opening(code, sender, phone, self._clock.now()):
            self._table.write(write)
        self._probing.clear()
        self._read_at = 0.0

    def _current(self) -> list[Circuit]:
        now = self._clock.now()
        if not 0 <= now - self._read_at < FRESH_FOR:
            self._open, self._read_at = open_circuits(self._table), now
        return self._open


def _stops(circuit: Circuit, sender: str, phone: str) -> bool:
    kind, _, name = circuit.scope.partition(":")
    if kind == "country":
        return _country(phone) == name
    return circuit.scope == ACCOUNT or name == sender
