"""A fresh system for each test."""

from collections.abc import Iterator

import pytest

from tests.stepped import SteppedSystem, stepped_system


@pytest.fixture(scope="module")
def warm_system() -> Iterator[SteppedSystem]:
    with stepped_system() as system:
        yield system


@pytest.fixture
def system(warm_system: SteppedSystem) -> Iterator[SteppedSystem]:
    """As on the first day; functions are imported once, as in a warm Lambda."""
    with warm_system.first_day():
        yield warm_system
