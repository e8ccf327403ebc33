"""`statustext alerts …`, `rules …` and `drafts …`: what monitoring says, and what becomes of it."""

import json
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from statustext.domain.alerts.alert import Source
from statustext_cli.api import WRONG_USE
from statustext_cli.terminal import minute, session

alerts = typer.Typer(no_args_is_help=True, help="What monitoring says.")
rules = typer.Typer(no_args_is_help=True, help="What becomes of alerts.")
drafts = typer.Typer(no_args_is_help=True, help="Incidents that alerts would open.")

File = Annotated[Path, typer.Argument(help="A JSON file.")]
DraftId = Annotated[str, typer.Argument(help="Its id, as `drafts list` shows it.")]


@alerts.command("list")
def list_alerts(ctx: typer.Context) -> None:
    """Every alert as it was last heard of, and how many bodies nobody understood.

    statustext alerts list
    """
    run = session(ctx)
    found = run.api.every("alerts", "alerts")
    rows = [
        (one["id"], one["state"], one["level"], minute(one["heard_at"]), one["title"])
        for one in found
    ]
    run.table(found, ("Id", "State", "Level", "Heard (UTC)", "Title"), rows)


@alerts.command()
def unread(ctx: typer.Context) -> None:
    """The newest bodies that nobody understood, and why.

    statustext alerts unread
    """
    run = session(ctx)
    found = run.api.get("alerts")["not_understood"]
    rows = [(minute(one["heard_at"]), one["source"], one["reason"], one["body"]) for one in found]
    run.table(found, ("Heard (UTC)", "Source", "Why", "Body"), rows)


@alerts.command()
def show(
    ctx: typer.Context,
    alert: Annotated[str, typer.Argument(help="Its id, as `alerts list` shows it.")],
) -> None:
    """One alert, with its labels.

    statustext alerts show alertmanager-5c1f0a9b3d2e4f60
    """
    run = session(ctx)
    one = run.api.get("alerts", id=alert)
    lines = [f"{one['title']} ({one['level']}, {one['state']}, by {one['source']})"]
    lines += [f"  {name}: {value}" for name, value in one["labels"].items()]
    lines += [f"  rule: {one['rule'] or 'none'}"]
    run.show(one, "\n".join(lines))


@alerts.command("try")
def try_alerts(
    ctx: typer.Context,
    file: File,
    source: Annotated[Source, typer.Option(help="Who would send it.")],
    with_rules: Annotated[
        Path | None, typer.Option("--rules", help="Rules in place of the page's own.")
    ] = None,
) -> None:
    """Say what would become of a body's alerts. Nothing is done.

    statustext alerts try body.json --source alertmanager
    """
    run = session(ctx)
    asked = {"source": source.value, "body": _read(file)}
    if with_rules:
        asked["rules"] = _rules(_read(with_rules))
    tried = run.api.send("POST", "alert_rules/try", asked)
    lines = [_told(one) for one in tried["alerts"]]
    lines += [f"Not understood: {reason}" for reason in tried["not_understood"]]
    run.show(tried, "\n".join(lines) or "It says nothing.")


@alerts.command()
def sign(
    ctx: typer.Context,
    source: Annotated[Source, typer.Argument(help="Who signs.")],
    secrets: Annotated[
        Path | None, typer.Argument(help="A file with its secret; two lines while it is changed.")
    ] = None,
) -> None:
    """Take what a source posts only if it is signed; without a file, by its key alone again.

    statustext alerts sign pagerduty secret.txt
    """
    run = session(ctx)
    listed = _text(secrets).split() if secrets else []
    made = run.api.send("PUT", f"alerts/{source.value}", {"signing_secrets": listed})
    must = "must be signed" if made["must_be_signed"] else "is taken by its key alone"
    run.show(made, f"What {source.value} posts {must}.")


def _told(one: dict[str, Any]) -> str:
    rule = f"rule {one['rule']}" if one["rule"] else "no rule"
    told = f"{one['title']} ({one['level']}, {one['state']}; {rule}): {one['does']}"
    if not one["incident"]:
        return told + "."
    parts = ", ".join(f"{key} {state}" for key, state in one["incident"]["components"].items())
    return f"{told}, {one['incident']['impact']}, {parts or 'no component'}."


@rules.command("show")
def show_rules(ctx: typer.Context) -> None:
    """The page's rules as JSON; edit them and `rules set` them.

    statustext rules show
    """
    run = session(ctx)
    found = run.api.get("alert_rules")
    run.show(found, json.dumps(found, indent=2, ensure_ascii=False))


@rules.command("set")
def set_rules(ctx: typer.Context, file: File) -> None:
    """Replace the page's rules by those of a file. Needs a key of scope admin.

    statustext rules set rules.json
    """
    run = session(ctx)
    made = run.api.send("PUT", "alert_rules", {"rules": _rules(_read(file))})
    run.show(made, f"The page has {len(made['rules'])} rules; the first that fits decides.")


@drafts.command("list")
def list_drafts(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Not only those that wait.")] = False,
) -> None:
    """Drafts that wait for somebody, the newest first.

    statustext drafts list
    """
    run = session(ctx)
    found = run.api.get("drafts", state=None if every else "waiting")["drafts"]
    rows = [
        (one["id"], one["state"], one["impact"], minute(one["opened_at"]), one["name"])
        for one in found
    ]
    run.table(found, ("Id", "State", "Impact", "Opened (UTC)", "Name"), rows)


@drafts.command()
def publish(
    ctx: typer.Context,
    draft: DraftId,
    name: Annotated[str | None, typer.Option(help="In place of its own.")] = None,
    body: Annotated[str | None, typer.Option(help="The first update's words.")] = None,
    confirm_token: Annotated[
        str | None, typer.Option(help="Of a preview, where the page asks for it.")
    ] = None,
) -> None:
    """Make a draft an incident, which tells people.

    statustext drafts publish 63054458f9758b4a-1 --name "Orders are slow"
    """
    run = session(ctx)
    given = {"name": name, "body": body, "confirm_token": confirm_token}
    asked = {field: value for field, value in given.items() if value is not None}
    made = run.api.send("POST", f"drafts/{quote(draft, safe='')}/publish", asked)
    run.show(made, f"It is incident {made['incident_id']}, {made['impact']}: {made['name']}")


@drafts.command()
def discard(ctx: typer.Context, draft: DraftId) -> None:
    """Let a draft be none; while its alerts go on, they open no other for a day.

    statustext drafts discard 63054458f9758b4a-1
    """
    run = session(ctx)
    made = run.api.send("POST", f"drafts/{quote(draft, safe='')}/discard", None)
    run.show(made, f"Discarded: {made['name']}")


def _read(file: Path) -> Any:
    try:
        return json.loads(_text(file))
    except ValueError as error:
        typer.echo(f"{file} cannot be read: {error}.", err=True)
        raise typer.Exit(WRONG_USE) from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        typer.echo(f"{file} cannot be read: {error}.", err=True)
        raise typer.Exit(WRONG_USE) from None


def _rules(given: Any) -> Any:
    return given["rules"] if isinstance(given, dict) and "rules" in given else given
