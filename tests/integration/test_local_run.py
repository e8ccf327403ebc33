"""`make run` with DynamoDB Local and ElasticMQ in moto's place, as the README offers it."""

from collections.abc import Iterator

import pytest

from local.system import LocalSystem
from tests.functional.test_local_run_journey import test_the_tour  # noqa: F401 (runs here too)
from tests.integration.real_parts import INSTALLED, RealParts, running


@pytest.fixture(scope="module")
def real_parts() -> Iterator[RealParts]:
    """Servers of its own: its table and queues have the names of other tests'."""
    with running(INSTALLED) as parts:
        yield parts


@pytest.fixture(scope="module")
def system(real_parts: RealParts) -> Iterator[LocalSystem]:
    given = {"STATUSTEXT_API_KEY": "journey-key", **real_parts.environment}
    with LocalSystem.start(given) as started:
        yield started
