"""`statustext subscribers import` and `export`: many at once, with progress."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from statustext_cli.api import REFUSED, WRONG_USE
from statustext_cli.terminal import confirm, progress_bar, session

LIST = "/api/sms/subscribers"
ROWS = 100
"""Of one call, as many as the API takes."""


def export_subscribers(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    form: Annotated[str, typer.Option("--format", help="csv or jsonl.")] = "csv",
) -> None:
    """Write everybody with numbers and addresses in full to a file that only you can read.

    statustext subscribers export subscribers.csv
    """
    run = session(ctx)
    cursor: str | None = None
    count = 0
    try:
        file.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        typer.echo(f"{file} cannot be made: {error.strerror}.", err=True)
        raise typer.Exit(WRONG_USE) from None
    with file.open("w", encoding="utf-8", newline="") as written, progress_bar() as progress:
        task = progress.add_task("Exporting", total=None)
        while cursor != "":
            query = {"format": form, "cursor": cursor}
            reply = run.api.call("GET", f"{LIST}/export", None, query, {"Accept": "*/*"})
            written.write(reply.text)
            count += reply.text.count("\n") - (form == "csv" and cursor is None)
            cursor = reply.headers.get("X-Next-Cursor", "")
            progress.update(task, completed=count)
    run.show({"file": str(file), "subscribers": count}, f"{count} subscribers are in {file}.")


def import_subscribers(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A CSV file with a header; phone or email.")],
    source: Annotated[str | None, typer.Option(help="Where they agreed, as 'paper form'.")] = None,
    statement: Annotated[str | None, typer.Option(help="What they agreed to.")] = None,
    obtained_at: Annotated[str | None, typer.Option(help="When, as in 2027-01-15.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Add people who agreed elsewhere. Nobody is texted; who said no stays out.

    statustext subscribers import old.csv --source "old provider" --statement "Text me." \
--obtained-at 2026-05-01 --dry-run
    """
    run = session(ctx)
    header, rows = _read(file)
    if not dry_run:
        confirm(f"Import {len(rows)} numbers into page {run.api.page}?", is_agreed=yes)
    given: dict[str, Any] = {"dry_run": dry_run}
    if source or statement or obtained_at:
        given["consent"] = {"source": source, "statement": statement, "obtained_at": obtained_at}
    report: list[dict[str, Any]] = []
    with progress_bar() as progress:
        task = progress.add_task("Importing", total=len(rows))
        for first in range(0, len(rows), ROWS):
            part = rows[first : first + ROWS]
            asked = {**given, "csv": _written([header, *(cells for _, cells in part)])}
            lines = [line for line, _ in part]
            found = run.api.send("POST", f"{LIST}/import", asked)["rows"]
            report += ({**one, "line": lines[at]} for at, one in enumerate(found))
            progress.update(task, advance=len(part))
    counts = Counter(one["outcome"] for one in report)
    said = ", ".join(f"{number} {outcome}" for outcome, number in counts.most_common())
    told = [f"{'Would be: ' if dry_run else ''}{said or 'The file has no rows'}."]
    told += [f"  line {one['line']}: {one['reason']}" for one in report if one["reason"]]
    run.show({"dry_run": dry_run, "counts": counts, "rows": report}, "\n".join(told))
    if counts["refused"]:
        raise typer.Exit(REFUSED)


def _read(file: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """A file's header and its rows, each with the line it ends on."""
    try:
        reader = csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
        found = [(reader.line_num, cells) for cells in _filled(reader)]
    except (OSError, UnicodeError, csv.Error) as error:
        typer.echo(f"{file} cannot be read: {error}.", err=True)
        raise typer.Exit(WRONG_USE) from None
    if not found:
        typer.echo(f"{file} is empty.", err=True)
        raise typer.Exit(WRONG_USE)
    return found[0][1], found[1:]


def _filled(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    return (cells for cells in rows if cells)


def _written(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
