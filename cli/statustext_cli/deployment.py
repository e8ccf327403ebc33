"""Where a deployment is: its stack's outputs, and its table."""

from dataclasses import dataclass

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

from statustext.adapters.dynamodb import Table
from statustext.domain.page import Sender, Senders
from statustext.settings import senders_of


@dataclass(frozen=True)
class Deployment:
    """A deployed stack. `api_url` has no slash at its end; `senders` are those it was given."""

    table: Table
    api_url: str
    senders: Senders


def find(stack: str) -> Deployment:
    """The deployment of a CloudFormation stack, or an end of the program that says why not."""
    try:
        answer = boto3.client("cloudformation").describe_stacks(StackName=stack)
        found = answer["Stacks"][0]
        outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}
        given = {one["ParameterKey"]: one["ParameterValue"] for one in found.get("Parameters", [])}
        table = Table(boto3.client("dynamodb"), outputs["TableName"])
        own = Sender(given["TwilioFrom"], float(given["TwilioMps"]))
        senders = senders_of(own, given["TwilioSenders"])
        return Deployment(table, outputs["ApiUrl"].rstrip("/"), senders)
    except KeyError as missing:
        raise _end(f"Stack {stack} has no {missing}; is it Statustext's?") from None
    except (BotoCoreError, ClientError) as error:
        raise _end(f"AWS does not show stack {stack}: {error}") from None


def _end(reason: str) -> typer.Exit:
    typer.echo(reason, err=True)
    return typer.Exit(1)
