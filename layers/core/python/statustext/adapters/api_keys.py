"""Rows of operators' API keys: found by the key's hash, and listed by page."""

import hmac

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.domain.api_key import ApiKey, Kind, Scope
from statustext.domain.ids import key_hash

KEPT_AFTER_END = 400 * 24 * 3600
"""Seconds for which an ended key can be listed, as long as the audit trail that names it."""


def find_api_key(table: Table, presented: str) -> ApiKey | None:
    """The key that somebody presents, ended or not; None for an unknown one.

    The row is found by a part of the hash and the whole compared in constant time.
    """
    hashed = key_hash(presented)
    row = table.get(*_key(hashed[:16]))
    return _of(row) if row and hmac.compare_digest(row["hash"], hashed) else None


def get_api_key(table: Table, key_id: str) -> ApiKey | None:
    """A key by its public id."""
    row = table.get(*_key(key_id))
    return _of(row) if row else None


def list_api_keys(table: Table, page_id: str) -> list[ApiKey]:
    """A page's keys, the oldest first, ended ones included."""
    ids = [row["sk"] for row in table.query_all(f"PAGE#{page_id}#KEYS")]
    found = [row for start in range(0, len(ids), 100) for row in _rows(table, ids[start:][:100])]
    return sorted(map(_of, found), key=lambda one: one.created_at)


def _rows(table: Table, ids: list[str]) -> list[Item]:
    return table.get_many([_key(one) for one in ids])


def put_api_key(key: ApiKey) -> list[Write]:
    """Store a new key, and where its page finds it."""
    item: Item = {
        "kind": "api_key",
        "page": key.page_id,
        "name": key.name,
        "scope": key.scope.value,
        "key_kind": key.kind.value,
        "numbers": sorted(key.numbers),
        "hash": key.hash,
        "created_at": key.created_at,
    }
    listed: Item = {"kind": "page_key"}
    if key.expires_at is not None:
        item |= {"expires_at": key.expires_at, "ttl": int(key.expires_at) + KEPT_AFTER_END}
        listed["ttl"] = item["ttl"]
    pk, sk = _key(key.id)
    return [
        Write(pk, sk, item=item, condition="attribute_not_exists(pk)"),
        Write(f"PAGE#{key.page_id}#KEYS", key.id, item=listed),
    ]


def end_api_key(key: ApiKey, now: float) -> list[Write]:
    """Accept a key no longer, on condition that it has not been revoked before."""
    pk, sk = _key(key.id)
    ttl = int(now) + KEPT_AFTER_END
    return [
        Write(
            pk,
            sk,
            update="SET revoked_at = :now, #ttl = :ttl",
            condition="attribute_exists(pk) AND attribute_not_exists(revoked_at)",
            names={"ttl": "ttl"},
            values={"now": now, "ttl": ttl},
        ),
        Write(
            f"PAGE#{key.page_id}#KEYS",
            key.id,
            update="SET #ttl = :ttl",
            names={"ttl": "ttl"},
            values={"ttl": ttl},
        ),
    ]


def _key(key_id: str) -> tuple[str, str]:
    return f"KEY#{key_id}", "KEY"


def _of(row: Item) -> ApiKey:
    return ApiKey(
        hash=row["hash"],
        page_id=row["page"],
        name=row["name"],
        scope=Scope(row["scope"]),
        created_at=row["created_at"],
        expires_at=row.get("expires_at"),
        revoked_at=row.get("revoked_at"),
        kind=Kind(row["key_kind"]),
        numbers=frozenset(row["numbers"]),
    )
