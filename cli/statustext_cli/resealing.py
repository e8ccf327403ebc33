"""Seals anew what rows hold in the clear, or sealed with an older key."""

from collections import Counter
from enum import StrEnum
from typing import Any

from statustext.adapters.dynamodb import ADDRESSES, Table, Write
from statustext.adapters.dynamodb_types import Item, unmarshal
from statustext.adapters.sealed import Seals, number_of

HOLDS_ONE = " OR ".join(f"attribute_exists({name})" for name in ADDRESSES)


class Resealed(StrEnum):
    """What became of a row. One that CHANGED meanwhile is for the next time; one that is BROKEN
    does not open by any key of its page."""

    CURRENT = "current"
    SEALED = "sealed"
    RESEALED = "resealed"
    CHANGED = "changed"
    BROKEN = "broken"


def reseal(dynamodb: Any, table: Table, seals: Seals) -> Counter[Resealed]:
    """Look at every row of the table, by the client `dynamodb`, and write anew those that need it.

    Doing it again finishes what was left; nobody is told of it, and nothing else is changed.
    """
    found: Counter[Resealed] = Counter()
    scan = dynamodb.get_paginator("scan")
    for part in scan.paginate(TableName=table.name, FilterExpression=HOLDS_ONE):
        for item in part["Items"]:
            found[_resealed(unmarshal(item), table, seals)] += 1
    return found


def _resealed(row: Item, table: Table, seals: Seals) -> Resealed:
    stored = {name: row[name] for name in ADDRESSES if name in row}
    current = seals.keys.current(row["pk"].split("#", 2)[1]).number
    if all(isinstance(one, bytes) and number_of(one) == current for one in stored.values()):
        return Resealed.CURRENT
    row = seals.opened(row)
    opened = {name: row[name] for name in stored}
    if not all(isinstance(one, str) for one in opened.values()):
        return Resealed.BROKEN
    write = Write(
        row["pk"],
        row["sk"],
        update="SET " + ", ".join(f"#{name} = :{name}" for name in stored),
        condition=" AND ".join(f"#{name} = :before_{name}" for name in stored),
        names={name: name for name in stored},
        values={**opened, **{f"before_{name}": one for name, one in stored.items()}},
    )
    if not table.write_if(seals.sealed(write)):
        return Resealed.CHANGED
    was_plain = any(isinstance(one, str) for one in stored.values())
    return Resealed.SEALED if was_plain else Resealed.RESEALED
