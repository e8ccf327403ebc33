"""Does what a request asks, as far as the faults in force let it."""

from collections.abc import Callable
from dataclasses import replace

from .answers import Answer, Refusal, error
from .faults import FaultBook, Malformed, Operation, Refuse, Reset, ServerError, Slow, TimeOut


def answer_under_faults(
    book: FaultBook, on: Operation, to: str | None, act: Callable[[], Answer]
) -> Answer:
    """The answer to operation `on` for number `to`. `act` is called at most once: not at all
    when a fault says that Twilio fails before it did anything."""
    slow = book.take(Slow, to, on)
    answer = _answer(book, on, to, act)
    return replace(answer, delay=answer.delay + slow.seconds) if slow else answer


def _answer(book: FaultBook, on: Operation, to: str | None, act: Callable[[], Answer]) -> Answer:
    kinds = (Refuse, ServerError, TimeOut, Reset, Malformed)
    match book.take(kinds, to, on):
        case Refuse() as fault:
            after = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            return error(fault.status, fault.code, fault.message, after)
        case Malformed() as fault:
            return replace(_done(act), body=fault.body)
        case ServerError() | TimeOut() | Reset() as fault:
            if fault.accepted:
                _done(act)
            return _broken(fault)
        case _:
            return _done(act)


def _broken(fault: ServerError | TimeOut | Reset) -> Answer:
    match fault:
        case ServerError():
            return error(fault.status, 20500, "An internal server error has occurred")
        case TimeOut():
            return Answer(504, None, delay=fault.seconds, fate="hung")
        case Reset():
            return Answer(502, None, fate="reset")


def _done(act: Callable[[], Answer]) -> Answer:
    try:
        return act()
    except Refusal as refusal:
        return refusal.answer()
