"""Makes the template's tables, queues, secrets and event buses, each when first referred to."""

from __future__ import annotations

import hashlib
import hmac
import json
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.emulator import Clients
from local.intrinsics import Resolver
from local.template import ACCOUNT_ID, REGION, TemplateError

Properties = dict[str, Any]

# What has no effect on one machine: encryption, backups, protection from deletion, labels.
_TABLE_IGNORED = {
    "DeletionProtectionEnabled",
    "PointInTimeRecoverySpecification",
    "SSESpecification",
    "TableClass",
    "Tags",
}
_TABLE_PASSED = {
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
}
_QUEUE_IGNORED = {"KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "SqsManagedSseEnabled", "Tags"}
_QUEUE_PASSED = {
    "ContentBasedDeduplication",
    "DelaySeconds",
    "FifoQueue",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "VisibilityTimeout",
}


@dataclass(frozen=True)
class Made:
    """What other resources see of one: Ref, and Fn::GetAtt by attribute."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


class Resources:
    """The resources of one translated template. Ask for any by its logical id."""

    def __init__(
        self,
        template: Mapping[str, Any],
        parameters: Mapping[str, Any],
        stack_name: str,
        clients: Clients,
        secret_seed: str,
    ) -> None:
        """Makes nothing yet. `secret_seed` fixes the generated secrets, so that a local run against
        a database that was kept can still compare the hashes in it."""
        self._resources: Mapping[str, Any] = template["Resources"]
        self._stack_name = stack_name
        self._clients = clients
        self._secret_seed = secret_seed
        self._made: dict[str, Made] = {}
        self.resolver = Resolver(template, parameters, stack_name, self.reference)

    def of_type(self, kind: str) -> dict[str, Properties]:
        """Resolved properties of every resource of a type whose condition holds, by logical id."""
        return {
            logical_id: self.properties(logical_id)
            for logical_id, resource in self._resources.items()
            if resource["Type"] == kind and self._wanted(resource)
        }

    def properties(self, logical_id: str) -> Properties:
        """The resolved properties of one resource."""
        resolved: Properties = self.resolver.resolve(
            self._resources[logical_id].get("Properties", {})
        )
        return resolved

    def make_all(self) -> None:
        """Make everything that functions store in or send to."""
        for logical_id, resource in self._resources.items():
            if resource["Type"] in self._makers() and self._wanted(resource):
                self.reference(logical_id, None)

    def reference(self, logical_id: str, attribute: str | None) -> str:
        """Ref (attribute None) or Fn::GetAtt of a resource, which is made if it has to be.

        Raises TemplateError for what the template does not have or the local run does not know.
        """
        if logical_id not in self._resources:
            raise TemplateError(f"The template refers to {logical_id}, which it does not have.")
        if logical_id not in self._made:
            kind = self._resources[logical_id]["Type"]
            make = self._makers().get(kind)
            if make is None:
                self._made[logical_id] = self._named(logical_id, kind)
            else:
                self._made[logical_id] = make(logical_id, self.properties(logical_id))
        made = self._made[logical_id]
        if attribute is None:
            return made.ref
        if attribute not in made.attributes:
            raise TemplateError(f"The local run does not know {attribute} of {logical_id}.")
        return made.attributes[attribute]

    def _wanted(self, resource: Mapping[str, Any]) -> bool:
        return "Condition" not in resource or self.resolver.holds(resource["Condition"])

    def _makers(self) -> dict[str, Callable[[str, Properties], Made]]:
        return {
            "AWS::DynamoDB::Table": self._make_table,
            "AWS::SQS::Queue": self._make_queue,
            "AWS::SecretsManager::Secret": self._make_secret,
            "AWS::KMS::Key": self._make_key,
            "AWS::Events::EventBus": self._make_event_bus,
        }

    def _named(self, logical_id: str, kind: str) -> Made:
        """What is only referred to (functions, roles, log groups, topics): a name and an ARN."""
        service, resource = kind.split("::")[1].lower(), kind.split("::")[2]
        properties = self._resources[logical_id].get("Properties", {})
        given = properties.get(f"{resource}Name") or properties.get("Name")
        name = str(self.resolver.resolve(given)) if given else f"{self._stack_name}-{logical_id}"
        prefix = {"Function": "function:", "Role": "role/", "Rule": "rule/"}.get(resource, "")
        region = "" if service == "iam" else REGION
        arn = f"arn:aws:{service}:{region}:{ACCOUNT_ID}:{prefix}{name}"
        # CloudFormation's Ref of these kinds is the ARN.
        by_arn = {"Topic", "LayerVersion", "Permission", "Alias", "Version"}
        return Made(arn if resource in by_arn else name, {"Arn": arn})

    def _make_table(self, logical_id: str, properties: Properties) -> Made:
        dynamodb = self._clients.dynamodb
        name = properties.pop("TableName", f"{self._stack_name}-{logical_id}")
        stream = properties.pop("StreamSpecification", None)
        ttl = properties.pop("TimeToLiveSpecification", None)
        given: Any = _only(logical_id, properties, _TABLE_PASSED, _TABLE_IGNORED)
        if stream:
            given["StreamSpecification"] = {**stream, "StreamEnabled": True}
        try:
            dynamodb.create_table(TableName=name, **given)
            if ttl:
                dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)
        except dynamodb.exceptions.ResourceInUseException:
            pass  # a database of the developer's, from an earlier run
        table = dynamodb.describe_table(TableName=name)["Table"]
        return Made(name, {"Arn": table["TableArn"], "StreamArn": table.get("LatestStreamArn", "")})

    def _make_queue(self, logical_id: str, properties: Properties) -> Made:
        sqs = self._clients.sqs
        name = properties.pop("QueueName", f"{self._stack_name}-{logical_id}")
        given = _only(logical_id, properties, _QUEUE_PASSED, _QUEUE_IGNORED)
        attributes: Any = {key: _text(value) for key, value in given.items()}
        try:
            url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        except sqs.exceptions.QueueNameExists:
            url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
            sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn = asked["Attributes"]["QueueArn"]
        return Made(url, {"Arn": arn, "QueueName": name, "QueueUrl": url})

    def _make_secret(self, logical_id: str, properties: Properties) -> Made:
        name = properties.pop("Name", f"{self._stack_name}-{logical_id}")
        given = _only(
            logical_id,
            properties,
            {"SecretString", "GenerateSecretString"},
            {"Description", "KmsKeyId", "Tags"},
        )
        value = given.get("SecretString")
        if value is None:
            value = self._generate(logical_id, given.get("GenerateSecretString", {}))
        arn = self._clients.secrets.create_secret(Name=name, SecretString=value)["ARN"]
        return Made(arn, {"Id": arn})

    def _make_key(self, logical_id: str, properties: Properties) -> Made:
        given = _only(logical_id, properties, {"Description"}, {"EnableKeyRotation", "KeyPolicy"})
        key = self._clients.kms.create_key(**given)["KeyMetadata"]
        return Made(key["KeyId"], {"Arn": key["Arn"]})

    def _generate(self, logical_id: str, rules: Properties) -> str:
        known = {
            "PasswordLength",
            "ExcludePunctuation",
            "SecretStringTemplate",
            "GenerateStringKey",
        }
        _only(logical_id, rules, known, set())
        alphabet = string.ascii_letters + string.digits
        if not rules.get("ExcludePunctuation"):
            alphabet += string.punctuation
        length = int(rules.get("PasswordLength", 32))
        seed = hmac.digest(self._secret_seed.encode(), logical_id.encode(), "sha256")
        octets = hashlib.shake_256(seed).digest(4 * length)
        value = "".join(
            alphabet[int.from_bytes(octets[i : i + 4]) % len(alphabet)]
            for i in range(0, 4 * length, 4)
        )
        if "SecretStringTemplate" in rules:
            filled = {
                **json.loads(rules["SecretStringTemplate"]),
                rules["GenerateStringKey"]: value,
            }
            return json.dumps(filled)
        return value

    def _make_event_bus(self, logical_id: str, properties: Properties) -> Made:
        given = _only(logical_id, properties, {"Name"}, {"Description", "KmsKeyIdentifier", "Tags"})
        name = given["Name"]
        arn = self._clients.events.create_event_bus(Name=name)["EventBusArn"]
        return Made(name, {"Arn": arn, "Name": name})


def _only(
    logical_id: str, properties: Properties, passed: set[str], ignored: set[str]
) -> Properties:
    """The properties that take effect here. TemplateError for one that would be missed."""
    if unknown := sorted(set(properties) - passed - ignored):
        raise TemplateError(f"The local run does not know {', '.join(unknown)} of {logical_id}.")
    return {key: value for key, value in properties.items() if key in passed}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, dict) else str(value)
