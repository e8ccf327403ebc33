"""Where a deployment is: its stack's outputs, and its table."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

from statustext.adapters.dynamodb import Table


@dataclass(frozen=True)
class Deployment:
    """A deployed stack. `api_url`, at its own domain if it has one, has no slash at its end."""

    table: Table
    api_url: str
    outputs: Mapping[str, str] = field(default_factory=dict)


def find(stack: str) -> Deployment:
    """The deployment of a CloudFormation stack, or an end of the program that says why not."""
    try:
        answer = boto3.client("cloudformation").describe_stacks(StackName=stack)
        found = answer["Stacks"][0]
        outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}
        table = Table(boto3.client("dynamodb"), outputs["TableName"])
        api_url = outputs.get("CustomApiUrl") or outputs["ApiUrl"]
        return Deployment(table, api_url.rstrip("/"), outputs)
    except KeyError as missing:
        raise _end(f"Stack {stack} has no {missing}; is it Statustext's?") from None
    except (BotoCoreError, ClientError) as error:
        raise _end(f"AWS does not show stack {stack}: {error}") from None


def _end(reason: str) -> typer.Exit:
    typer.echo(reason, err=True)
    return typer.Exit(1)
