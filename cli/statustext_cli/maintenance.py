"""`statustext maintenance …`: planned work, from its announcement to its end."""

from typing import Annotated, Any

import typer

from statustext_cli.incidents import Body, Components, IncidentId, Quiet, Yes
from statustext_cli.terminal import confirm, minute, session

app = typer.Typer(no_args_is_help=True, help="Planned work: announce it, begin it, end it.")


@app.command()
def schedule(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What is planned, as in 'Database upgrade'.")],
    begin: Annotated[str, typer.Option("--from", help="As in 2027-02-01T22:00:00Z.")],
    until: Annotated[str, typer.Option(help="As in 2027-02-01T23:00:00Z.")],
    body: Body = None,
    component: Components = None,
    quiet: Quiet = False,
    yes: Yes = False,
) -> None:
    """Announce a maintenance to those who want to hear of it.

    statustext maintenance schedule "Database upgrade" --from 2027-02-01T22:00:00Z \
--until 2027-02-01T23:00:00Z --component svc_api
    """
    given: dict[str, Any] = {"name": name, "scheduled_for": begin, "scheduled_until": until}
    if body:
        given["body"] = body
    if component:
        given["component_ids"] = component
    _publish(ctx, None, given, quiet=quiet, yes=yes)


@app.command()
def start(
    ctx: typer.Context,
    incident: IncidentId,
    body: Body = None,
    quiet: Quiet = False,
    yes: Yes = False,
) -> None:
    """Say that a maintenance has begun.

    statustext maintenance start 0frwxtbsbr91
    """
    _publish(ctx, incident, _step("in_progress", body), quiet=quiet, yes=yes)


@app.command()
def complete(
    ctx: typer.Context,
    incident: IncidentId,
    body: Body = None,
    quiet: Quiet = False,
    yes: Yes = False,
) -> None:
    """Say that a maintenance is over.

    statustext maintenance complete 0frwxtbsbr91
    """
    _publish(ctx, incident, _step("completed", body), quiet=quiet, yes=yes)


@app.command("list")
def list_maintenance(ctx: typer.Context) -> None:
    """Every maintenance, the newest first.

    statustext maintenance list
    """
    run = session(ctx)
    found = run.api.get("incidents/scheduled")
    rows = [
        (
            one["id"],
            one["name"],
            one["status"],
            minute(one["scheduled_for"]),
            minute(one["scheduled_until"]),
        )
        for one in found
    ]
    run.table(found, ("Id", "Name", "Status", "From (UTC)", "Until (UTC)"), rows)


def _step(status: str, body: str | None) -> dict[str, Any]:
    return {"status": status} | ({"body": body} if body else {})


def _publish(
    ctx: typer.Context, incident: str | None, given: dict[str, Any], *, quiet: bool, yes: bool
) -> None:
    run = session(ctx)
    if quiet:
        given["deliver_notifications"] = False
    else:
        confirm("This texts everybody whom it concerns. Publish it?", is_agreed=yes)
    method, path = ("PATCH", f"incidents/{incident}") if incident else ("POST", "incidents")
    shown = run.api.send(method, path, {"incident": given})
    run.show(shown, f"Maintenance {shown['id']} is {shown['status'].replace('_', ' ')}.")
