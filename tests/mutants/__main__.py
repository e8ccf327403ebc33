"""Changes the pure rules by machine, one place at a time (mutmut): do unit tests alone notice each?

Those that nothing notices are listed with a reason in docs/mutants.md. Fails where fewer than 95 %
are noticed, where one is not listed, or where one that is listed was noticed after all. mutmut
leaves properties and constants alone; the bugs of `make teeth` are some of these.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local.configuration import ROOT

RULES = (
    "thread",
    "decision",
    "situation",
    "evidence",
    "going_along",
    "sender_rate",
    "segments",
    "opt_out",
    "quiet_hours",
)
"""Files of domain/. The decision is in four."""

TESTS = (
    "thread",
    "decision",
    "evidence",
    "subscriber",
    "sender_rate",
    "segments",
    "opt_out",
    "quiet_hours",
)
LISTED = ROOT / "docs" / "mutants.md"
ENOUGH = 0.95
SETTINGS = """
[tool.pytest.ini_options]
pythonpath = ["src", "."]
addopts = "--import-mode=importlib -p no:cacheprovider"

[tool.mutmut]
source_paths = ["src/"]
only_mutate = [{rules}]
pytest_add_cli_args_test_selection = [{tests}]
also_copy = ["local", "docs"]
use_git_change_detection = false
track_dependencies = false
"""


@dataclass(frozen=True)
class Survivor:
    """A change that no test noticed: in which file, and the lines before and after it."""

    file: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.file}: `{self.before}` → `{self.after}`"


def main(chosen: Sequence[str]) -> int:
    rules = [one for one in RULES if not chosen or one in chosen]
    with tempfile.TemporaryDirectory() as place:
        total, survivors = hunt(Path(place), rules)
    listed = set(re.findall(r"^- (.+: `.+` → `.+`)$", LISTED.read_text("utf-8"), re.MULTILINE))
    listed = {one for one in listed if one.partition(".py:")[0] in rules}
    found = {str(one) for one in survivors}
    share = 1 - len(survivors) / total
    for one in sorted(found - listed):
        _say(f"NOTHING NOTICED, and not listed: {one}")
    for one in sorted(listed - found):
        _say(f"Listed, but noticed or gone: {one}")
    _say(f"{total} mutants, {len(survivors)} not noticed: {share:.1%}")
    return int(share < ENOUGH or found != listed)


def hunt(place: Path, rules: Sequence[str]) -> tuple[int, list[Survivor]]:
    """How many mutants there are, and those that nothing noticed."""
    shutil.copytree(ROOT / "layers/core/python/statustext", place / "src" / "statustext")
    shutil.copytree(ROOT / "local", place / "local")
    shutil.copytree(ROOT / "docs", place / "docs")
    shutil.copytree(ROOT / "tests", place / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    settings = SETTINGS.format(
        rules=", ".join(f'"src/statustext/domain/{one}.py"' for one in rules),
        tests=", ".join(f'"tests/unit/test_{one}.py"' for one in TESTS),
    )
    (place / "pyproject.toml").write_text(settings, "utf-8")
    run = _mutmut(place, "run", "--max-children", "2")
    if run.returncode:
        raise RuntimeError(f"mutmut did not run:\n{run.stdout[-1000:]}{run.stderr[-1000:]}")
    names = dict(
        line.strip().split(": ")
        for line in _mutmut(place, "results", "--all", "true").stdout.splitlines()
        if ": " in line
    )
    unnoticed = [name for name, verdict in names.items() if verdict not in ("killed", "timeout")]
    return len(names), [_survivor(place, name) for name in unnoticed]


def _survivor(place: Path, name: str) -> Survivor:
    lines = _mutmut(place, "show", name).stdout.splitlines()
    changed = {sign: [] for sign in "-+"}  # type: dict[str, list[str]]
    for line in lines:
        if line[:1] in changed and line[:3] not in ("---", "+++"):
            changed[line[0]].append(line[1:].strip())
    file = name.split(".")[2] + ".py"
    return Survivor(file, " ".join(changed["-"]), " ".join(changed["+"]))


def _mutmut(place: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "mutmut", *words],
        cwd=place,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": "", "HOME": str(place)},
        check=False,
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
