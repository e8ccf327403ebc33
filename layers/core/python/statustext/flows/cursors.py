"""Where a list goes on that is read in pages: what its last answer said, and nothing else."""

import re

from statustext.domain.ids import SHARDS
from statustext.errors import RejectedError

ENTRY = "[A-Za-z0-9_-]{0,60}"
IN_SHARDS = r"([0-9]{1,2})\.([A-Za-z0-9_-]{0,40})"


def bad_cursor() -> RejectedError:
    """A cursor that no list returned: 422."""
    return RejectedError(422, "invalid_cursor", "Send the cursor that the last list returned.")


def place_of(cursor: str) -> tuple[int, str]:
    """The shard of subscribers that a cursor stands in, and the id after which to go on there.

    Raises RejectedError 422 for a cursor that no list returned.
    """
    match = re.fullmatch(IN_SHARDS, cursor or "0.")
    if match is None or int(match[1]) >= SHARDS:
        raise bad_cursor()
    return int(match[1]), match[2]


def entry_of(cursor: str) -> str:
    """The id of the entry of an audit trail behind which to go on; "" for its beginning.

    Raises RejectedError 422 for a cursor that no list returned.
    """
    if not re.fullmatch(ENTRY, cursor):
        raise bad_cursor()
    return cursor


def next_cursor(shard: int, after: str) -> str:
    """Where to go on after a page of a shard that ended with `after`; "" where all was seen."""
    shard += 0 if after else 1
    return f"{shard}.{after}" if shard < SHARDS else ""
