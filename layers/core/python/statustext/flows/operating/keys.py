"""Operators' API keys: made and ended. Each is noted in the audit trail in the same write."""

from statustext.adapters.api_keys import end_api_key, get_api_key, put_api_key
from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.pages import audit
from statustext.domain.api_key import ApiKey
from statustext.domain.ids import new_id
from statustext.errors import ConditionFailedError, RejectedError


def create_key(key: ApiKey, actor: str, table: Table, entropy: Entropy) -> ApiKey:
    """Let a key act for its page. Raises RejectedError 409 where its secret is in use already."""
    note = _note("key.created", key, actor, key.created_at, entropy)
    try:
        table.transact([*put_api_key(key), note])
    except ConditionFailedError:
        raise RejectedError(409, "key_exists", "This key was made before; make another.") from None
    return key


def revoke_key(
    page_id: str, key_id: str, actor: str, table: Table, now: float, entropy: Entropy
) -> ApiKey:
    """End a key of a page, by its public id, at once.

    Raises RejectedError 404 for an id that the page has not, 409 for one that has ended.
    """
    found = get_api_key(table, key_id) if len(key_id) <= 40 else None
    if found is None or found.page_id != page_id:
        raise RejectedError(404, "key_not_found", "There is no key with this id on this page.")
    try:
        table.transact([*end_api_key(found, now), _note("key.revoked", found, actor, now, entropy)])
    except ConditionFailedError:
        raise RejectedError(409, "key_revoked", "This key was revoked before.") from None
    return found


def _note(event: str, key: ApiKey, actor: str, now: float, entropy: Entropy) -> Write:
    detail = {"key": key.id, "name": key.name, "scope": key.scope.value, "kind": key.kind.value}
    return audit(key.page_id, new_id(now, entropy(4)), event, detail, actor, now)
