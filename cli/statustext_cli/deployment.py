"""Where a deployment is: its stack's outputs, and its table."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

from statustext.adapters.clock import system_entropy
from statustext.adapters.dynamodb import Table

if TYPE_CHECKING:
    from statustext.adapters.sealed import Seals


@dataclass(frozen=True)
class Deployment:
    """A deployed stack. `api_url`, at its own domain if it has one, has no slash at its end;
    `secrets` is a client of Secrets Manager, `kms` of KMS, `dynamodb` of DynamoDB. `table` writes
    no addresses."""

    table: Table
    api_url: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    secrets: Any = None
    kms: Any = None
    dynamodb: Any = None

    def seals(self) -> "Seals":
        """What opens and seals the addresses of its rows."""
        from statustext.adapters.data_keys import DataKeys
        from statustext.adapters.sealed import Seals

        key = self.outputs["NumbersKeyId"]
        return Seals(DataKeys(self.table, key, lambda: self.kms, time.time), system_entropy)

    def read_code_keys(self) -> str:
        """The secret with the keys of codes, as it is stored."""
        name = self.outputs["CodeKeysSecretId"]
        return str(self.secrets.get_secret_value(SecretId=name)["SecretString"])

    def write_code_keys(self, secret: str) -> None:
        """Store that secret anew."""
        name = self.outputs["CodeKeysSecretId"]
        self.secrets.put_secret_value(SecretId=name, SecretString=secret)


def find(stack: str) -> Deployment:
    """The deployment of a CloudFormation stack, or an end of the program that says why not."""
    try:
        answer = boto3.client("cloudformation").describe_stacks(StackName=stack)
        found = answer["Stacks"][0]
        outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}
        dynamodb = boto3.client("dynamodb")
        table = Table(dynamodb, outputs["TableName"])
        api_url = outputs.get("CustomApiUrl") or outputs["ApiUrl"]
        secrets, kms = boto3.client("secretsmanager"), boto3.client("kms")
        return Deployment(table, api_url.rstrip("/"), outputs, secrets, kms, dynamodb)
    except KeyError as missing:
        raise _end(f"Stack {stack} has no {missing}; is it Statustext's?") from None
    except (BotoCoreError, ClientError) as error:
        raise _end(f"AWS does not show stack {stack}: {error}") from None


def _end(reason: str) -> typer.Exit:
    typer.echo(reason, err=True)
    return typer.Exit(1)
