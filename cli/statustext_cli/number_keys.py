"""`statustext number-keys`: the keys that numbers and other addresses are encrypted with in the
table, with AWS credentials."""

import time
from datetime import UTC, datetime
from typing import Annotated

import typer

from statustext.adapters.pages import page_ids
from statustext_cli import deployment

app = typer.Typer(
    no_args_is_help=True, help="Keys that numbers are encrypted with (with AWS credentials)."
)
Stack = Annotated[str, typer.Option(help="The CloudFormation stack.", envvar="STATUSTEXT_STACK")]


@app.command("list")
def list_keys(stack: Stack = "statustext") -> None:
    """Each page's keys, and which one encrypts what is written now.

    statustext number-keys list
    """
    from statustext.adapters.data_keys import list_data_keys

    found = deployment.find(stack)
    for page in page_ids(found.table):
        keys = list_data_keys(found.table, page)
        for row in keys:
            made = datetime.fromtimestamp(row["made_at"], UTC)
            does = "encrypts new numbers" if row is keys[-1] else "reads its own"
            typer.echo(f"{page}  {int(row['sk'])}  {made:%Y-%m-%d %H:%M} UTC  {does}")


@app.command()
def rotate(stack: Stack = "statustext") -> None:
    """Make a new key for each page and use it; what the others encrypted can still be read.

    statustext number-keys rotate
    """
    from statustext.adapters.data_keys import KEPT_FOR

    found = deployment.find(stack)
    keys = found.seals().keys
    for page in page_ids(found.table):
        key = keys.add(page)
        typer.echo(f"Key {key.number} encrypts the numbers of page {page} from now on.")
    everywhere = datetime.fromtimestamp(time.time() + KEPT_FOR, UTC)
    typer.echo(
        f"Warm functions use the one before until {everywhere:%Y-%m-%d %H:%M} UTC; then run"
        " `statustext number-keys reseal`."
    )


@app.command()
def reseal(stack: Stack = "statustext") -> None:
    """Encrypt anew what is in the clear, or encrypted with an older key. It may be broken off and
    run again; nobody is texted.

    statustext number-keys reseal
    """
    from statustext_cli.resealing import Resealed, reseal

    found = deployment.find(stack)
    counted = reseal(found.dynamodb, found.table, found.seals())
    typer.echo(
        f"{counted.total()} rows hold an address: {counted[Resealed.SEALED]} were in the clear,"
        f" {counted[Resealed.RESEALED]} had an older key, {counted[Resealed.CURRENT]} need nothing."
    )
    if counted[Resealed.CHANGED]:
        typer.echo(f"{counted[Resealed.CHANGED]} were changed meanwhile; run it once more.")
    if counted[Resealed.BROKEN]:
        typer.echo(f"{counted[Resealed.BROKEN]} cannot be opened; the log names them.", err=True)
        raise typer.Exit(1)
