"""Texts to one person each, listed under their page as they appear in the table's stream."""

from collections.abc import Mapping, Sequence
from typing import Any

from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import unmarshal
from statustext.adapters.sends import put_send


def list_texts(records: Sequence[Mapping[str, Any]], table: Table) -> None:
    """Put each new one on the list of its page. Repeating it changes nothing."""
    for record in records:
        if record["eventName"] != "INSERT":
            continue
        row = unmarshal(record["dynamodb"]["NewImage"])
        if row.get("kind") == "direct":
            table.write(put_send(row["page"], row["subscriber"], row["direct"], row["at"]))
