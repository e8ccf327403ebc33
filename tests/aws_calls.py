"""The AWS calls of a stretch of a test: recorded, refused, or overtaken by something else."""

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class AwsCall:
    """One call as boto3 was asked for it. `operation` is as in AWS's API: GetItem."""

    operation: str
    parameters: Parameters


@dataclass
class AwsCalls:
    """What was called, in order; and what is to happen instead, or first."""

    made: list[AwsCall] = field(default_factory=list)
    _refused: set[str] = field(default_factory=set)
    _first: list[tuple[str, Callable[[], object]]] = field(default_factory=list)

    @property
    def operations(self) -> list[str]:
        return [call.operation for call in self.made]

    def of(self, operation: str) -> list[Parameters]:
        """The parameters of every call of an operation."""
        return [call.parameters for call in self.made if call.operation == operation]

    def refuse(self, operation: str) -> None:
        """From now on AWS answers this operation with a 500, and does nothing."""
        self._refused.add(operation)

    def let_pass(self, operation: str) -> None:
        """End `refuse`."""
        self._refused.discard(operation)

    def first(self, operation: str, act: Callable[[], object]) -> None:
        """Just before the next call of this operation, `act`. Several wait for one call each."""
        self._first.append((operation, act))

    def take(self, operation: str, parameters: Parameters) -> None:
        """A call is about to be made. Raises ClientError where it is to be refused."""
        self.made.append(AwsCall(operation, parameters))
        act = next((one for one in self._first if one[0] == operation), None)
        if act is not None:
            self._first.remove(act)
            act[1]()
        if operation in self._refused:
            answer: Any = {
                "Error": {"Code": "InternalServerError", "Message": "Not today."},
                "ResponseMetadata": {"HTTPStatusCode": 500},
            }
            raise ClientError(answer, operation)


@contextlib.contextmanager
def watched() -> Iterator[AwsCalls]:
    """All calls of all clients of this process, above their retries."""
    calls = AwsCalls()
    real = BaseClient._make_api_call  # type: ignore[attr-defined]  # botocore-stubs leave it out

    def make(self: BaseClient, operation: str, parameters: Parameters) -> Any:
        calls.take(operation, parameters)
        return real(self, operation, parameters)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", make)
        yield calls


class EverythingLogged(logging.Handler):
    """Every record of every logger, with all its fields, as one string each."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {vars(record)}")


@contextlib.contextmanager
def logged() -> Iterator[list[str]]:
    """What is logged meanwhile, by us and by every library, down to the level each has."""
    handler = EverythingLogged()
    ours = logging.getLogger("statustext")
    for logger in {logging.getLogger(), ours}:
        logger.addHandler(handler)
    before = ours.level, ours.propagate
    ours.setLevel(logging.DEBUG)
    ours.propagate = False
    try:
        yield handler.lines
    finally:
        ours.setLevel(before[0])
        ours.propagate = before[1]
        for logger in {logging.getLogger(), ours}:
            logger.removeHandler(handler)
