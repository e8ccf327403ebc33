"""Each command is in the walk that docs/command.md shows."""

from pathlib import Path

import typer

from statustext_cli.command import app

WALK = (Path(__file__).parents[1] / "functional" / "command_walk.txt").read_text(encoding="utf-8")
ELSEWHERE = {"doctor", "import statuspage", "completion", "code-keys remove", "undo"}
"""Not part of the walk: see above, and what needs a day to pass or an id of a change before."""


def _commands(words: tuple[str, ...], command: object) -> set[str]:
    below = getattr(command, "commands", {})
    if not below:
        return {" ".join(words)}
    return {found for name, one in below.items() for found in _commands((*words, name), one)}


def test_the_walk_leaves_nothing_out() -> None:
    every = _commands((), typer.main.get_command(app))
    walked = {
        one for one in every if f"$ statustext {one}\n" in WALK or f"$ statustext {one} " in WALK
    }
    assert every - walked == ELSEWHERE
