"""The deliberate bugs can still be put into the program; `make teeth` has the suites find them."""

import pytest

from tests.teeth.__main__ import ROOT, StaleBugError, changed
from tests.teeth.bugs import BUGS, Bug


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_text_it_replaces_is_there_once(bug: Bug) -> None:
    source = (ROOT / bug.file).read_text("utf-8")
    made = changed(source, bug)
    assert made != source
    compile(made, bug.file, "exec")
    for suite in bug.suites:
        file, _, test = suite.partition("::")
        assert f"def {test}" in (ROOT / file).read_text("utf-8")


def test_a_text_that_is_not_there_is_refused() -> None:
    with pytest.raises(StaleBugError):
        changed("a = 1\n", Bug("x", "f", (("b = 1", "b = 2"),), ()))


def test_there_are_many_and_none_twice() -> None:
    assert len(BUGS) >= 16
    assert len({bug.name for bug in BUGS}) == len(BUGS)
