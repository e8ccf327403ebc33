"""One page, one incident, one component by its id, or a 404 that says which is not there."""

from statustext.adapters.components import list_components, list_parts
from statustext.adapters.dynamodb import Table
from statustext.adapters.incidents import get_incident
from statustext.adapters.pages import get_page
from statustext.domain.component import Component, ComponentGroup
from statustext.domain.incident import Incident
from statustext.domain.page import DEFAULT_PAGE, Page
from statustext.errors import RejectedError

LONGEST_ID = 40
"""Characters. A longer id names nothing, and is not asked for."""


def require_page(table: Table, page: str = DEFAULT_PAGE, *, consistent: bool = False) -> Page:
    """The page, or RejectedError 404."""
    found = get_page(table, page, consistent=consistent) if len(page) <= LONGEST_ID else None
    if found is None:
        raise RejectedError(404, "page_not_found", "There is no such page.")
    return found


def require_incident(table: Table, page: str, incident: str) -> Incident:
    """The incident, or RejectedError 404."""
    found = get_incident(table, page, incident) if len(incident) <= LONGEST_ID else None
    if found is None:
        raise RejectedError(404, "incident_not_found", "There is no such incident on this page.")
    return found


def require_component(table: Table, page: str, name: str) -> Component:
    """One component, by id or key, or RejectedError 404."""
    for one in list_components(table, page):
        if name in (one.id, one.key):
            return one
    raise RejectedError(404, "component_not_found", "There is no such component on this page.")


def require_group(table: Table, page: str, group: str) -> ComponentGroup:
    """One group of components, or RejectedError 404."""
    for one in list_parts(table, page)[1]:
        if one.id == group:
            return one
    raise RejectedError(404, "group_not_found", "There is no such group on this page.")
