"""The row that holds a page's public state: one read, whatever the page has on it."""

import json
import zlib
from typing import Any

from statustext.adapters.dynamodb import Table, Write

MOST_BYTES = 380_000
"""Of the compressed content. A row of DynamoDB may hold 400 KB, its other attributes included."""

KEPT = "SNAPSHOT"


def snapshot_key(page: str) -> tuple[str, str]:
    return f"PAGE#{page}#{KEPT}", KEPT


def get_snapshot(table: Table, page: str) -> tuple[int, Any] | None:
    """The edition and the content, strongly consistent: nobody sees a page go back."""
    row = table.get(*snapshot_key(page))
    return (row["edition"], unpacked(row["content"])) if row else None


def get_packed_snapshot(table: Table, page: str) -> bytes:
    """The content as the row holds it; nothing where there is none."""
    row = table.get(*snapshot_key(page))
    return bytes(row["content"]) if row else b""


def unpacked(content: bytes) -> Any:
    """The content of a row."""
    return json.loads(zlib.decompress(content))


def packed(content: Any) -> bytes:
    """The content as the row holds it."""
    return zlib.compress(json.dumps(content, ensure_ascii=False).encode())


def put_snapshot(page: str, edition: int, content: bytes) -> Write:
    """Write a snapshot over the edition before; edition 1 is the first.

    Of two who took one at once, the later may have read the older rows: it has to look again.
    """
    pk, sk = snapshot_key(page)
    return Write(
        pk,
        sk,
        item={"kind": "snapshot", "edition": edition, "content": content},
        condition="edition = :before" if edition > 1 else "attribute_not_exists(pk)",
        values={"before": edition - 1} if edition > 1 else {},
    )
