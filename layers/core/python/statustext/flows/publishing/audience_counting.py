"""How many subscribers an update is for, counted over the page, or estimated from a sample.

Ids are keyed hashes, so the first rows of a shard are subscribers drawn by lot, and how far the
last of them lies into the space of ids tells how many there are. At most 16 Queries of SAMPLE rows
are made, whatever the page's size: up to about 8,000 subscribers are counted one by one, and of a
larger page every number is within about 2 % of the truth, for what a quarter of it shares.
"""

from dataclasses import dataclass, field

from statustext.adapters.dynamodb import Table
from statustext.adapters.subscribers import page_through_shard
from statustext.domain.ids import SHARDS, part_of_ids
from statustext.domain.preview import Audience, Unpublished

SAMPLE = 500
"""Rows of each shard."""


@dataclass(frozen=True)
class Counted:
    """An audience, from how many subscribers that were looked at; `is_sampled` where there are
    more."""

    audience: Audience = field(default_factory=Audience)
    looked_at: int = 0
    is_sampled: bool = False


def count_audience(draft: Unpublished, table: Table) -> Counted:
    """Judge the page's subscribers, or a sample of them. Nothing is written."""
    audience, looked_at, is_sampled = Audience(), 0, False
    for shard in range(SHARDS):
        people, after = page_through_shard(table, draft.page.id, shard, "", draft.now, SAMPLE)
        stands_for = 1.0
        if after and people:
            is_sampled = True
            stands_for = 1.0 / part_of_ids(after)
        looked_at += len(people)
        for one in people:
            audience.add(one, stands_for, draft)
    return Counted(audience, looked_at, is_sampled)
