"""`statustext suppressions …`: numbers that must not be texted."""

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from statustext_cli.api import REFUSED, WRONG_USE
from statustext_cli.subscribers import reached
from statustext_cli.terminal import Session, minute, progress_bar, session

app = typer.Typer(no_args_is_help=True, help="Numbers that must not be texted.")

Number = Annotated[str, typer.Argument(help="In full, as in +15551234567.")]
Reason = Annotated[str, typer.Option(help="Why, for the audit trail.")]


def _path(run: Session) -> str:
    return f"/api/v1/orgs/{run.api.page}/sms/suppressions"


@app.command("list")
def list_suppressions(ctx: typer.Context) -> None:
    """Every suppressed number, masked, with why and since when.

    statustext suppressions list
    """
    run = session(ctx)
    found = run.api.every("suppressions", _path(run))
    rows = [(reached(one), one["reason"], minute(one["since"]), one["subscriber"]) for one in found]
    run.table(found, ("Phone", "Reason", "Since (UTC)", "Subscriber"), rows)


@app.command()
def add(ctx: typer.Context, number: Number, reason: Reason) -> None:
    """Never text a number.

    statustext suppressions add +15551234567 --reason "asked by e-mail"
    """
    run = session(ctx)
    made = run.api.send("POST", _path(run), {"phone": number, "reason": reason})
    run.show(made, f"{made['phone'] or made['subscriber']} is not texted any more.")


@app.command()
def remove(ctx: typer.Context, number: Number, reason: Reason) -> None:
    """Lift a suppression that an operator made; the number is not subscribed by that.

    statustext suppressions remove +15551234567 --reason "it was a mistake"
    """
    run = session(ctx)
    path = f"{_path(run)}/{quote(number, safe='')}"
    run.api.call("DELETE", path, None, {"reason": reason})
    run.show({"suppressed": False}, "The number may subscribe again.")


@app.command()
def reviews(ctx: typer.Context) -> None:
    """Replies that may have been opt-outs, and whether each was obeyed as one.

    statustext suppressions reviews
    """
    run = session(ctx)
    found = run.api.every("reviews", _reviews(run))
    rows = [
        (one["id"], minute(one["at"]), "yes" if one["opted_out"] else "no", one["said"])
        for one in found
    ]
    run.table(found, ("Id", "At (UTC)", "Opted out", "They wrote"), rows)


@app.command()
def review(
    ctx: typer.Context,
    reply: Annotated[str, typer.Argument(help="Its id, as `reviews` lists it.")],
    opt_out: Annotated[
        bool, typer.Option("--opt-out/--no-opt-out", help="Whether it was an opt-out.")
    ],
) -> None:
    """Say whether a reply was an opt-out: the number is suppressed, or has its texts back.

    statustext suppressions review 01800000000-SM0123 --no-opt-out
    """
    run = session(ctx)
    act = "confirm" if opt_out else "undo"
    made = run.api.send("POST", f"{_reviews(run)}/{quote(reply, safe='')}/{act}", None)
    is_not = "is not texted" if made["suppressed"] else "is not suppressed by it"
    run.show(made, f"{made['subscriber']} {is_not}.")


def _reviews(run: Session) -> str:
    return f"/api/v1/orgs/{run.api.page}/sms/reviews"


@app.command("import")
def import_suppressions(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A CSV file; the first column is the number.")],
    reason: Reason,
) -> None:
    """Suppress every number of a file. Doing it again changes nothing.

    statustext suppressions import opted-out.csv --reason "opted out at the old provider"
    """
    run = session(ctx)
    try:
        lines = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
    except (OSError, UnicodeError, csv.Error) as error:
        typer.echo(f"{file} cannot be read: {error}.", err=True)
        raise typer.Exit(WRONG_USE) from None
    numbers = [(at, cells[0]) for at, cells in enumerate(lines, 1) if cells and cells[0].strip()]
    if numbers and not any(sign.isdigit() for sign in numbers[0][1]):
        numbers = numbers[1:]  # the header
    counts: Counter[str] = Counter()
    refused: list[int] = []
    with progress_bar() as progress:
        task = progress.add_task("Suppressing", total=len(numbers))
        for at, number in numbers:
            asked = {"phone": number, "reason": reason}
            reply = run.api.call("POST", _path(run), asked, {}, also=(409, 422))
            outcome = {201: "suppressed", 409: "already_suppressed"}.get(reply.status, "refused")
            counts[outcome] += 1
            refused += [at] * (outcome == "refused")
            progress.update(task, advance=1)
    said = ", ".join(f"{number} {outcome}" for outcome, number in counts.most_common())
    told = [f"{said or 'The file has no numbers'}."]
    told += [f"  line {at}: is no number in full, as in +15551234567." for at in refused]
    run.show({"counts": counts, "refused_lines": refused}, "\n".join(told))
    if refused:
        raise typer.Exit(REFUSED)
