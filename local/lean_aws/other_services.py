"""Secrets Manager, KMS and EventBridge, as far as they are called."""

import hashlib
import json
import secrets as system_secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from local.lean_aws.errors import AwsError, NotEmulatedError, only

Parameters = Mapping[str, Any]
Answer = dict[str, Any]


@dataclass
class SecretsManager:
    """Secrets, by name or ARN; the current version of each, and all of them by their names."""

    arn_prefix: str
    secrets: dict[str, str] = field(default_factory=dict)
    versions: dict[tuple[str, str], str] = field(default_factory=dict)

    def call(self, operation: str, given: Parameters) -> Answer:
        """One operation. Raises AwsError, NotEmulatedError."""
        if operation == "CreateSecret":
            only(given, "Name", "SecretString", "ClientRequestToken")
            self._keep(given["Name"], given)
            return {
                "ARN": f"{self.arn_prefix}:secret:{given['Name']}-000000",
                "Name": given["Name"],
            }
        name = self._name_of(given["SecretId"])
        if operation == "GetSecretValue":
            only(given, "SecretId", "VersionId")
            return {"Name": name, "SecretString": self._version(name, given.get("VersionId"))}
        if operation == "PutSecretValue":
            only(given, "SecretId", "SecretString", "ClientRequestToken")
            self._keep(name, given)
            return {"Name": name}
        if operation == "DeleteSecret":
            only(given, "SecretId", "ForceDeleteWithoutRecovery")
            del self.secrets[name]
            self.versions = {key: one for key, one in self.versions.items() if key[0] != name}
            return {"Name": name}
        raise NotEmulatedError(f"Secrets Manager's {operation}")

    def forget(self, part: str) -> None:
        """Forget all secrets that have this in their names."""
        self.secrets = {name: one for name, one in self.secrets.items() if part not in name}

    def _keep(self, name: str, given: Parameters) -> None:
        self.secrets[name] = given.get("SecretString", "")
        version = given.get("ClientRequestToken", "")  # botocore makes one where none is given
        if "SecretString" in given:
            self.versions[name, version] = given["SecretString"]

    def _version(self, name: str, version: str | None) -> str:
        if version is None:
            return self.secrets[name]
        if (name, version) not in self.versions:
            raise AwsError(
                "ResourceNotFoundException",
                f"Secrets Manager can't find the specified secret value for VersionId: {version}",
            )
        return self.versions[name, version]

    def _name_of(self, given: str) -> str:
        prefix = f"{self.arn_prefix}:secret:"
        name = given.removeprefix(prefix).removesuffix("-000000")
        if name not in self.secrets:
            raise AwsError(
                "ResourceNotFoundException", "Secrets Manager can't find the specified secret."
            )
        return name


@dataclass
class Kms:
    """Symmetric keys. The first key is the same in each run, so that a database which was kept can
    still be read."""

    arn_prefix: str
    _made: int = 0

    def call(self, operation: str, given: Parameters) -> Answer:
        """One operation. Raises AwsError, NotEmulatedError."""
        match operation:
            case "CreateKey":
                only(given, "Description")
                self._made += 1
                key = f"00000000-0000-0000-0000-{self._made:012d}"
                return {"KeyMetadata": {"KeyId": key, "Arn": f"{self.arn_prefix}:key/{key}"}}
            case "GenerateDataKey":
                only(given, "KeyId", "KeySpec", "EncryptionContext")
                key, plain = self._id_of(given["KeyId"]), system_secrets.token_bytes(32)
                nonce, about = system_secrets.token_bytes(12), _bound_to(given)
                blob = key.encode() + nonce + _cipher(key).encrypt(nonce, plain, about)
                return {
                    "KeyId": f"{self.arn_prefix}:key/{key}",
                    "CiphertextBlob": blob,
                    "Plaintext": plain,
                }
            case "Decrypt":
                only(given, "CiphertextBlob", "EncryptionContext")
                blob = given["CiphertextBlob"]
                key, nonce, made = blob[:36].decode(), blob[36:48], blob[48:]
                try:
                    plain = _cipher(key).decrypt(nonce, made, _bound_to(given))
                except InvalidTag:
                    raise AwsError("InvalidCiphertextException", "") from None
                return {"KeyId": f"{self.arn_prefix}:key/{key}", "Plaintext": plain}
        raise NotEmulatedError(f"KMS's {operation}")

    def _id_of(self, given: str) -> str:
        key = given.rpartition("/")[2]
        if not 1 <= int(key[-12:]) <= self._made:
            raise AwsError("NotFoundException", f"Key '{given}' does not exist")
        return key


def _cipher(key: str) -> AESGCM:
    return AESGCM(hashlib.sha256(key.encode()).digest())


def _bound_to(given: Parameters) -> bytes:
    return json.dumps(given.get("EncryptionContext", {}), sort_keys=True).encode()


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
