"""`statustext codes …`: codes texted and entered, and where they are paused."""

from typing import Annotated
from urllib.parse import quote

import typer

from statustext_cli.terminal import Session, minute, session

app = typer.Typer(no_args_is_help=True, help="Codes texted and entered, and where they are paused.")


def _path(run: Session) -> str:
    return f"/api/v1/orgs/{run.api.page}/sms/codes"


@app.command("list")
def list_codes(ctx: typer.Context) -> None:
    """Today's codes by prefix and country (UTC).

    statustext codes list
    """
    run = session(ctx)
    found = run.api.every("counts", _path(run))
    rows = [(one["scope"], str(one["sent"]), str(one["entered"])) for one in found]
    run.table(found, ("Numbers", "Sent", "Entered"), rows)


@app.command()
def paused(ctx: typer.Context) -> None:
    """Prefixes and countries that get no codes, as too few were entered.

    statustext codes paused
    """
    run = session(ctx)
    found = run.api.send("GET", _path(run), None)["paused"]
    rows = [
        (
            one["scope"],
            str(one["sent"]),
            str(one["entered"]),
            minute(one["since"]),
            minute(one["until"]),
        )
        for one in found
    ]
    run.table(found, ("Numbers", "Sent", "Entered", "Since (UTC)", "Until (UTC)"), rows)


@app.command()
def resume(
    ctx: typer.Context,
    scope: Annotated[str, typer.Argument(help="As `paused` lists it: +1555201 or GB.")],
    reason: Annotated[str, typer.Option(help="Why, for the audit trail.")],
) -> None:
    """Text codes to a prefix or country again.

    statustext codes resume +1555201 --reason "phones of one company"
    """
    run = session(ctx)
    run.api.call("DELETE", f"{_path(run)}/paused/{quote(scope, safe='')}", None, {"reason": reason})
    run.show({"scope": scope, "paused": False}, f"Codes to {scope} are texted again.")
