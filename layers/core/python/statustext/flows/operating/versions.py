"""Every change of a page's settings, as the audit trail has it, and taking one back."""

from collections.abc import Mapping
from typing import Any

from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.pages import (
    change_settings,
    get_audit,
    page_row,
    page_through_audit,
)
from statustext.domain import templates
from statustext.domain.page import Page, Senders
from statustext.domain.templates import TemplateError, read_key
from statustext.errors import RejectedError
from statustext.flows.acting import Act
from statustext.flows.cursors import entry_of
from statustext.flows.operating.statuspage import timestamp

CHANGED = "page.changed"
TEMPLATE = "templates."
DERIVED = {"former_addresses"}
"""What follows from another setting."""

LOOKED_AT = 200
"""Entries of the audit trail that one call looks through: it may answer none, before the end."""


def settings_before_and_after(before: Page, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit trail keeps of a change. `settings` are attributes of the page's row, within
    one another by dots; None takes one away."""
    row = page_row(before)
    return {
        "changed": sorted({name.partition(".")[0] for name in settings} - DERIVED),
        "before": {name: _value(row, name) for name in settings},
        "after": dict(settings),
    }


def change_with_version(
    page: Page, settings: Mapping[str, Any], act: Act, moved_from: str = ""
) -> None:
    """Change settings of a page, and keep what they were as a version."""
    note = act.note(page.id, CHANGED, settings_before_and_after(page, settings))
    act.table.transact([change_settings(page.id, settings, moved_from), note])


def _value(row: Item, name: str) -> Any:
    first, _, rest = name.partition(".")
    return row[first].get(rest) if rest else row[first]


def list_versions(page_id: str, cursor: str, table: Table) -> tuple[list[dict[str, Any]], str]:
    """Changes of a page's settings, the newest first, and the cursor to go on with.

    Raises RejectedError 422 for a cursor that no list returned.
    """
    rows, after = page_through_audit(table, page_id, LOOKED_AT, entry_of(cursor))
    return [_shown(row) for row in rows if row["event"] == CHANGED], after


def _shown(row: Item) -> dict[str, Any]:
    detail = row["detail"]
    return {
        "id": row["sk"],
        "at": timestamp(row["at"]),
        "actor": row["actor"],
        "changed": detail["changed"],
        "before": detail["before"],
        "after": detail["after"],
        "undoes": detail.get("undoes"),
    }


def undo(
    page: Page,
    version: str,
    deployed: Senders,
    act: Act,
) -> None:
    """Set the settings that a change set to what they were before it.

    Raises RejectedError 404 for no such change, 409 where one of them was changed again since or
    is an address that Twilio calls, 422 for what would not be accepted today.
    """
    row = get_audit(act.table, page.id, version)
    if row is None or row["event"] != CHANGED:
        raise RejectedError(404, "version_not_found", "There is no such change of this page.")
    before, after = row["detail"]["before"], row["detail"]["after"]
    _refuse(page, before, after, deployed)
    detail = {**settings_before_and_after(page, before), "undoes": version}
    act.table.transact([change_settings(page.id, before), act.note(page.id, CHANGED, detail)])


def _refuse(
    page: Page, before: Mapping[str, Any], after: Mapping[str, Any], deployed: Senders
) -> None:
    if "public_url" in before:
        message = "Twilio calls this address; set public_url anew, so that both are accepted."
        raise RejectedError(409, "cannot_be_undone", message)
    row = page_row(page)
    if any(_value(row, name) != value for name, value in after.items()):
        message = "This was changed again since; undo the newest change first."
        raise RejectedError(409, "changed_since", message)
    for sender in before.get("senders", ()):
        if deployed.named(sender["id"]) is None:
            message = f"The sender {sender['id']} is not the deployment's any more."
            raise RejectedError(422, "unknown_sender", message)
    for name, text in before.items():
        if name.startswith(TEMPLATE) and text is not None:
            event, language = read_key(name.removeprefix(TEMPLATE))
            budget = page.segment_budget
            try:
                templates.check(event, text, page=page.name, budget=budget, language=language)
            except TemplateError as error:
                raise RejectedError(422, error.code, error.message) from None
