"""Leaves out each term of each write's condition, one at a time, and has the suites find it.

    make teeth-conditions                     all of them
    python -m tests.teeth.conditions claims   those whose name holds a word

The terms are those that the suites meet (tests/teeth/dropped_term.py). Prints what noticed each,
and fails where nothing did and EXPLAINED does not say why. Only tests that make the write are tried
until one fails, first those in which its condition did not hold once.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.teeth.__main__ import FAILED, ROOT

SUITES = ("tests/functional",)
NOT_ASKED = ("test_local_run", "test_fake_twilio", "test_bad_input", "test_openapi_conformance")
LONGEST = 1800

EXPLAINED = {
    "adapters/claims.py claim: attribute_not_exists(suppressed)": (
        "whoever is suppressed is not active either; the opt-out is asked for by its own name too"
    ),
}
"""Why it makes no difference to any test that a term is left out, by the term's name."""


def run(tests: Sequence[str], **environment: str) -> list[str]:
    """The tests of these that fail, the first only where a term is left out."""
    options = ["-x"] if "STATUSTEXT_DROP" in environment else []
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider"),
            *("-p", "tests.teeth.dropped_term", *options, *tests),
        ],
        cwd=ROOT,
        env={**os.environ, "STATUSTEXT_AWS": "lean", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    return FAILED.findall(done.stdout)


def main(words: Sequence[str]) -> int:
    """The table; the exit status."""
    began = time.monotonic()
    suites = [
        str(path.relative_to(ROOT))
        for suite in SUITES
        for path in sorted((ROOT / suite).glob("test_*.py"))
        if not path.name.startswith(NOT_ASKED)
    ]
    with tempfile.TemporaryDirectory() as place:
        noted = Path(place) / "terms.json"
        known = set(run(suites, STATUSTEXT_TERMS=str(noted)))
        terms: dict[str, list[str]] = json.loads(noted.read_text("utf-8"))
    chosen = {term: tests for term, tests in terms.items() if all(word in term for word in words)}
    missed = 0
    for term, tests in chosen.items():
        asked = [one for one in tests if one and one not in known]
        found = run(asked, STATUSTEXT_DROP=term) if asked else []
        why = found[0] if found else EXPLAINED.get(term, "NOTHING NOTICED")
        missed += why == "NOTHING NOTICED"
        sys.stdout.write(f"{term}\n    {why}\n")
        sys.stdout.flush()
    took = time.monotonic() - began
    sys.stdout.write(f"{len(chosen)} terms, {missed} that nothing noticed, in {took:.0f} seconds\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
