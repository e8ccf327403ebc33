"""The parts of a page: created and changed by operators."""

from dataclasses import replace

from statustext.adapters.clock import Entropy
from statustext.adapters.dynamodb import Table
from statustext.adapters.pages import put_component
from statustext.contracts import ComponentInput
from statustext.domain.ids import new_id
from statustext.domain.incident import Component
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
    more = {"description": given.description or ""}
    if given.status:
        more["status"] = given.status.value
    key = given.key or f"svc_{new_id(now, entropy(4))}"
    return create_component(table, page, key, given.name, now, entropy, **more)


def change(page: str, component: str, given: ComponentInput, table: Table, now: float) -> Component:
    """Change a component, named by id or key; what is not mentioned stays, the key always."""
    before = require_component(table, page, component)
    if given.key not in (None, before.key):
        raise RejectedError(422, "key_is_fixed", "A component's key cannot be changed.")
    after = replace(
        before,
        name=given.name or before.name,
        description=before.description if given.description is None else given.description,
        status=given.status or before.status,
        updated_at=now,
    )
    table.write(put_component(page, after, new=False))
    return after
