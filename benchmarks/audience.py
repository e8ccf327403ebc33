"""Many active subscribers, put into the emulated table at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from statustext.adapters.dynamodb_types import marshal
from statustext.adapters.subscribers import preferences_row, subscriber_key
from statustext.domain.subscriber import Preferences

if TYPE_CHECKING:
    from tests.stepped import SteppedSystem

BATCH = 25


def gather(system: "SteppedSystem", count: int) -> Sequence[str]:
    """`count` subscribers of page `default`, with fictional numbers; their ids."""
    ids = [f"sub_{number:016d}" for number in range(count)]
    preferences = preferences_row(Preferences())
    for start in range(0, count, BATCH):
        requests = []
        for number, one in enumerate(ids[start : start + BATCH], start):
            pk, sk = subscriber_key("default", one)
            row = {
                "pk": pk,
                "sk": sk,
                "kind": "subscriber",
                "page": "default",
                "phone": f"+1555{number:07d}",
                "state": "active",
                "preferences": preferences,
                "told": {},
                "created_at": system.now,
                "verified_at": system.now,
            }
            requests.append({"PutRequest": {"Item": marshal(row)}})
        system.clients.dynamodb.batch_write_item(
            RequestItems={system.table.name: requests}  # type: ignore[dict-item]
        )
    system.stream_records()
    return ids
