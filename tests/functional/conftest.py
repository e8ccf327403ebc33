"""A fresh system for each test."""

from collections.abc import Iterator

import pytest

from tests.stepped import SteppedSystem, stepped_system


@pytest.fixture
def system() -> Iterator[SteppedSystem]:
    with stepped_system() as fresh:
        yield fresh
