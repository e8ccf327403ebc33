"""The deployment's Twilio account: parameters of its stack, changed with your AWS credentials."""

from typing import Any

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

PARAMETERS = {
    "twilio.account_sid": "TwilioAccountSid",
    "twilio.auth_token": "TwilioAuthToken",
    "twilio.phone_number": "TwilioFrom",
}
SECRET = "twilio.auth_token"  # noqa: S105  # the setting's name
CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")


def set_parameter(stack: str, setting: str, value: str) -> None:
    """Begin to update the stack with one parameter changed and all else as it is."""
    try:
        client: Any = boto3.client("cloudformation")
        known = client.describe_stacks(StackName=stack)["Stacks"][0]["Parameters"]
        changed = PARAMETERS[setting]
        client.update_stack(
            StackName=stack,
            UsePreviousTemplate=True,
            Capabilities=list(CAPABILITIES),
            Parameters=[
                {"ParameterKey": one["ParameterKey"], "ParameterValue": value}
                if one["ParameterKey"] == changed
                else {"ParameterKey": one["ParameterKey"], "UsePreviousValue": True}
                for one in known
            ],
        )
    except (BotoCoreError, ClientError) as error:
        raise _end(stack, error) from None


def masked_parameters(stack: str) -> dict[str, str]:
    """The stack's Twilio settings: of the account only its end, of the token nothing."""
    try:
        client: Any = boto3.client("cloudformation")
        found = client.describe_stacks(StackName=stack)["Stacks"][0]["Parameters"]
    except (BotoCoreError, ClientError) as error:
        raise _end(stack, error) from None
    given = {one["ParameterKey"]: str(one["ParameterValue"]) for one in found}
    account = given.get("TwilioAccountSid", "")
    return {
        "twilio.account_sid": f"AC…{account[-4:]}" if account else "",
        "twilio.auth_token": "****" if given.get("TwilioAuthToken") else "",
        "twilio.phone_number": given.get("TwilioFrom", ""),
    }


def _end(stack: str, error: Exception) -> typer.Exit:
    typer.echo(f"AWS refused it for stack {stack}: {error}", err=True)
    return typer.Exit(1)
