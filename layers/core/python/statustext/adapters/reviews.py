"""Replies: each is taken once, and what may be an opt-out or not waits for an operator's look."""

import math
from collections.abc import Mapping
from typing import Any

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.subscribers import subscriber_key
from statustext.domain.subscriber import State

LIFE = 400 * 24 * 3600
"""Seconds, as long as the audit trail keeps an act."""


def once(page: str, sid: str, now: float) -> Write:
    """That a reply is taken once, however often it is delivered."""
    return Write(
        f"PAGE#{page}#REPLIES",
        sid,
        item={"kind": "reply", "ttl": int(now) + LIFE},
        condition="attribute_not_exists(pk)",
    )


def put_review(
    page: str, detail: Mapping[str, Any], now: float, *, opted_out: bool, before: Item
) -> Write:
    """Ask for a look at what somebody said, as the audit trail's `detail` has it (masked), and
    whether it `opted_out` who was not before. Ids sort by time.

    The subscriber's token epoch, one more than in the row `before`, tells this opt-out from any
    other.
    """
    return Write(
        _partition(page),
        f"{math.floor(now):011d}-{detail['sid']}",
        item={
            "kind": "review",
            "page": page,
            "subscriber": detail["subscriber"],
            "said": detail["review"],
            "opted_out": opted_out,
            "epoch": before.get("token_epoch", 0) + 1,
            "at": now,
            "ttl": int(now) + LIFE,
        },
    )


def list_reviews(
    table: Table, page: str, after: str = "", limit: int = 100
) -> tuple[list[Item], bool]:
    """Some that nobody has looked at, the first first, and whether there are more."""
    return table.query(_partition(page), after=after, limit=limit)


def get_review(table: Table, page: str, review: str) -> Item | None:
    """One that nobody has looked at, or None."""
    return table.get(_partition(page), review)


def end_review(page: str, review: str) -> Write:
    """Take one off the list, once; the audit trail keeps what was said of it."""
    return Write(_partition(page), review, delete=True, condition="attribute_exists(pk)")


def undo_stop(review: Item, *, returns: bool) -> Write:
    """Take back the opt-out that a reply was taken for, if no other was said before or since. Who
    had a subscription `returns` to it."""
    pk, sk = subscriber_key(review["page"], review["subscriber"])
    lift = "REMOVE suppressed, suppressed_at, suppressed_in_words"
    condition = "suppressed = :stop AND token_epoch = :epoch"
    values = {"stop": "stop", "epoch": review["epoch"]}
    if not returns:
        return Write(pk, sk, update=lift, condition=condition, values=values)
    return Write(
        pk,
        sk,
        update=f"SET #state = :active {lift}, left_at ADD wishes :one",
        condition=f"{condition} AND attribute_exists(verified_at) AND attribute_exists(phone)",
        names={"state": "state"},
        values={**values, "active": State.ACTIVE.value, "one": 1},
    )


def _partition(page: str) -> str:
    return f"PAGE#{page}#REVIEWS"
