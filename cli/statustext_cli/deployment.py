"""Where a deployment is: its stack's outputs, and its table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

from statustext.adapters.dynamodb import Table


@dataclass(frozen=True)
class Deployment:
    """A deployed stack. `api_url`, at its own domain if it has one, has no slash at its end;
    `secrets` is a client of Secrets Manager."""

    table: Table
    api_url: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    secrets: Any = None

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
        table = Table(boto3.client("dynamodb"), outputs["TableName"])
        api_url = outputs.get("CustomApiUrl") or outputs["ApiUrl"]
        secrets = boto3.client("secretsmanager")
        return Deployment(table, api_url.rstrip("/"), outputs, secrets)
    except KeyError as missing:
        raise _end(f"Stack {stack} has no {missing}; is it Statustext's?") from None
    except (BotoCoreError, ClientError) as error:
        raise _end(f"AWS does not show stack {stack}: {error}") from None


def _end(reason: str) -> typer.Exit:
    typer.echo(reason, err=True)
    return typer.Exit(1)
