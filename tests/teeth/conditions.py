"""Leaves out each term of each write's condition, one at a time, and has the suites find it.

    make teeth-conditions                         those that tests/functional/conditions meets
    make teeth-conditions WORD=claims             of these the ones whose name holds a word
    make teeth-conditions SUITES=tests/functional all that any functional test meets

One run of the suites notes which terms there are, and which tests meet a row of which the write's
condition says something else without the term (tests/teeth/dropped_term.py): no other test can
notice. Then each term is left out, and those tests are run, the quickest first, until one fails.
Fails where none does and tests/teeth/explained.py does not say why, and where it explains a term
that is noticed or that no write has. What was found is kept in RESULTS until a file of the program
or of the tests changes, so that a run that was broken off goes on where it was.
"""

import argparse
import contextlib
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.teeth.__main__ import FAILED, PASSED, ROOT, SOME_FAILED
from tests.teeth.dropped_term import DROPPED, NOTED, sites_noted
from tests.teeth.explained import EXPLAINED

USUAL = "tests/functional/conditions"
"""tests/teeth/test_terms.py holds that each write with a condition is there."""
NOT_ASKED = ("test_local_run", "test_fake_twilio", "test_bad_input", "test_openapi_conformance")
PROGRAM = ("layers/core/python", "functions", "cli", "local", "tests", "template.yaml")
RESULTS = ROOT / ".cache" / "teeth-conditions.json"
OPTIONS = ("-q", "--tb=no", "-p", "no:cacheprovider", "-p", "tests.teeth.dropped_term")
IMPORTED = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
"""That a plugin of pytest was imported by the process before."""
LONGEST = 3600
"""Seconds after which a run of tests that does not end is ended."""


@dataclass
class Results:
    """What a run found so far, `of` a directory of suites and files with this digest."""

    of: str
    known: list[str] = field(default_factory=list)
    """Tests that fail with every term in its place, and are not asked."""
    told: dict[str, list[str]] = field(default_factory=dict)
    """By term, the tests that may notice that it is left out, the quickest first."""
    noticed: dict[str, str] = field(default_factory=dict)
    """By term, the test that did, or ""."""

    def keep(self) -> None:
        """So that a run that is broken off goes on from here."""
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(asdict(self)), "utf-8")


