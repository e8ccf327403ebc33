"""What rows held in the clear: every string of every change of the table, which is what its stream
and a backup hold too."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from unittest import mock

from local.configuration import FAKE_FROM
from local.lean_aws.table import Change, unpacked
from statustext.adapters.dynamodb import Write
from tests.stepped import EMAIL_SENDER, SENDERS

OURS = (FAKE_FROM, *SENDERS, EMAIL_SENDER)
"""The deployment's own senders are nobody's secret."""

_ADDRESS = re.compile(r"\+[0-9]{9,15}|[\w.+-]+@[\w-]+\.[\w.-]+")
"""Fewer digits are a prefix, which sign-ups are counted by: it is of ten thousand numbers."""


class Rows:
    """Where each string stood: the kind of the row, and the attribute. `given` are the addresses
    that were given to be stored."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}
        self.given: set[str] = set()

    def note(self, change: Change) -> None:
        """Keep the strings of a row as it was written, its key among them."""
        if change.after is None:
            return
        item = unpacked(change.after)
        kind = item.get("kind", {}).get("S", "?")
        for name, value in item.items():
            for text in _strings(value):
                self.places[text] = f"{kind}.{name}"

    def seeing_addresses(self) -> Any:
        """Note meanwhile what the functions ask to be stored as an address."""
        real: Any = vars(Write)["addresses"].fget

        def addresses(write: Write) -> dict[str, str]:
            found: dict[str, str] = real(write)
            self.given.update(found.values())
            return found

        return mock.patch.object(Write, "addresses", property(addresses))

    def in_the_clear(self) -> list[str]:
        """Each place where a number, a mailbox or an endpoint can be read, with it."""
        known = "|".join(re.escape(one.lstrip("+")) for one in sorted(self.given))
        pattern = re.compile(f"{_ADDRESS.pattern}|{known}" if known else _ADDRESS.pattern)
        found = []
        for text, place in self.places.items():
            for own in OURS:
                text = text.replace(own, "")
            if match := pattern.search(text):
                found.append(f"{place}: {match.group()}")
        return sorted(found)


def _strings(value: Mapping[str, Any]) -> Iterator[str]:
    ((kind, inner),) = value.items()
    if kind == "S":
        yield inner
    elif kind == "L":
        for one in inner:
            yield from _strings(one)
    elif kind == "M":
        for name, one in inner.items():
            yield name
            yield from _strings(one)
