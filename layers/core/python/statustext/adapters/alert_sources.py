"""Rows of sources that sign what they post: their secrets, which nobody is shown."""

from collections.abc import Sequence

from statustext.adapters.dynamodb import Table, Write
from statustext.domain.alerts.alert import Source


def signing_secrets(table: Table, page: str, source: Source) -> tuple[str, ...]:
    """By which secrets a source may sign; none where its key alone is asked for. Strongly
    consistent, as a secret that was taken away must be of no use at once."""
    row = table.get(*_key(page, source))
    return tuple(row["secrets"]) if row else ()


def put_signing_secrets(page: str, source: Source, secrets: Sequence[str]) -> Write:
    """Replace a source's secrets."""
    item = {"kind": "alert_source", "secrets": list(secrets)}
    return Write(*_key(page, source), item=item)


def _key(page: str, source: Source) -> tuple[str, str]:
    return f"PAGE#{page}#ALERT_SOURCES", source.value
