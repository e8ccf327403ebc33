"""Rows of components and their groups, and of every change of a component's state."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.dynamodb_types import Item
from statustext.domain.component import Component, ComponentGroup, ComponentStatus, StateChange

COMPONENT, GROUP = "component", "component_group"


def components_key(page: str) -> str:
    return f"PAGE#{page}#COMPONENTS"


def changes_key(page: str) -> str:
    return f"PAGE#{page}#STATE_CHANGES"


def list_components(table: Table, page: str) -> list[Component]:
    """All components of a page in the page's order, without groups."""
    return list_parts(table, page)[0]


def list_parts(table: Table, page: str) -> tuple[list[Component], list[ComponentGroup]]:
    """All components and all groups of a page, each in the page's order, in one query."""
    rows = list(table.query_all(components_key(page)))
    components = [component_of(row) for row in rows if row["kind"] == COMPONENT]
    groups = [group_of(row) for row in rows if row["kind"] == GROUP]
    there = {one.id for one in groups}  # a group that is gone leaves its components on the page
    components = [
        one if one.group_id in there else replace(one, group_id=None) for one in components
    ]
    components.sort(key=lambda one: (one.position, one.id))
    groups.sort(key=lambda one: (one.position, one.id))
    return components, groups


def component_of(row: Item) -> Component:
    """A component from its row."""
    return Component(
        id=row["sk"],
        key=row["key"],
        name=row["name"],
        status=ComponentStatus(row["status"]),
        description=row["description"],
        group_id=row.get("group_id"),
        position=row["position"],
        showcase=row["showcase"],
        start_date=row.get("start_date"),
        only_show_if_degraded=row["only_show_if_degraded"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def group_of(row: Item) -> ComponentGroup:
    """A group from its row."""
    names = ("name", "description", "position", "created_at", "updated_at")
    return ComponentGroup(row["sk"], **{name: row[name] for name in names})


def put_component(page: str, component: Component) -> Write:
    """Create a component."""
    row = {name: value for name, value in vars(component).items() if name != "id"}
    return _put_new(page, component.id, {"kind": COMPONENT, **row})


def put_group(page: str, group: ComponentGroup) -> Write:
    """Create a group."""
    row = {name: value for name, value in vars(group).items() if name != "id"}
    return _put_new(page, group.id, {"kind": GROUP, **row})


def _put_new(page: str, one: str, row: Item) -> Write:
    return Write(components_key(page), one, item=row, condition="attribute_not_exists(pk)")


def remove_part(page: str, one: str) -> Write:
    """Take a component or a group from the page."""
    return Write(components_key(page), one, delete=True, condition="attribute_exists(pk)")


def component_key_row(page: str, key: str) -> tuple[str, str]:
    return f"PAGE#{page}#COMPONENT_KEYS", key


def change_part(page: str, one: str, changes: Mapping[str, Any]) -> Write:
    """Set some attributes of a component or a group; others that are being set are not undone."""
    return Write(
        components_key(page),
        one,
        update="SET " + ", ".join(f"#{name} = :{name}" for name in changes),
        condition="attribute_exists(pk)",
        names={name: name for name in changes},
        values=changes,
    )


def set_component_status(page: str, component: str, status: ComponentStatus, now: float) -> Write:
    """Change the state of one component, as an incident does."""
    return change_part(page, component, {"status": status.value, "updated_at": now})


def put_state_change(page: str, change_id: str, change: StateChange) -> Write:
    """Record a change of states; `change_id` (see `new_id`) sorts by time."""
    changes = {one: [old.value, new.value] for one, (old, new) in change.changes.items()}
    return Write(
        changes_key(page),
        change_id,
        item={
            "kind": "state_change",
            "at": change.at,
            "changes": changes,
            "incident": change.incident,
        },
    )


def get_state_change(table: Table, page: str, change: str) -> StateChange | None:
    """One change by its id."""
    row = table.get(changes_key(page), change)
    return _changes_of([row])[0] if row else None


def list_state_changes(table: Table, page: str, since: str = "") -> list[StateChange]:
    """A page's state changes in order, of all components, from behind the change id `since` on.

    `new_id(moment, bytes(4))` is such an id for a moment. The old state in a component's first
    change is the one in which it was before.
    """
    found: list[StateChange] = []
    after, more = since, True
    while more:
        rows, more = table.query(changes_key(page), after=after)
        found += _changes_of(rows)
        after, more = (rows[-1]["sk"], more) if rows else ("", False)
    return found


def _changes_of(rows: Sequence[Item]) -> list[StateChange]:
    return [StateChange(row["at"], _states(row["changes"]), row.get("incident")) for row in rows]


def _states(
    row: Mapping[str, Sequence[str]],
) -> dict[str, tuple[ComponentStatus, ComponentStatus]]:
    return {one: (ComponentStatus(old), ComponentStatus(new)) for one, (old, new) in row.items()}
