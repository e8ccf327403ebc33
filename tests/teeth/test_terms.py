"""Every write with a condition is tried against somebody who wrote since its maker looked.

`make teeth-conditions` has the suites notice each term that is left out, which takes minutes. Here,
in seconds, each must make a difference to a row that tests/functional/conditions has.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.teeth.__main__ import ROOT
from tests.teeth.conditions import USUAL, Noted, noted
from tests.teeth.explained import EXPLAINED

PROGRAM = ROOT / "layers/core/python/statustext"


@pytest.fixture(scope="module")
def found() -> Noted:
    return noted([USUAL])


def functions_with_conditions(tree: ast.AST, within: str = "") -> Iterator[str]:
    """The functions of a file that make a write with a condition."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from functions_with_conditions(node, f"{within}.{node.name}".lstrip("."))
        else:
            if isinstance(node, ast.Call) and any(k.arg == "condition" for k in node.keywords):
                yield within
            yield from functions_with_conditions(node, within)


def test_each_term_makes_a_difference_to_some_row(found: Noted) -> None:
    untold = {term for term, tests in found.told.items() if not tests}
    assert untold - EXPLAINED.keys() == set(), "add a test there, or explain it in explained.py"
    assert not found.failed


def test_each_write_with_a_condition_is_among_them(found: Noted) -> None:
    sites = {
        f"{path.relative_to(PROGRAM)} {function}"
        for path in PROGRAM.rglob("*.py")
        for function in functions_with_conditions(ast.parse(path.read_text("utf-8")))
    }
    met = {term.partition(": ")[0] for term in found.told}
    assert sites - met == set(), "add a test of it in tests/functional/conditions"
