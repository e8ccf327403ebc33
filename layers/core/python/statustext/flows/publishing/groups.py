"""Groups of components: created, changed and removed by operators."""

from collections.abc import Sequence
from dataclasses import replace

from statustext.adapters.clock import Entropy
from statustext.adapters.components import change_part, list_parts, put_group, remove_part
from statustext.adapters.dynamodb import Table, Write
from statustext.contracts import GroupRequest
from statustext.domain.component import Component, ComponentGroup, next_position
from statustext.domain.ids import new_id
from statustext.errors import RejectedError
from statustext.flows.lookups import require_group
from statustext.flows.signing_up.preferences import component_ids


def create(
    page: str, given: GroupRequest, table: Table, now: float, entropy: Entropy
) -> ComponentGroup:
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
    components, groups = list_parts(table, page)
    group = ComponentGroup(
        id=new_id(now, entropy(4)),
        name=asked.name,
        description=given.description or asked.description or "",
        position=next_position(components, groups, None),
        created_at=now,
        updated_at=now,
    )
    moves = _moves(page, group.id, asked.components or [], components, groups)
    table.transact([put_group(page, group), *moves])
    return group


def change(page: str, group: str, given: GroupRequest, table: Table, now: float) -> ComponentGroup:
    """Change a group; where components are given, those and no others are in it.

    Raises RejectedError 404 for an unknown group, 422 for an unknown component.
    """
    before, asked = require_group(table, page, group), given.component_group
    words = asked.description if given.description is None else given.description
    after = replace(
        before,
        name=asked.name or before.name,
        description=before.description if words is None else words,
        updated_at=now,
    )
    changes = {"name": after.name, "description": after.description, "updated_at": now}
    moves: list[Write] = []
    if asked.components is not None:
        moves = _moves(page, group, asked.components, *list_parts(table, page))
    table.transact([change_part(page, group, changes), *moves])
    return after


def remove(page: str, group: str, table: Table) -> ComponentGroup:
    """Take a group from the page; its components stay. Raises RejectedError 404."""
    found = require_group(table, page, group)
    table.delete_if(remove_part(page, group))
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
