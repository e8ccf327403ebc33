"""`statustext code-keys`: replace the key of codes and links, with AWS credentials."""

import secrets
import time
from datetime import UTC, datetime
from typing import Annotated

import typer

from statustext.domain.code_keys import CodeKeys, read_keys, with_new, without, written
from statustext.domain.verification import MANAGE_TOKEN_LIFE
from statustext_cli import deployment

app = typer.Typer(
    no_args_is_help=True, help="Keys of codes and links to subscriptions (with AWS credentials)."
)
Stack = Annotated[str, typer.Option(help="The CloudFormation stack.", envvar="STATUSTEXT_STACK")]


@app.command("list")
def list_keys(stack: Stack = "statustext") -> None:
    """The keys' names, and which one makes new codes.

    statustext code-keys list
    """
    keys = _read(deployment.find(stack))
    for kid in keys.by_kid:
        typer.echo(f"{kid}  {'makes new codes' if kid == keys.current.kid else 'reads its own'}")


@app.command()
def rotate(stack: Stack = "statustext") -> None:
    """Make a new key and use it; codes and links made before go on working.

    statustext code-keys rotate
    """
    found = deployment.find(stack)
    old = _read(found)
    new = with_new(old, secrets.token_urlsafe(48))
    found.write_code_keys(written(new))
    last = datetime.fromtimestamp(time.time() + MANAGE_TOKEN_LIFE + 600, UTC)
    typer.echo(f"Key {new.current.kid} makes new codes, within five minutes everywhere.")
    typer.echo(
        f"What key {old.current.kid} made is over by {last:%Y-%m-%d %H:%M} UTC; then run"
        f" `statustext code-keys remove {old.current.kid}`."
    )


@app.command()
def remove(
    kid: Annotated[str, typer.Argument(help="The key's name.")], stack: Stack = "statustext"
) -> None:
    """End a key, and with it every code and link that it made.

    statustext code-keys remove NAME
    """
    found = deployment.find(stack)
    try:
        left = without(_read(found), kid)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    found.write_code_keys(written(left))
    typer.echo(f"What key {kid} made is refused, within five minutes everywhere.")


def _read(found: deployment.Deployment) -> CodeKeys:
    try:
        return read_keys(found.read_code_keys())
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
