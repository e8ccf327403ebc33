"""A page's meter: one row that counts texts, segments and money of the hour, the day and the month.

One conditional write counts texts in all of them, or in none where a quota has no room, so that no
number of senders at once goes beyond. Only pages with a quota are metered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.domain.quota import (
    COUNTERS,
    UNITS,
    WINDOWS,
    Meter,
    Use,
    UsedUp,
    later,
    total,
    windows_at,
)
from statustext.errors import ConditionFailedError, RacedError

TRIES = 8
TOLD = "told_"


@dataclass(frozen=True)
class Taken:
    """What was counted, in which windows, and how the meter stands then."""

    use: Use
    meter: Meter


def meter_key(page: str) -> tuple[str, str]:
    return f"PAGE#{page}#METER", "METER"


def get_meter(table: Table, page: str) -> Meter:
    """The meter as it stands; of windows that are over since, too."""
    return _meter(table.get(*meter_key(page)) or {})


def take(
    table: Table, page: str, ceilings: Mapping[str, int], asking: Sequence[Use], now: float
) -> Taken | UsedUp:
    """Count as many of those who ask, from the first on, as there is room for below the ceilings;
    where there is none for the first, what is used up. A window that the row has begun already is
    never taken back by a clock that is behind. Raises RacedError."""
    windows, some = windows_at(now), tuple(asking)
    for _ in range(TRIES):
        use = total(some)
        try:
            return Taken(use, _meter(table.write(_counting(page, ceilings, use, windows))))
        except ConditionFailedError:
            known = get_meter(table, page)
        windows = later(windows, known.windows)
        if windows != known.windows:
            table.write_if(_beginning(page, known.windows, windows))
            known = known.at(windows)
        some = known.first_that_fit(asking, ceilings)
        if not some and (full := known.used_up(asking[0], ceilings)):
            return full
    raise RacedError("METER")


def give_back(table: Table, page: str, use: Use, windows: Mapping[str, int]) -> None:
    """Nobody used this of what was counted. Windows that are over since stay as they are. Where
    others count at the same moment, again and again, it stays counted."""
    for _ in range(TRIES):
        known = get_meter(table, page)
        same = {name: began for name, began in windows.items() if known.windows.get(name) == began}
        if not same or _is_done(table, _returning(page, use, same, known.version)):
            return


def _is_done(table: Table, write: Write) -> bool:
    """Make a write that the SDK may repeat where its answer was lost. A transaction has a token, by
    which DynamoDB makes it once; a single write would be refused at its own repeat.
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    """
    try:
        table.transact([write])
    except (ConditionFailedError, RacedError):
        return False
    return True


def note_told(page: str, counter: str, percent: int, windows: Mapping[str, int]) -> Write:
    """An operator is told that so many percent of a quota are used: once in its window."""
    window, name = counter.partition("_")[0], TOLD + counter
    return Write(
        *meter_key(page),
        update=f"SET {name} = :percent",
        condition=f"#window = :window AND (attribute_not_exists({name}) OR {name} < :percent)",
        names={"window": window},
        values={"percent": percent, "window": windows[window]},
    )


def _meter(row: Item) -> Meter:
    return Meter(
        {name: int(row.get(name, 0)) for name in WINDOWS},
        int(row.get("version", 0)),
        {name: int(row[name]) for name in COUNTERS if name in row},
        {name: int(row[TOLD + name]) for name in COUNTERS if TOLD + name in row},
    )


def _counting(
    page: str, ceilings: Mapping[str, int], use: Use, windows: Mapping[str, int]
) -> Write:
    """Zeros are written with every window, so that each counter is there to be compared. In the
    same hour of UTC it is the same day and month."""
    conditions = ["#hour = :hour"]
    conditions += [f"{counter} <= :most_{counter}" for counter in ceilings]
    values: dict[str, Any] = {"one": 1, "hour": windows["hour"], **_amounts(use)}
    for counter, most in ceilings.items():
        values[f"most_{counter}"] = most - use.of(counter)
    return Write(
        *meter_key(page),
        update="ADD version :one, " + ", ".join(_added(counter) for counter in COUNTERS),
        condition=" AND ".join(conditions),
        names={"hour": "hour"},
        values=values,
    )


def _beginning(page: str, old: Mapping[str, int], new: Mapping[str, int]) -> Write:
    """Begin the windows that are new, at nothing."""
    begun = [name for name in WINDOWS if old[name] != new[name]]
    counters = [name for name in COUNTERS if name.partition("_")[0] in begun]
    sets = [f"#{name} = :new_{name}" for name in begun]
    sets += [f"{name} = :none" for name in counters]
    is_first = not any(old.values())
    before = {} if is_first else {"old_hour": old["hour"]}
    return Write(
        *meter_key(page),
        update=f"SET kind = :kind, {', '.join(sets)} REMOVE "
        + ", ".join(TOLD + name for name in counters)
        + " ADD version :one",
        condition="attribute_not_exists(pk)" if is_first else "#hour = :old_hour",
        names={name: name for name in begun},
        values={
            "kind": "meter",
            "none": 0,
            "one": 1,
            **{f"new_{name}": new[name] for name in begun},
            **before,
        },
    )


def _returning(page: str, use: Use, windows: Mapping[str, int], version: int) -> Write:
    """Of this version only: nothing is taken from a window that began since."""
    counters = [name for name in COUNTERS if name.partition("_")[0] in windows]
    return Write(
        *meter_key(page),
        update="ADD version :one, " + ", ".join(_added(counter) for counter in counters),
        condition="version = :version",
        values={"one": 1, "version": version, **_amounts(Use().minus(use))},
    )


def _added(counter: str) -> str:
    return f"{counter} :of_{counter.partition('_')[2]}"


def _amounts(use: Use) -> dict[str, int]:
    return {f"of_{unit}": getattr(use, unit) for unit in UNITS}
