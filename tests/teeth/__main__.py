"""Puts one deliberate bug at a time into a copy of the program, and has the suites find it.

    make teeth                     all of them
    python -m tests.teeth rank     those whose name holds a word

Prints a table, and fails where nothing noticed a bug, where its text is found no more, or where
tests fail without any bug. Works in a directory of its own, which is gone afterwards.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.teeth.bugs import BUGS, Bug

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv*", ".aws-sam", ".cache", ".*_cache", ".hypothesis", "__pycache__"
)
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+?(?:\[.*?\])?)(?: - .*)?$", re.MULTILINE)

LONGEST = 900
"""Seconds after which a suite that does not end is ended. A bug is not noticed by waiting."""

PASSED, SOME_FAILED = 0, 1
"""Exit codes of pytest: https://docs.pytest.org/en/stable/reference/exit-codes.html"""


class StaleBugError(Exception):
    """The text that a bug replaces does not stand in its file, or more than once."""


class NoVerdictError(Exception):
    """pytest did not get as far as running tests: one was not found, or a bug broke an import."""


@dataclass(frozen=True)
class Found:
    """What noticed a bug ("" for nothing), and after how many seconds."""

    test: str
    seconds: float


@dataclass(frozen=True)
class Copy:
    """The program in a directory of its own. `known` are tests that fail there without any bug."""

    root: Path
    known: frozenset[str] = frozenset()

    @contextmanager
    def with_bug(self, bug: Bug) -> Iterator[None]:
        """The bug is in the program meanwhile. Raises StaleBugError."""
        path = self.root / bug.file
        before = path.read_text("utf-8")
        path.write_text(changed(before, bug), "utf-8")
        try:
            yield
        finally:
            path.write_text(before, "utf-8")

    def failures(self, suites: Sequence[str], *options: str) -> list[str]:
        """Tests of these files that fail, and did not before. Raises NoVerdictError."""
        temporary = self.root.parent / "temporary"
        temporary.mkdir(exist_ok=True)
        environment = {
            **os.environ,
            "PYTHONPATH": f"{self.root / 'layers/core/python'}:{self.root}",
            "PYTHONDONTWRITEBYTECODE": "1",  # a file changed twice a second has one time stamp
            "TMPDIR": str(temporary),
            "STATUSTEXT_AWS": "lean",
        }
        run = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no"),
                *options,
                *(f"--deselect={test}" for test in sorted(self.known)),
                *suites,
            ],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
        )
        failed = FAILED.findall(run.stdout)
        if run.returncode == PASSED:
            return []
        if run.returncode == SOME_FAILED and failed:
            return failed
        raise NoVerdictError(f"{' '.join(suites)}:\n{run.stdout[-1000:]}{run.stderr[-1000:]}")


def changed(source: str, bug: Bug) -> str:
    """The file with the bug in it. Raises StaleBugError."""
    for old, new in bug.edits:
        if source.count(old) != 1:
            raise StaleBugError(
                f"{bug.name}: {bug.file} has {source.count(old)} times this:\n{old}"
            )
        source = source.replace(old, new)
    return source


def hunt(copy: Copy, bug: Bug) -> Found:
    """Run a bug's suites one after the other until a test notices. Raises NoVerdictError."""
    began = time.monotonic()
    with copy.with_bug(bug):
        for suite in bug.suites:
            if failed := copy.failures([suite], "-x"):
                return Found(failed[0], time.monotonic() - began)
    return Found("", time.monotonic() - began)


def main(words: Sequence[str]) -> int:
    """The table; the exit status. Raises StaleBugError and NoVerdictError."""
    began = time.monotonic()
    chosen = [bug for bug in BUGS if all(word in bug.name for word in words)]
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "program"
        shutil.copytree(ROOT, root, ignore=NOT_COPIED)
        for bug in chosen:  # all, before any suite is run
            changed((root / bug.file).read_text("utf-8"), bug)
        known = frozenset(
            Copy(root).failures(sorted({one for bug in chosen for one in bug.suites}))
        )
        for test in sorted(known):
            _say(f"FAILS WITHOUT ANY BUG, and is not asked: {test}")
        missed = 0
        for bug in chosen:
            try:
                found = hunt(Copy(root, known), bug)
            except (NoVerdictError, subprocess.TimeoutExpired) as error:
                _say(f"{error}")
                found = Found("", 0.0)
            missed += not found.test
            _say(f"{bug.name:66} {bug.file.rpartition('statustext/')[2]:26} {found.seconds:5.1f} s")
            _say(f"    {found.test or 'NOTHING NOTICED'}")
    took = time.monotonic() - began
    _say(f"{len(chosen)} bugs, {len(chosen) - missed} noticed, in {took:.0f} seconds")
    return 1 if missed or known else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the copy is to be removed
    try:
        sys.exit(main(sys.argv[1:]))
    except (StaleBugError, NoVerdictError, subprocess.TimeoutExpired) as error:
        sys.exit(f"{error}")
