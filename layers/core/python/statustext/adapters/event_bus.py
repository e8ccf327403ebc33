"""EventBridge: what happened, for whoever listens. Ids only, never a number or a text."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_events.client import EventBridgeClient

SOURCE = "statustext"
VERSION = 1
"""Of the details' shapes (docs/event-schemas.json), in each as `v`. A field more keeps it."""

BATCH_LIMIT = 10


class EventRefusedError(RuntimeError):
    """EventBridge did not take an event."""


class EventBus:
    """The deployment's own bus."""

    def __init__(self, client: "EventBridgeClient", name: str) -> None:
        self._client = client
        self._name = name

    def put(self, events: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Publish (detail type, detail) pairs, ten a request.

        Raises EventRefusedError where any was not taken; repeating all of them is harmless to
        listeners, who are told the id of what happened.
        """
        for start in range(0, len(events), BATCH_LIMIT):
            entries: list[Any] = [
                {
                    "Source": SOURCE,
                    "DetailType": kind,
                    "Detail": json.dumps({"v": VERSION, **detail}),
                    "EventBusName": self._name,
                }
                for kind, detail in events[start : start + BATCH_LIMIT]
            ]
            if self._client.put_events(Entries=entries).get("FailedEntryCount"):
                raise EventRefusedError("EventBridge refused events")
