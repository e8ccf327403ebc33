"""What was found out about one thing, and what is to be done about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """`LOOK` is what only the operator can judge, or what could not be seen."""

    OK = "ok"
    WRONG = "wrong"
    LOOK = "look"


@dataclass(frozen=True)
class Finding:
    """A sentence on what was found, and one on what to do, empty where that is nothing."""

    state: State
    said: str
    to_do: str = ""


Findings = Iterator[Finding]


def ok(said: str) -> Finding:
    return Finding(State.OK, said)


def wrong(said: str, to_do: str) -> Finding:
    return Finding(State.WRONG, said, to_do)


def look(said: str, to_do: str) -> Finding:
    return Finding(State.LOOK, said, to_do)
