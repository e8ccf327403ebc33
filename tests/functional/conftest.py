"""A fresh system for each test.

AWS is tests/lean_aws, which is held equal to moto by its own tests; `STATUSTEXT_AWS=moto` runs the
same tests on moto, about fifteen times slower.
"""

import os
from collections.abc import Iterator

import pytest

from tests.lean_aws import lean_aws
from tests.stepped import SteppedSystem, moto, stepped_system

AWS = {"lean": lean_aws, "moto": moto}[os.environ.get("STATUSTEXT_AWS", "lean")]


@pytest.fixture(scope="module")
def warm_system() -> Iterator[SteppedSystem]:
    with stepped_system(aws=AWS) as system:
        yield system


@pytest.fixture
def system(warm_system: SteppedSystem) -> Iterator[SteppedSystem]:
    """As on the first day; functions are imported once, as in a warm Lambda."""
    with warm_system.first_day():
        yield warm_system
