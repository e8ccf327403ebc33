"""What the emulated services answer instead of a result."""

from collections.abc import Mapping
from typing import Any


class AwsError(Exception):
    """An error answer: its code and message, and what else the answer holds."""

    def __init__(self, code: str, message: str, *, status: int = 400, **more: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.answer: Mapping[str, Any] = {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": status},
            **more,
        }


class NotEmulatedError(NotImplementedError):
    """A service, an operation or a parameter that is not known here."""


def only(given: Mapping[str, Any], *known: str) -> None:
    """Raises NotEmulatedError for a parameter that would otherwise be passed over."""
    if unknown := set(given).difference(known):
        raise NotEmulatedError(f"parameters {sorted(unknown)}")


def invalid(message: str) -> AwsError:
    """DynamoDB's answer to a request that can never succeed."""
    return AwsError("ValidationException", message)
