"""The parts of a page: created and changed by operators."""

from dataclasses import replace
from typing import Any

from statustext.adapters.clock import Entropy
from statustext.adapters.components import change_part, put_state_change
from statustext.adapters.dynamodb import Table
from statustext.contracts import ComponentInput
from statustext.domain.component import Component, ComponentStatus, StateChange
from statustext.domain.ids import new_id
from statustext.errors import RejectedError
from statustext.flows.lookups import require_component
from statustext.flows.operating.setting_up import create_component


def create(
    page: str, given: ComponentInput, table: Table, now: float, entropy: Entropy
) -> Component:
    """Add a component. Without a key of the operator's, its key is made up.

    Raises RejectedError 422 without a name, 409 for a key that is taken.
    """
    if not given.name:
        raise RejectedError(
            422,
            "invalid_request",
            "Give the component a name.",
            fields={"component.name": "is required"},
        )
    status = given.status or ComponentStatus.OPERATIONAL
    more = {"description": given.description or "", "status": status}
    key = given.key or f"svc_{new_id(now, entropy(4))}"
    return create_component(table, page, key, given.name, now, entropy, **more)


def change(
    page: str, component: str, given: ComponentInput, table: Table, now: float, entropy: Entropy
) -> Component:
    """Change a component, named by id or key; what is not mentioned stays, the key always."""
    before = require_component(table, page, component)
    if given.key not in (None, before.key):
        raise RejectedError(422, "key_is_fixed", "A component's key cannot be changed.")
    asked = {
        "name": given.name,
        "description": given.description,
        "status": given.status,
    }
    changes: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    after = replace(before, **changes, updated_at=now)
    writes = [change_part(page, before.id, {**changes, "updated_at": now})]
    if after.status is not before.status:
        states = StateChange(now, {before.id: (before.status, after.status)})
        writes.append(put_state_change(page, new_id(now, entropy(4)), states))
    table.transact(writes)
    return after
