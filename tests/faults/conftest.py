"""The stage, and the count of cells at the end of a run."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.faults.stage import Stage, stage


@pytest.fixture(scope="module")
def the_stage() -> Iterator[Stage]:
    with stage() as one:
        yield one


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many cells were tried, and why others were not."""
    tried: Counter[str] = Counter()
    impossible: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in getattr(report, "user_properties", ()):
                if name == "cell":
                    tried[outcome] += 1
                elif name == "impossible":
                    impossible[value[1]] += value[0]
    if not tried:
        return
    terminalreporter.section("fault matrix")
    counts = ", ".join(f"{number} {outcome}" for outcome, number in sorted(tried.items()))
    terminalreporter.write_line(f"{tried.total()} cells tried: {counts}")
    for reason, number in impossible.most_common():
        terminalreporter.write_line(f"{number} cells cannot be: {reason}")
