"""What every command needs of the shell it runs in: the API, the page, tables or JSON."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from statustext_cli.api import WRONG_USE, Api
from statustext_cli.profiles import Profile

WIDE = 200
"""Columns where the output is no terminal: a file or another program wraps nothing."""


def console() -> Console:
    """Standard output, as wide as it is."""
    return Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)


@dataclass(frozen=True)
class Session:
    """One run of the command: whom it calls, and whether it answers in JSON. `doctor` alone reads
    the `profile` itself."""

    api: Api
    as_json: bool = False
    profile: Profile = field(default_factory=Profile)

    def show(self, answer: Any, sentence: str) -> None:
        """An answer, for a program; for people a sentence in its place."""
        typer.echo(_json(answer) if self.as_json else sentence)

    def table(self, answer: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """An answer, for a program; for people rows below their columns."""
        if self.as_json:
            typer.echo(_json(answer))
            return
        drawn = Table(*columns, box=None, pad_edge=False)
        for row in rows:
            drawn.add_row(*("" if cell is None else str(cell) for cell in row))
        console().print(drawn, markup=False)


def session(ctx: typer.Context) -> Session:
    """The session that the program's own flags made."""
    found = ctx.find_object(Session)
    if found is None:
        raise typer.Exit(WRONG_USE)
    return found


def confirm(question: str, *, is_agreed: bool) -> None:
    """Ask before something is done that cannot be undone; `--yes` agrees beforehand."""
    if is_agreed:
        return
    if not sys.stdin.isatty():
        typer.echo(f"{question} Add --yes to agree.", err=True)
        raise typer.Exit(WRONG_USE)
    typer.confirm(question, abort=True)


def progress_bar() -> Progress:
    """On standard error, and only where somebody looks."""
    shown = Console(stderr=True)
    return Progress(console=shown, disable=not shown.is_terminal, transient=True)


def minute(moment: str | None) -> str:
    """A moment of the API's, to the minute, in UTC."""
    return "" if moment is None else moment[:16].replace("T", " ")


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 segment, 2 segments."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _json(answer: Any) -> str:
    return json.dumps(answer, indent=2, ensure_ascii=False)
