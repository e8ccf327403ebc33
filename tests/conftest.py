"""A fresh system for each test that steps through one.

AWS is local/lean_aws, which is held equal to moto by its own tests. STATUSTEXT_AWS=moto runs the
same tests on moto, about fifteen times slower, and STATUSTEXT_AWS=real on DynamoDB Local and
ElasticMQ, with those in tests/integration.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from random import Random
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.integration.real_parts import RealParts
    from tests.stepped import Aws, SteppedSystem

settings.register_profile("statustext", deadline=None)  # no verdict by a machine's speed
settings.load_profile("statustext")

AWS = os.environ.get("STATUSTEXT_AWS", "lean")

collect_ignore = [] if AWS == "real" else ["integration"]
if "STATUSTEXT_DEPLOYS" not in os.environ:
    collect_ignore.append("deployment")  # minutes, and parts of its own: make test-deploy

THIRD = os.environ.get("STATUSTEXT_THIRD", "")
"""Which third of the functional tests runs on real parts: 0, 1 or 2, or all where it is empty."""

MOST = 2
"""Of one test with more sets of parameters than this, so many run on real parts, in different
thirds: at which call a function dies is tried out in full on the emulator."""

NOT_ON_REAL_PARTS = frozenset(
    {
        "test_a_night_of_many_incidents_is_a_few_texts",
        "test_roles_allow_what_the_journeys_need_and_nothing_else",
    }
)
"""Minutes of calls, and about which and how many we make, not about what AWS answers."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On real parts, only what makes use of them."""
    if AWS != "real":
        return
    tests: dict[str, list[pytest.Item]] = {}
    for item in items:
        name = item.nodeid.partition("[")[0]
        uses_aws = {"aws", "real_parts", "node_receiver"} & set(getattr(item, "fixturenames", ()))
        if uses_aws and name.rpartition("::")[2] not in NOT_ON_REAL_PARTS:
            tests.setdefault(name, []).append(item)
    chosen = {
        item
        for name, sets in tests.items()
        for third, item in enumerate(_sample(name, sets), start=crc32(name.encode()))
        if not THIRD or name.startswith("tests/integration/") or third % 3 == int(THIRD)
    }
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = [item for item in items if item in chosen]


def _sample(name: str, sets: list[pytest.Item]) -> list[pytest.Item]:
    """The same on every day, so that all thirds can be tried before a change lands."""
    return Random(name).sample(sets, min(len(sets), MOST))  # noqa: S311 (no secret)


@pytest.fixture(scope="session")
def real_parts() -> "Iterator[RealParts]":
    """Both servers, for the whole session."""
    from tests.integration.real_parts import INSTALLED, running

    with running(INSTALLED) as parts:
        yield parts


@pytest.fixture(autouse=True)
def _requests_are_counted_anew() -> None:
    """A test's requests are made in one minute, in which its clock stands still."""
    from statustext.request_limit import counted

    counted.clear()


@pytest.fixture(scope="session")
def aws(request: pytest.FixtureRequest) -> "Callable[[], AbstractContextManager[Aws]]":
    """What stands for AWS, as tests.stepped has it."""
    if AWS == "real":
        from tests.integration.real_aws import real_aws

        return partial(real_aws, request.getfixturevalue("real_parts"))
    from local.lean_aws import lean_aws
    from tests.stepped import moto

    return {"lean": lean_aws, "moto": moto}[AWS]


@pytest.fixture(scope="module")
def warm_system(aws: "Callable[[], AbstractContextManager[Aws]]") -> "Iterator[SteppedSystem]":
    from tests.stepped import stepped_system

    with stepped_system(aws=aws) as system:
        yield system


@pytest.fixture
def system(warm_system: "SteppedSystem") -> "Iterator[SteppedSystem]":
    """As on the first day; functions are imported once, as in a warm Lambda."""
    with warm_system.first_day():
        yield warm_system
