"""The parts of a page: created, changed and removed by operators."""

from dataclasses import replace
from typing import Any

from statustext.adapters.components import (
    change_part,
    component_key_row,
    list_parts,
    put_state_change,
    remove_part,
)
from statustext.adapters.dynamodb import Table, Write
from statustext.contracts import ComponentInput
from statustext.domain.component import Component, ComponentStatus, StateChange, next_position
from statustext.errors import RejectedError
from statustext.flows.acting import Act
from statustext.flows.lookups import require_component
from statustext.flows.operating.setting_up import create_component

PLAIN = ("name", "description", "status", "showcase", "only_show_if_degraded")
CLEARABLE = ("group_id", "start_date")


def create(page: str, given: ComponentInput, act: Act) -> Component:
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
    _require_group(page, given.group_id, act.table)
    more = _asked(given)
    del more["name"]
    key = given.key or f"svc_{act.new_id()}"
    return create_component(page, key, given.name, act, **more)


def change(page: str, component: str, given: ComponentInput, act: Act) -> Component:
    """Change a component, named by id or key; what is not mentioned stays, the key always.

    Raises RejectedError 404 for an unknown component, 422 for an unknown group.
    """
    before = require_component(act.table, page, component)
    if given.key not in (None, before.key):
        raise RejectedError(422, "key_is_fixed", "A component's key cannot be changed.")
    changes = _asked(given)
    if "group_id" in changes and changes["group_id"] != before.group_id:
        _require_group(page, given.group_id, act.table)
        changes["position"] = next_position(*list_parts(act.table, page), given.group_id)
    after = replace(before, **changes, updated_at=act.now)
    writes = [
        change_part(page, before.id, {**changes, "updated_at": act.now}),
        act.note(
            page, "component.changed", {"component": before.id, **_difference(before, changes)}
        ),
    ]
    if after.status is not before.status:
        states = StateChange(act.now, {before.id: (before.status, after.status)})
        writes.append(put_state_change(page, act.new_id(), states))
    act.table.transact(writes)
    return after


def remove(page: str, component: str, act: Act) -> None:
    """Take a component from the page, and free its key. Raises RejectedError 404."""
    before = require_component(act.table, page, component)
    free = Write(*component_key_row(page, before.key), delete=True)
    note = act.note(page, "component.removed", {"component": before.id, "name": before.name})
    act.table.transact([remove_part(page, before.id), free, note])


def _difference(before: Component, changes: dict[str, Any]) -> dict[str, Any]:
    """What a change replaces and by what, as the audit trail keeps it."""
    old = {name: getattr(before, name) for name in changes}
    return {"before": _plain(old), "after": _plain(changes)}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.value if isinstance(value, ComponentStatus) else value
        for name, value in values.items()
        if value is not None
    }


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
