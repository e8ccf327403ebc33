"""What a page shows has changed: its snapshot is to be taken anew."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from statustext.queue_messages import SnapshotTask

KINDS = frozenset({"page", "component", "component_group", "incident", "update"})

HOW_FAR = ("shards_done", "found", "queued")
HOW_FAR_BY_SHARD = ("cursor_", "beat_", "resumed_")
"""Attributes of an update that say how far it has got. No page shows them."""


def snapshot_tasks(records: Sequence[Mapping[str, Any]]) -> list[SnapshotTask]:
    """One task for each page whose visitors see something else from these stream records on."""
    touched: dict[str, set[str]] = defaultdict(set)
    for record in records:
        images = record["dynamodb"]
        old, new = images.get("OldImage", {}), images.get("NewImage", {})
        kind = (new or old).get("kind", {}).get("S")
        if kind not in KINDS or _shown(old) == _shown(new):
            continue
        pk, sk = (images["Keys"][name]["S"] for name in ("pk", "sk"))
        _, page, *rest = pk.split("#")
        incident = {"incident": sk, "update": rest[-1] if rest else ""}.get(kind)
        touched[page].update([incident] if incident else [])
    return [SnapshotTask(page=page, incidents=tuple(sorted(ids))) for page, ids in touched.items()]


def _shown(image: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in image.items()
        if name not in HOW_FAR and not name.startswith(HOW_FAR_BY_SHARD)
    }