def kept(of: str) -> Results:
    """What a run before found of the same suites and files; nothing where they changed."""
    try:
        found = Results(**json.loads(RESULTS.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return Results(of)
    return found if found.of == of else Results(of)


def digest() -> str:
    """Of all files that a test may read."""
    made = hashlib.sha256()
    for place in PROGRAM:
        within = sorted((ROOT / place).rglob("*")) if (ROOT / place).is_dir() else [ROOT / place]
        for path in within:
            if path.is_file() and path.suffix != ".pyc":
                made.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return made.hexdigest()


def run(tests: Sequence[str], *options: str, **environment: str) -> list[str]:
    """The tests of these that fail. Raises RuntimeError where pytest did not get to run them.

    In a fork of this process, which may have imported what a run needs.
    """
    sys.stdout.flush()
    with tempfile.TemporaryFile("w+") as said:
        child = os.fork()
        if not child:
            _become_pytest(said.fileno(), [*options, *tests], environment)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        output = said.read()
    return failed_of(code, output)


def failed_of(code: int, output: str) -> list[str]:
    """The tests that pytest says failed. Raises RuntimeError where it did not get to run them."""
    if code not in (PASSED, SOME_FAILED):
        raise RuntimeError(f"pytest ended with {code}:\n{output[-2000:]}")
    return FAILED.findall(output)


def import_all(directory: str) -> None:
    """Have pytest import itself and the tests, which is most of the work of a short run."""
    with sites_noted(), contextlib.redirect_stdout(io.StringIO()):
        pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", str(ROOT / directory)])


def _become_pytest(output: int, options: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    code = -1
    try:
        signal.alarm(LONGEST)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.environ.update(environment, STATUSTEXT_AWS="lean")
        code = int(pytest.main([*OPTIONS, *IMPORTED, f"--rootdir={ROOT}", *options]))
    except Exception:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


@dataclass(frozen=True)
class Noted:
    """Who can tell which term, how long each test took (seconds), and what failed."""

    told: Mapping[str, frozenset[str]]
    seconds: Mapping[str, float]
    failed: Sequence[str]


def noted(suites: Sequence[str], *options: str) -> Noted:
    """Run suites, and note who can tell which term: in a new process, as whoever imported a test
    before it made that test's writes without noting where."""
    told: dict[str, frozenset[str]] = {}
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *OPTIONS, *options, *suites],
            cwd=ROOT,
            env={**os.environ, "STATUSTEXT_AWS": "lean", NOTED: place},
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
        )
        failed = failed_of(done.returncode, done.stdout + done.stderr)
        for path in Path(place).glob("*.json"):
            found: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
            seconds |= found["seconds"]
            for term, tests in found["told"].items():
                told[term] = told.get(term, frozenset()).union(tests)
    return Noted(told, seconds, failed)


def note(results: Results, directory: str) -> None:
    """Have all suites of a directory note what there is to be asked."""
    suites = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / directory).rglob("test_*.py"))
        if not path.name.startswith(NOT_ASKED)
    ]
    found = noted(suites, "-n", "2", "--dist", "loadfile")
    results.known = sorted(set(found.failed))
    results.told = {
        term: sorted(
            tests.difference(results.known), key=lambda one: (found.seconds.get(one, 0.0), one)
        )
        for term, tests in sorted(found.told.items())
    }
    results.keep()


def hunt(term: str, tests: Sequence[str]) -> str:
    """The first test that fails without a term; "" where none does."""
    for start, end in ((0, 10), (10, 100), (100, len(tests))):
        some = tests[start:end]
        if some and (failed := run(some, "-x", **{DROPPED: term})):
            return failed[0]
    return ""


def verdict(noticed: str, explained: str) -> tuple[str, bool]:
    """What is said of a term, and whether that is well."""
    if noticed and explained:
        return f"{noticed}, THOUGH IT IS EXPLAINED", False
    return noticed or explained or "NOTHING NOTICED", bool(noticed or explained)


def main(words: Sequence[str], directory: str) -> int:
    """The table; the exit status."""
    began = time.monotonic()
    results = kept(f"{directory} {digest()}")
    if not results.told:
        note(results, directory)
    import_all(directory)
    for test in results.known:
        _say(f"FAILS WITH EVERY TERM IN ITS PLACE, and is not asked: {test}")
    gone = sorted(EXPLAINED.keys() - results.told.keys())
    for term in gone:
        _say(f"EXPLAINED, BUT NO WRITE HAS IT: {term}")
    counted: Counter[str] = Counter()
    for term in results.told:
        if not all(word in term for word in words):
            continue
        if term not in results.noticed:
            results.noticed[term] = hunt(term, results.told[term])
            results.keep()
        noticed, explained = results.noticed[term], EXPLAINED[term].why if term in EXPLAINED else ""
        said, is_well = verdict(noticed, explained)
        counted["noticed" if noticed else "explained" if explained else "neither"] += 1
        counted["ill"] += not is_well
        _say(f"{term}\n    {said}")
    _say(
        f"{counted['noticed'] + counted['explained'] + counted['neither']} terms:"
        f" {counted['noticed']} noticed, {counted['explained']} explained,"
        f" {counted['neither']} neither, in {time.monotonic() - began:.0f} seconds"
    )
    return 1 if counted["ill"] or gone or results.known else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("words", nargs="*", help="what the names of terms hold")
    parser.add_argument("--suites", default=USUAL, help="where the tests are")
    asked = parser.parse_args()
    sys.exit(main(asked.words, asked.suites))
