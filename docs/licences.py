"""Writes docs/licences.md: the licence of every package that a lock names, as the package says.

    python docs/licences.py PYTHON PIP_LICENSES > docs/licences.md

PYTHON has the packages installed; PIP_LICENSES is the tool that reads what they declare.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FUNCTIONS = "layers/dependencies/requirements.txt"
COMMAND = "requirements/run.txt"
HEAD = (
    "# Licences\n\n"
    "Of what is shipped besides our own code, which is under MIT. `make licences` writes this page"
    " from the locks, by [pip-licenses](https://github.com/raimon49/pip-licenses); `.ci/run` fails"
    " where it is not what they say. Tools for development are not shipped, and not listed.\n"
)


def names(lock: str) -> set[str]:
    """The packages of a lock, as the index writes them."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {normal(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, flags=re.MULTILINE)}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def table(packages: set[str], known: dict[str, tuple[str, str]]) -> str:
    rows = [f"| {name} | {' | '.join(known[name])} |" for name in sorted(packages & set(known))]
    return "\n".join(["| package | version | licence |", "| --- | --- | --- |", *rows, ""])


def main(python: str, tool: str) -> None:
    told = subprocess.run(  # noqa: S603 (make's own words)
        [tool, "--python", python, "--from=mixed", "--format=json"],
        check=True,
        capture_output=True,
        text=True,
    )
    known = {
        normal(one["Name"]): (one["Version"], one["License"].replace("|", "/"))
        for one in json.loads(told.stdout)
    }
    functions, command = names(FUNCTIONS), names(COMMAND)
    missing = functions - set(known)
    if missing:
        sys.exit(f"Not installed, so of unknown licence: {', '.join(sorted(missing))}")
    sys.stdout.write(
        f"{HEAD}\n## In the functions\n\n{table(functions, known)}\n"
        f"## In the command and the local run besides\n\n{table(command - functions, known)}"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
