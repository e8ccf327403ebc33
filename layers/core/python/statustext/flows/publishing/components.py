"""The parts of a page: created, changed and removed by operators."""

from dataclasses import replace
from typing import Any

from statustext.adapters.clock import Entropy
from statustext.adapters.components import (
    change_part,
    component_key_row,
    list_parts,
    put_state_change,
    remove_part,
)
from statustext.adapters.dynamodb import Table, Write
from statustext.contracts import ComponentInput
from statustext.domain.component import Component, StateChange, next_position
from statustext.domain.ids import new_id
from statustext.errors import RejectedError
from statustext.flows.lookups import require_component
from statustext.flows.operating.setting_up import create_component

PLAIN = ("name", "description", "status", "showcase", "only_show_if_degraded")
CLEARABLE = ("group_id", "start_date")


def create(
    page: str, given: ComponentInput, table: Table, now: float, entropy: Entropy
) -> Component:
    """Add a component. Without a key of the operator's, its key is made up.

    Raises RejectedError 422 without a name or for an unknown group, 409 for a key that is taken.
    """
    if not given.name:
        raise RejectedError(
            422,
            "invalid_request",
            "Give the component a name.",
            fields={"component.name": "is required"},
        )
    _require_group(page, given.group_id, table)
    more = _asked(given)
    del more["name"]
    key = given.key or f"svc_{new_id(now, entropy(4))}"
    return create_component(table, page, key, given.name, now, entropy, **more)


def change(
    page: str, component: str, given: ComponentInput, table: Table, now: float, entropy: Entropy
) -> Component:
    """Change a component, named by id or key; what is not mentioned stays, the key always.

    Raises RejectedError 404 for an unknown component, 422 for an unknown group.
    """
    before = require_component(table, page, component)
    if given.key not in (None, before.key):
        raise RejectedError(422, "key_is_fixed", "A component's key cannot be changed.")
    changes = _asked(given)
    if "group_id" in changes and changes["group_id"] != before.group_id:
        _require_group(page, given.group_id, table)
        changes["position"] = next_position(*list_parts(table, page), given.group_id)
    after = replace(before, **changes, updated_at=now)
    writes = [change_part(page, before.id, {**changes, "updated_at": now})]
    if after.status is not before.status:
        states = StateChange(now, {before.id: (before.status, after.status)})
        writes.append(put_state_change(page, new_id(now, entropy(4)), states))
    table.transact(writes)
    return after


def remove(page: str, component: str, table: Table) -> None:
    """Take a component from the page, and free its key. Raises RejectedError 404."""
    before = require_component(table, page, component)
    free = Write(*component_key_row(page, before.key), delete=True)
    table.transact([remove_part(page, before.id), free])


def _asked(given: ComponentInput) -> dict[str, Any]:
    asked = {name: value for name in PLAIN if (value := getattr(given, name)) is not None}
    return asked | {n: getattr(given, n) for n in CLEARABLE if n in given.model_fields_set}


def _require_group(page: str, group: str | None, table: Table) -> None:
    if group is not None and group not in {one.id for one in list_parts(table, page)[1]}:
        raise RejectedError(
            422,
            "unknown_group",
            "There is no such group on this page; see its component-groups.",
            fields={"component.group_id": "is unknown"},
        )
