"""What a piece of work asks of AWS: requests by kind, and DynamoDB's units."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from botocore.client import BaseClient

CALL = "_make_api_call"
_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})


def cpu_seconds_of(work: Callable[[], object]) -> float:
    """What a piece of work costs, whatever else the machine is doing."""
    before = time.process_time()
    work()
    return time.process_time() - before


@contextlib.contextmanager
def counted() -> Iterator[Counter[str]]:
    """Counts every call in the block by operation, and units written and half units read.

    A consistent read of a row of up to 4 KB is one unit, another one half; a write of up to 1 KB is
    one unit, in a transaction two. The rows here are smaller than that.
    """
    counts: Counter[str] = Counter()
    real = getattr(BaseClient, CALL)

    def call(client: BaseClient, operation: str, given: dict[str, Any]) -> Any:
        counts[operation] += 1
        counts["half read units"] += _half_read_units(operation, given)
        if operation in _WRITES:
            counts["write units"] += 1
        if operation == "TransactWriteItems":
            counts["write units"] += 2 * len(given["TransactItems"])
        return real(client, operation, given)

    with mock.patch.object(BaseClient, CALL, call):
        yield counts


def _half_read_units(operation: str, given: dict[str, Any]) -> int:
    if operation == "BatchGetItem":
        return sum(2 * len(table["Keys"]) for table in given["RequestItems"].values())
    if operation in ("GetItem", "Query"):
        return 2 if given.get("ConsistentRead") else 1
    return 0
