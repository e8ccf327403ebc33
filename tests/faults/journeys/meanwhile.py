"""How two things happen at once, and what was read is old at once."""

from collections.abc import Callable
from typing import Any
from unittest import mock

from botocore.exceptions import ClientError

from statustext.flows.delivering import context
from tests.faults.calls import Call
from tests.faults.stage import Stage

ALWAYS_STALE = mock.patch.object(context, "READ_AGAIN_AFTER", -1.0)
"""Every look at the page and its incidents is a read, as where a second lies between them."""


def at(stage: Stage, function: str, operation: str, key: str, act: Callable[[], None]) -> None:
    """Do something just before the first call that a function makes so, to a row whose key holds
    `key`."""

    def fits(call: Call) -> bool:
        return (call.route.function, call.operation) == (function, operation) and key in call.key

    stage.interruption = fits, act


def away(stage: Stage, function: str, seconds: float) -> None:
    """DynamoDB answers none of a function's calls for so long."""
    end = stage.now + seconds

    def fits(call: Call) -> bool:
        return (call.route.function, call.service) == (function, "dynamodb")

    def fail() -> None:
        if stage.now < end:
            stage.interruption = fits, fail
            error: Any = {"Error": {"Code": "InternalServerError", "Message": "Not today."}}
            raise ClientError(error, "any")

    stage.interruption = fits, fail
