"""`statustext usage` and `statustext stats`: what is used of quotas, and all texts by day."""

from typing import Annotated, Any

import typer

from statustext_cli.terminal import Session, minute, session


def usage(ctx: typer.Context) -> None:
    """What is used of the page's quotas. Example: statustext usage"""
    run = session(ctx)
    found = run.api.get(f"{_sms(run)}/usage")
    rows = [
        (one["window"], *(_part(one[unit]) for unit in UNITS), minute(one["ends_at"]))
        for one in found["windows"]
    ]
    run.table(found, ("Window", "Texts", "Segments", "US dollars", "Ends (UTC)"), rows)
    if not run.as_json and not found["is_metered"]:
        typer.echo("The page has no quota, so nothing is counted. Set one under limits.")


def stats(
    ctx: typer.Context,
    first: Annotated[str | None, typer.Option("--from", help="The first day.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="The last day; today.")] = None,
) -> None:
    """Texts by day, and what they cost. Example: statustext stats --from 2027-01-01"""
    run = session(ctx)
    found = run.api.get(f"{_sms(run)}/stats", **{"from": first, "to": last})
    rows = [_row(one["day"], one) for one in found["days"]]
    run.table(found, COLUMNS, [*rows, _row("total", found["total"])])


COLUMNS = ("Day", "Texts", "Delivered", "Not delivered", "Segments", "US dollars", "p50 s", "p95 s")
BAD_ENDS = ("undelivered", "failed")


def _row(name: str, of: dict[str, Any]) -> tuple[Any, ...]:
    states = of["states"]
    bad = sum(states.get(one, 0) for one in BAD_ENDS)
    cost = (of["segments"], of["usd"], of["p50_seconds"], of["p95_seconds"])
    return (name, of["texts"], states.get("delivered", 0), bad, *cost)


UNITS = ("texts", "segments", "usd")


def _part(of: dict[str, Any]) -> str:
    if of["used"] is None:
        return "-"
    return f"{of['used']}" if of["quota"] is None else f"{of['used']} of {of['quota']}"


def _sms(run: Session) -> str:
    return f"/api/v1/orgs/{run.api.page}/sms"
