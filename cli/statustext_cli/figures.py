"""`statustext usage`: what is used of a page's quotas."""

from typing import Any

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


UNITS = ("texts", "segments", "usd")


def _part(of: dict[str, Any]) -> str:
    if of["used"] is None:
        return "-"
    return f"{of['used']}" if of["quota"] is None else f"{of['used']} of {of['quota']}"


def _sms(run: Session) -> str:
    return f"/api/v1/orgs/{run.api.page}/sms"
