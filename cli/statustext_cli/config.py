"""`statustext config …`: which API the command calls, kept in your own file."""

import os
from dataclasses import replace
from typing import Annotated

import typer

from statustext_cli import profiles
from statustext_cli.api import WRONG_USE
from statustext_cli.profiles import Profile

app = typer.Typer(no_args_is_help=True, help="Which API the command calls.")

Name = Annotated[str, typer.Option("--profile", help="Of which profile.")]


@app.command("set")
def set_value(
    setting: Annotated[str, typer.Argument(help="api, key or page.")],
    value: Annotated[str, typer.Argument(help="As setup printed it.")],
    profile: Name = profiles.DEFAULT,
) -> None:
    """Keep the API's address, a key, or the page, for later calls.

    statustext config set api https://abc123.execute-api.eu-central-1.amazonaws.com/v1
    """
    if setting not in profiles.SETTINGS or '"' in value or "\\" in value:
        known = ", ".join(profiles.SETTINGS)
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
def show(profile: Name = profiles.DEFAULT) -> None:
    """What a profile holds; of the key only its beginning."""
    found = profiles.choose(profile, None, None, None, os.environ)
    typer.echo(f"api = {found.api or '(not set)'}")
    typer.echo(f"key = {found.key[:6] + '…' if found.key else '(not set)'}")
    typer.echo(f"page = {found.page}")
