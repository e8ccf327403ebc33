"""Codes sent and entered by prefix and country, of today (UTC), and the pauses of those where too
few were entered.

All in `PAGE#p#CODES`: `day#20833#+1555201` counts, `paused#+1555201` is a pause. A scope is a
prefix (all of a number but its last four digits) or a country (two letters).
"""

from collections.abc import Sequence

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.domain.code_share import CodeShare

DAY = 24 * 3600
PAUSED_FOR = DAY


def note_sent(table: Table, page: str, scope: str, now: float, *, counts: bool) -> CodeShare:
    """Count a code that is let through, if it `counts`: answer and work are the same."""
    return _add(table, page, scope, now, "sent", int(counts))


def note_entered(table: Table, page: str, scope: str, now: float) -> None:
    """Count a code that was entered."""
    _add(table, page, scope, now, "entered", 1)


def _add(table: Table, page: str, scope: str, now: float, name: str, number: int) -> CodeShare:
    write = Write(
        _partition(page),
        _counted(scope, now),
        update="ADD #name :number SET #ttl = :ttl",
        names={"name": name, "ttl": "ttl"},
        values={"number": number, "ttl": int(now) + 2 * DAY},
    )
    return share_of(table.write(write))


def share_of(row: Item) -> CodeShare:
    """What a row of a day counted."""
    return CodeShare(int(row.get("sent", 0)), int(row.get("entered", 0)))


def list_shares(table: Table, page: str, now: float, after: str = "") -> tuple[list[Item], bool]:
    """Up to a hundred rows of today's counts, in order of the scope, and whether there are more."""
    pk, prefix = _partition(page), _counted("", now)
    last = _counted(after, now) if after else ""
    return table.query(pk, prefix=prefix, after=last, limit=100)


def scope_of(row: Item) -> str:
    """The prefix or country that a row is of."""
    return str(row["sk"]).rpartition("#")[2]


def list_paused(table: Table, page: str, now: float) -> list[Item]:
    """Every pause that is not over. Few are paused at once: a page's hour bounds them."""
    rows, _ = table.query(_partition(page), prefix=_paused(""))
    return [row for row in rows if row["until"] > now]


def pause(page: str, scope: str, share: CodeShare, now: float) -> Write:
    """Stop codes to a prefix or country for a day, once."""
    return Write(
        _partition(page),
        _paused(scope),
        item={
            "kind": "code_pause",
            "page": page,
            "sent": share.sent,
            "entered": share.entered,
            "at": now,
            "until": now + PAUSED_FOR,
            "ttl": int(now + PAUSED_FOR),
        },
        condition="attribute_not_exists(pk) OR #until <= :now",
        names={"until": "until"},
        values={"now": now},
    )


def lift(page: str, scope: str, now: float) -> Sequence[Write]:
    """End a pause, and count the scope's codes from the beginning."""
    pk = _partition(page)
    return (
        Write(pk, _paused(scope), delete=True, condition="attribute_exists(pk)"),
        Write(pk, _counted(scope, now), delete=True),
    )


def _partition(page: str) -> str:
    return f"PAGE#{page}#CODES"


def _counted(scope: str, now: float) -> str:
    return f"day#{int(now) // DAY}#{scope}"


def _paused(scope: str) -> str:
    return f"paused#{scope}"
