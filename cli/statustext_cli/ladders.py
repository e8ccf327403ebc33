"""`statustext ladders` and `rotations`: how an escalation climbs, and who takes turns."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from statustext_cli.api import WRONG_USE
from statustext_cli.terminal import Session, session

ladders = typer.Typer(no_args_is_help=True, help="How an unanswered escalation climbs.")
rotations = typer.Typer(no_args_is_help=True, help="Who takes turns on call.")

TEAM = "team"
Components = Annotated[
    list[str] | None,
    typer.Option("--component", help="For incidents of these; without any, for all others."),
]


@ladders.command("list")
def list_ladders(ctx: typer.Context) -> None:
    """Every ladder in words; the default is that of a page without one for all components.

    statustext ladders list
    """
    run = session(ctx)
    found = run.api.get(TEAM)
    run.show(found["ladders"], "\n".join(found["ladders_in_words"]))


@ladders.command("set")
def set_ladder(
    ctx: typer.Context,
    steps: Annotated[list[str], typer.Argument(help="CHANNEL:MINUTES, as in email:10; sms:30:1.")],
    component: Components = None,
    repeats: Annotated[int, typer.Option(help="How often all of it comes again.")] = 2,
    repeat_minutes: Annotated[int, typer.Option(help="Minutes from one time to the next.")] = 60,
) -> None:
    """Have incidents of some components climb so; sms:30:1 is the next after who is on call.

    statustext ladders set slack:0 sms:5 sms:15:1 --component svc_api
    """
    run = session(ctx)
    whose = _ids_of(component or (), run)
    made = {
        "steps": [_step(one) for one in steps],
        "components": whose,
        "repeats": repeats,
        "repeat_minutes": repeat_minutes,
    }
    _replace(run, [*_without(whose, run), made])


@ladders.command("remove")
def remove_ladder(ctx: typer.Context, component: Components = None) -> None:
    """Take the ladder of exactly these components away; without any, that for all others.

    statustext ladders remove --component svc_api
    """
    run = session(ctx)
    whose = _ids_of(component or (), run)
    left = _without(whose, run)
    if len(left) == len(run.api.get(TEAM)["ladders"]):
        typer.echo("There is no such ladder; statustext ladders list shows them.", err=True)
        raise typer.Exit(WRONG_USE)
    _replace(run, left)


def _replace(run: Session, given: list[Any]) -> None:
    made = run.api.send("PATCH", TEAM, {"ladders": given})
    run.show(made["ladders"], "\n".join(made["ladders_in_words"]))


def _without(whose: Sequence[str], run: Session) -> list[Any]:
    """All ladders but that of these components."""
    known = run.api.get(TEAM)["ladders"]
    return [one for one in known if set(one["components"]) != set(whose)]


def _ids_of(named: Sequence[str], run: Session) -> list[str]:
    """Ids of components that are named by id or key; what is unknown the API refuses."""
    known = {one["key"]: one["id"] for one in run.api.get("components")} if named else {}
    return [known.get(one, one) for one in named]


def _step(written: str) -> dict[str, Any]:
    channel, *numbers = written.split(":")
    if not 1 <= len(numbers) <= 2 or not all(one.isascii() and one.isdecimal() for one in numbers):
        typer.echo(f"Write a step as slack:0, email:10 or sms:30:1, not {written}.", err=True)
        raise typer.Exit(WRONG_USE)
    minutes, person = [int(one[:6]) for one in (*numbers, "0")][:2]
    return {"channel": channel, "after_minutes": minutes, "person": person}


@rotations.command("show")
def show_rotation(ctx: typer.Context) -> None:
    """Who takes turns, and when they hand over.

    statustext rotations show
    """
    run = session(ctx)
    found = run.api.get(TEAM)
    run.show(found["rotation"], _in_words(found))


@rotations.command("set")
def set_rotation(
    ctx: typer.Context,
    contacts: Annotated[list[str], typer.Argument(help="Ids of on-call phones, in their order.")],
    first_day: Annotated[str, typer.Option(help="When the first begins, as in 2027-01-18.")],
    days: Annotated[int, typer.Option(help="Of one's turn.")] = 7,
    time: Annotated[str, typer.Option(help="When they hand over, by the wall clock.")] = "09:00",
    timezone: Annotated[str, typer.Option(help="Of that clock.")] = "UTC",
) -> None:
    """Have on-call phones take turns; shifts that were taken over stay.

    statustext rotations set sub_5k2j8w0q7n4r1m3x --first-day 2027-01-18 --timezone Europe/Berlin
    """
    run = session(ctx)
    before = run.api.get(TEAM)["rotation"] or {}
    given = {
        "contacts": contacts,
        "first_day": first_day,
        "days": days,
        "time": time,
        "timezone": timezone,
        "overrides": before.get("overrides", []),
    }
    made = run.api.send("PATCH", TEAM, {"rotation": given})
    run.show(made["rotation"], _in_words(made))


@rotations.command("remove")
def remove_rotation(ctx: typer.Context) -> None:
    """Have nobody take turns: on-call phones are called in the order in which they were added.

    statustext rotations remove
    """
    run = session(ctx)
    made = run.api.send("PATCH", TEAM, {"rotation": {"contacts": [], "first_day": "2000-01-01"}})
    run.show(made["rotation"], _in_words(made))


def _in_words(found: Any) -> str:
    one = found["rotation"]
    if not one:
        return "Nobody takes turns: on-call phones are called in the order of the contacts."
    names = {contact["id"]: contact["name"] for contact in found["contacts"]}
    turns = ", ".join(names.get(contact, contact) for contact in one["contacts"])
    lines = [
        f"{turns}: {one['days']} days each from {one['first_day']},"
        f" handing over at {one['time']} ({one['timezone']})."
    ]
    lines += [
        f"{names.get(shift['contact'], shift['contact'])} takes over from {shift['starts_at']}"
        f" until {shift['ends_at']}."
        for shift in one["overrides"]
    ]
    return "\n".join(lines)
