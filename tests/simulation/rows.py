"""Rows are read more often than they change: each is made plain once, and copied for its readers.

The program reads them as its own `unmarshal` makes them, so nothing of it is left out.
"""

import contextlib
import marshal
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from unittest import mock

from local.lean_aws import dynamodb as lean_dynamodb
from local.lean_aws import requests
from local.lean_aws.attribute_values import Item
from local.lean_aws.table import unpacked
from statustext.adapters import dynamodb
from statustext.adapters.dynamodb_types import unmarshal

KEPT = 20_000
"""Rows, of all that were read lately."""


class ReadRow(dict[str, Any]):
    """A typed row that nobody may change, with its plain values."""

    plain: bytes = b""


@lru_cache(maxsize=KEPT)
def shared(row: bytes) -> Item:
    """The same for all who ask for it."""
    return ReadRow(unpacked(row))


def copied(item: Mapping[str, Any]) -> Item:
    """What `unmarshal` makes of a row."""
    if not isinstance(item, ReadRow):
        return unmarshal(item)
    if not item.plain:
        item.plain = marshal.dumps(unmarshal(item))
    found: Item = marshal.loads(item.plain)  # noqa: S302  # our own bytes
    return found


@contextlib.contextmanager
def read_once() -> Iterator[None]:
    """Rows are read so meanwhile."""
    with (
        mock.patch.object(requests, "unpacked", shared),
        mock.patch.object(lean_dynamodb, "unpacked", shared),
        mock.patch.object(dynamodb, "unmarshal", copied),
    ):
        yield
