"""Groups of components: created, changed and removed by operators."""

import contextlib
from collections.abc import Sequence
from dataclasses import replace

from statustext.adapters.components import change_part, list_parts, put_group, remove_part
from statustext.adapters.dynamodb import Write
from statustext.contracts import GroupRequest
from statustext.domain.component import Component, ComponentGroup, next_position
from statustext.errors import ConditionFailedError, RejectedError
from statustext.flows.acting import Act
from statustext.flows.lookups import require_group
from statustext.flows.signing_up.preferences import component_ids


def create(page: str, given: GroupRequest, act: Act) -> ComponentGroup:
    """Add a group with its components, in the order given.

    Raises RejectedError 422 without a name or for an unknown component.
    """
    asked = given.component_group
    if not asked.name:
        raise RejectedError(
            422,
            "invalid_request",
            "Give the group a name.",
            fields={"component_group.name": "is required"},
        )
    components, groups = list_parts(act.table, page)
    group = ComponentGroup(
        id=act.new_id(),
        name=asked.name,
        description=given.description or asked.description or "",
        position=next_position(components, groups, None),
        created_at=act.now,
        updated_at=act.now,
    )
    note = act.note(page, "component_group.created", {"group": group.id, "name": group.name})
    moves = _moves(page, group.id, asked.components or [], components, groups)
    act.table.transact([put_group(page, group), note, *moves])
    return group


def change(page: str, group: str, given: GroupRequest, act: Act) -> ComponentGroup:
    """Change a group; where components are given, those and no others are in it.

    Raises RejectedError 404 for an unknown group, 422 for an unknown component.
    """
    before, asked = require_group(act.table, page, group), given.component_group
    words = asked.description if given.description is None else given.description
    after = replace(
        before,
        name=asked.name or before.name,
        description=before.description if words is None else words,
        updated_at=act.now,
    )
    changes = {"name": after.name, "description": after.description, "updated_at": act.now}
    detail = {"group": group, "before": before.name, "after": after.name}
    moves: list[Write] = []
    if asked.components is not None:
        moves = _moves(page, group, asked.components, *list_parts(act.table, page))
    note = act.note(page, "component_group.changed", detail)
    act.table.transact([change_part(page, group, changes), note, *moves])
    return after


def remove(page: str, group: str, act: Act) -> ComponentGroup:
    """Take a group from the page; its components stay. Raises RejectedError 404."""
    found = require_group(act.table, page, group)
    note = act.note(page, "component_group.removed", {"group": group, "name": found.name})
    with contextlib.suppress(ConditionFailedError):  # somebody else removed it at this moment
        act.table.transact([remove_part(page, group), note])
    return found


def _moves(
    page: str,
    group: str,
    wanted: Sequence[str],
    components: Sequence[Component],
    groups: Sequence[ComponentGroup],
) -> list[Write]:
    ids = component_ids(wanted, components)
    last = next_position(components, groups, None)
    out = [one.id for one in components if one.group_id == group and one.id not in ids]
    if len(ids) + len(out) > MOST_MOVED:
        raise RejectedError(
            422, "too_many_components", f"Move at most {MOST_MOVED} components at once."
        )
    gone = [
        change_part(page, one, {"group_id": None, "position": last + place})
        for place, one in enumerate(out)
    ]
    return gone + [
        change_part(page, one, {"group_id": group, "position": place})
        for place, one in enumerate(ids, 1)
    ]


MOST_MOVED = 90
"""With the group itself below the 100 writes of a DynamoDB transaction."""
