"""The list of explained terms is held to the program."""

import pytest

from tests.teeth.dropped_term import names_of, sites_noted
from tests.teeth.explained import EXPLAINED


@pytest.mark.parametrize("term", EXPLAINED)
def test_an_explained_term_is_in_the_condition_of_a_write(term: str) -> None:
    with sites_noted():
        write = EXPLAINED[term].write()
    assert term in names_of(write), "take it from the list, or call it what it is called now"


def test_a_term_that_is_in_no_condition_is_not_found() -> None:
    with sites_noted():
        write = next(iter(EXPLAINED.values())).write()
    assert "adapters/circuits.py note_suspicion: attribute_exists(gone)" not in names_of(write)


@pytest.mark.parametrize("term", EXPLAINED)
def test_a_term_is_explained_in_a_sentence(term: str) -> None:
    why = EXPLAINED[term].why
    assert why[0].isupper()
    assert why.endswith(".")
