"""Secrets Manager and EventBridge, as far as they are called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.lean_aws.errors import AwsError, NotEmulatedError, only

Parameters = Mapping[str, Any]
Answer = dict[str, Any]


@dataclass
class SecretsManager:
    """Secrets, by name or ARN."""

    arn_prefix: str
    secrets: dict[str, str] = field(default_factory=dict)

    def call(self, operation: str, given: Parameters) -> Answer:
        """One operation. Raises AwsError, NotEmulatedError."""
        if operation == "CreateSecret":
            only(given, "Name", "SecretString", "ClientRequestToken")
            self.secrets[given["Name"]] = given["SecretString"]
            return {
                "ARN": f"{self.arn_prefix}:secret:{given['Name']}-000000",
                "Name": given["Name"],
            }
        name = self._name_of(given["SecretId"])
        if operation == "GetSecretValue":
            only(given, "SecretId")
            return {"Name": name, "SecretString": self.secrets[name]}
        if operation == "PutSecretValue":
            only(given, "SecretId", "SecretString", "ClientRequestToken")
            self.secrets[name] = given["SecretString"]
            return {"Name": name}
        raise NotEmulatedError(f"Secrets Manager's {operation}")

    def _name_of(self, given: str) -> str:
        prefix = f"{self.arn_prefix}:secret:"
        name = given.removeprefix(prefix).removesuffix("-000000")
        if name not in self.secrets:
            raise AwsError(
                "ResourceNotFoundException", "Secrets Manager can't find the specified secret."
            )
        return name


@dataclass
class EventBridge:
    """Buses, and the events put on them."""

    arn_prefix: str
    put: list[Mapping[str, Any]] = field(default_factory=list)
    keep: Callable[[Mapping[str, Any]], bool] = lambda event: True
    _buses: set[str] = field(default_factory=lambda: {"default"})

    def call(self, operation: str, given: Parameters) -> Answer:
        """One operation. Raises AwsError, NotEmulatedError."""
        if operation == "CreateEventBus":
            only(given, "Name")
            self._buses.add(given["Name"])
            return {"EventBusArn": f"{self.arn_prefix}:event-bus/{given['Name']}"}
        if operation != "PutEvents":
            raise NotEmulatedError(f"EventBridge's {operation}")
        only(given, "Entries")
        entries = given["Entries"]
        if not 1 <= len(entries) <= 10:
            raise AwsError("ValidationException", "1 to 10 entries.")
        if any(entry["EventBusName"] not in self._buses for entry in entries):
            raise AwsError("ResourceNotFoundException", "Event bus does not exist.")
        self.put += filter(self.keep, entries)
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "0"} for _ in entries]}
