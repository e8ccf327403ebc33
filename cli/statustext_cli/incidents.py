"""`statustext incident …`: open one, say how it goes on, end it, and see who was told."""

import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from statustext_cli import previews
from statustext_cli.terminal import Session, confirm, minute, session

app = typer.Typer(no_args_is_help=True, help="Incidents: open, update, resolve, and who was told.")

IncidentId = Annotated[str, typer.Argument(help="The incident's id, as `incident list` shows it.")]
Body = Annotated[str | None, typer.Option(help="What people read.")]
Components = Annotated[
    list[str] | None,
    typer.Option("--component", help="A component's key or id, or key=state; may be repeated."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Text nobody.")]
IMPACT = "none, minor, major or critical; from the components' states where not given."


@app.command("open")
def open_incident(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What is wrong, as in 'API is down'.")],
    impact: Annotated[str | None, typer.Option(help=IMPACT)] = None,
    status: Annotated[str, typer.Option(help="Where it stands.")] = "investigating",
    body: Body = None,
    component: Components = None,
    quiet: Quiet = False,
    yes: Yes = False,
) -> None:
    """Open an incident and tell its subscribers.

    statustext incident open "API is down" --impact critical --component svc_api=major_outage
    """
    given = {"name": name, "impact_override": impact, "status": status, "body": body}
    _publish(ctx, None, given, component or [], quiet=quiet, yes=yes)


@app.command()
def update(
    ctx: typer.Context,
    incident: IncidentId,
    body: Body = None,
    status: Annotated[str | None, typer.Option(help="Where it stands now.")] = None,
    impact: Annotated[str | None, typer.Option(help=IMPACT)] = None,
    component: Components = None,
    quiet: Quiet = False,
    yes: Yes = False,
) -> None:
    """Say how an incident goes on.

    statustext incident update 0frwxtbsbr91 --status identified --body "A disk is full."
    """
    given = {"status": status, "body": body, "impact_override": impact}
    _publish(ctx, incident, given, component or [], quiet=quiet, yes=yes)


@app.command()
def resolve(
    ctx: typer.Context,
    incident: IncidentId,
    body: Body = None,
    component: Components = None,
    mended: Annotated[
        bool | None,
        typer.Option(
            "--mended/--not-mended",
            help="Whether its components are operational again; asked otherwise.",
        ),
    ] = None,
    quiet: Quiet = False,
    yes: Yes = False,
) -> None:
    """End an incident: those who were told of it are told so.

    statustext incident resolve 0frwxtbsbr91 --component svc_api=operational
    """
    given = {"status": "resolved", "body": body}
    named = component or []
    broken = [] if named else _still_broken(ctx, incident)
    if broken and mended is None:
        states = ", ".join(f"{one['name']} is {one['status']}" for one in broken)
        mended = sys.stdin.isatty() and typer.confirm(f"{states}. Operational again?")
    if broken and not mended:
        said = ", ".join(f"{one['key']} stays {one['status']}" for one in broken)
        typer.echo(f"{said}; --mended sets what an incident was about to operational.", err=True)
    states_now = {one["id"]: "operational" for one in broken} if mended else {}
    _publish(ctx, incident, given, named, states_now, quiet=quiet, yes=yes)


def _still_broken(ctx: typer.Context, incident: str) -> list[dict[str, Any]]:
    """The components of an incident that are not operational."""
    shown = session(ctx).api.get(f"incidents/{incident}")
    return [one for one in shown["components"] if one["status"] != "operational"]


@app.command()
def preview(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Of a new incident.")] = None,
    of: Annotated[str | None, typer.Option(help="The id of one that is open.")] = None,
    body: Body = None,
    status: Annotated[str | None, typer.Option(help="Where it stands.")] = None,
    impact: Annotated[str | None, typer.Option(help=IMPACT)] = None,
    component: Components = None,
) -> None:
    """Whom an update would reach, in which words, at what price. Nothing is published.

    statustext incident preview "API is down" --impact critical
    statustext incident preview --of 0frwxtbsbr91 --status resolved
    """
    run = session(ctx)
    given = {"name": name, "status": status, "body": body, "impact_override": impact}
    seen = _preview(run, of, _wanted(given, component or [], {}))
    run.show(seen, previews.in_words(seen))


def _publish(
    ctx: typer.Context,
    incident: str | None,
    given: dict[str, str | None],
    components: list[str],
    states_now: Mapping[str, str] | None = None,
    *,
    quiet: bool,
    yes: bool,
) -> None:
    run = session(ctx)
    wanted = _wanted(given, components, states_now or {})
    if quiet:
        wanted["deliver_notifications"] = False
    else:
        seen = _preview(run, incident, wanted)
        confirm(f"{previews.in_a_sentence(seen)} Publish it?", is_agreed=yes)
        wanted["confirm_token"] = seen["confirm_token"]
    method, path = ("PATCH", f"incidents/{incident}") if incident else ("POST", "incidents")
    shown = run.api.send(method, path, {"incident": wanted})
    run.show(shown, f"Incident {shown['id']} is {shown['status']}, impact {shown['impact']}.")


def _wanted(
    given: dict[str, str | None], components: list[str], states_now: Mapping[str, str]
) -> dict[str, Any]:
    wanted: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    pairs = [one.partition("=") for one in components]
    if ids := [key for key, _, _ in pairs]:
        wanted["component_ids"] = ids
    if states := {key: state for key, _, state in pairs if state} | dict(states_now):
        wanted["components"] = states
    return wanted


def _preview(run: Session, incident: str | None, wanted: dict[str, Any]) -> dict[str, Any]:
    path = f"incidents/{incident}/preview" if incident else "incidents/preview"
    return dict(run.api.send("POST", path, {"incident": wanted}))


@app.command("list")
def list_incidents(
    ctx: typer.Context,
    unresolved: Annotated[bool, typer.Option("--unresolved", help="Only those open.")] = False,
) -> None:
    """The newest incidents.

    statustext incident list --unresolved
    """
    run = session(ctx)
    found = run.api.get("incidents")
    if unresolved:
        found = [one for one in found if one["resolved_at"] is None]
    columns = ("Id", "Name", "Impact", "Status", "Opened (UTC)")
    rows = [
        (one["id"], one["name"], one["impact"], one["status"], minute(one["created_at"]))
        for one in found
    ]
    run.table(found, columns, rows)


@app.command()
def show(ctx: typer.Context, incident: IncidentId) -> None:
    """One incident with its updates, and how far each has got.

    statustext incident show 0frwxtbsbr91
    """
    run = session(ctx)
    found = run.api.get(f"incidents/{incident}")
    run.show(found, _in_words(found))


def _in_words(found: dict[str, Any]) -> str:
    lines = [f"{found['name']}: {found['status']}, impact {found['impact']}"]
    for one in found["incident_updates"]:
        lines.append(f"  {minute(one['created_at'])} {one['status']}: {one['body'] or ''}")
        if progress := one.get("progress"):
            lines.append(f"    {_progress_in_words(progress)}")
    return "\n".join(lines)


def _progress_in_words(progress: dict[str, Any]) -> str:
    """How far the telling is: what there is none of is left out."""
    looked = progress["shards_done"] / progress["shards"]
    said = [] if looked in (0, 1) else [f"{looked:.0%} of the subscribers looked at"]
    said += [
        f"{number} {name}"
        for name, number in progress.items()
        if isinstance(number, int) and number and name not in ("shards", "shards_done", "found")
    ]
    return ", ".join(said) or "nobody was told"


@app.command()
def report(
    ctx: typer.Context,
    incident: IncidentId,
    status: Annotated[str | None, typer.Option(help="Only those that stand so.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="As comma-separated values.")] = False,
    totals: Annotated[
        bool, typer.Option("--totals", help="How many, how soon, for how much; nobody's own line.")
    ] = False,
) -> None:
    """Who was told of an incident, who was not, and how each text ended.

    statustext incident report 0frwxtbsbr91 --status failed

    statustext incident report 0frwxtbsbr91 --totals
    """
    run = session(ctx)
    if totals:
        _totals(run, f"incidents/{incident}/report", csv=csv)
        return
    path = f"incidents/{incident}/deliveries"
    if csv:
        _write_csv(run, path, status)
        return
    rows = run.api.every("deliveries", path, status=status)
    columns = ("Number", "Update", "Status", "What became of it", "At (UTC)")
    shown = [
        (one["phone"], one["update"], one["status"], one["in_words"], minute(one["at"]))
        for one in rows
    ]
    run.table(rows, columns, shown)


def _totals(run: Session, path: str, *, csv: bool) -> None:
    if csv:
        reply = run.api.call("GET", path, None, {}, {"Accept": "text/csv"})
        typer.echo(reply.text, nl=False)
        return
    found = run.api.get(path)
    parts = [*found["updates"], {"update": "total", **found["total"]}]
    run.table(found, TOTALS, [_total(one) for one in parts])


TOTALS = (
    "Update",
    "Told",
    "Delivered",
    "Failed",
    "Skipped",
    "Waiting",
    "Until (UTC)",
    "t50 s",
    "t95 s",
    "US dollars",
)


def _total(of: dict[str, Any]) -> tuple[Any, ...]:
    why = [
        "\n".join(f"{number} {reason}" for reason, number in of[name].items())
        for name in ("failed", "skipped")
    ]
    rest = (of["waiting"], minute(of["held_until"]), of["t50_seconds"], of["t95_seconds"])
    return (of["update"], of["told"], of["delivered"], *why, *rest, of["usd"])


def _write_csv(run: Session, path: str, status: str | None) -> None:
    cursor: str | None = None
    while True:
        query = {"status": status, "cursor": cursor}
        reply = run.api.call("GET", path, None, query, {"Accept": "text/csv"})
        typer.echo(reply.text, nl=False)
        cursor = reply.headers.get("X-Next-Cursor")
        if not cursor:
            return


@app.command()
def recall(
    ctx: typer.Context,
    incident: IncidentId,
    number: Annotated[int, typer.Argument(help="The number of the update, from 1.", min=1)],
) -> None:
    """Stop telling one update: what is not with the carrier yet is not sent.

    statustext incident recall 0frwxtbsbr91 2
    """
    run = session(ctx)
    shown = run.api.send("POST", f"incidents/{incident}/updates/{number}/recall")
    run.show(shown, f"Update {number} of {incident} is recalled.")
