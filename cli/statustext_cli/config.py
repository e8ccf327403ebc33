"""`statustext config …`: which API the command calls, and the Twilio account."""

import os
from dataclasses import replace
from typing import Annotated

import typer

from statustext_cli import profiles, provider
from statustext_cli.api import WRONG_USE
from statustext_cli.profiles import Profile
from statustext_cli.terminal import session
from statustext_cli.twilio_account import PARAMETERS, SECRET, masked_parameters, set_parameter

app = typer.Typer(no_args_is_help=True, help="Which API the command calls, and the Twilio account.")

Stack = Annotated[
    str | None,
    typer.Option(help="The stack whose Twilio account it is.", envvar="STATUSTEXT_STACK"),
]
Name = Annotated[str, typer.Option("--profile", help="Of which profile.")]


@app.command("set")
def set_value(
    ctx: typer.Context,
    setting: Annotated[str, typer.Argument(help=f"api, key, page, {', '.join(PARAMETERS)}.")],
    value: Annotated[
        str | None, typer.Argument(help="As setup or Twilio shows it; asked for if left out.")
    ] = None,
    profile: Name = profiles.DEFAULT,
    stack: Stack = None,
) -> None:
    """Keep the API's address, a key, or the page, for later calls; or change the page's
    own Twilio account, or with --stack the deployment's, with your AWS credentials.

    statustext config set api https://abc123.execute-api.eu-central-1.amazonaws.com/v1

    statustext config set twilio.phone_number +15550001111
    """
    if value is None:
        value = str(typer.prompt(setting, hide_input=setting in (SECRET, "key")))
    if setting in PARAMETERS and stack is None:
        typer.echo(provider.change(session(ctx), setting, value))
        return
    if setting in PARAMETERS and stack:
        set_parameter(stack, setting, value)
        typer.echo(f"Stack {stack} is being updated with another {setting}; this takes minutes.")
        return
    if setting not in profiles.SETTINGS or '"' in value or "\\" in value:
        known = ", ".join((*profiles.SETTINGS, *PARAMETERS))
        typer.echo(f"One of {known} can be set, to text without quotes.", err=True)
        raise typer.Exit(WRONG_USE)
    file = profiles.config_file(os.environ)
    try:
        known_profile = profiles.read_profiles(file).get(profile, Profile())
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_USE) from None
    profiles.write_profile(file, profile, replace(known_profile, **{setting: value}))
    typer.echo(f"{setting} of profile {profile} is kept in {file}.")


@app.command()
def show(
    ctx: typer.Context,
    profile: Name = profiles.DEFAULT,
    stack: Annotated[
        str | None, typer.Option(help="This stack's Twilio account (AWS credentials).")
    ] = None,
) -> None:
    """What a profile holds; of secrets only a beginning or an end.

    statustext config show
    """
    found = profiles.choose(profile, None, None, None, os.environ)
    typer.echo(f"api = {found.api or '(not set)'}")
    typer.echo(f"key = {found.key[:6] + '…' if found.key else '(not set)'}")
    typer.echo(f"page = {found.page}")
    if stack:
        shown = masked_parameters(stack)
    elif found.api and found.key:
        shown = provider.settings(session(ctx))
    else:
        shown = {}
    for setting, value in shown.items():
        typer.echo(f"{setting} = {value or '(not set)'}")
