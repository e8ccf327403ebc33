"""A page's provider is changed from the version of its secret that was read, and no other."""

from dataclasses import replace

from statustext.adapters.dynamodb import Table, Write
from statustext.adapters.pages import change_provider, get_page, page_key, page_row
from statustext.domain.page import Page

PAGE = Page("default", "Demo", "https://status.example.test", "https://api.example.test")
FIRST, SECOND = (replace(PAGE, provider_secret=version) for version in ("v1", "v2"))


def put(table: Table, *without: str) -> None:
    row = {name: one for name, one in page_row(PAGE).items() if name not in without}
    table.write(Write(*page_key(PAGE.id), item=row))


def changed(table: Table, before: Page, after: Page) -> str:
    """The version that the row names then."""
    table.write_if(change_provider(before, after))
    found = get_page(table, before.id, consistent=True)
    return found.provider_secret if found else "no page"


def test_a_provider_is_changed_once_from_what_was_read(table: Table) -> None:
    put(table)
    assert changed(table, PAGE, FIRST) == "v1"
    assert changed(table, PAGE, SECOND) == "v1", "somebody else was first"
    assert changed(table, FIRST, SECOND) == "v2"


def test_a_page_of_before_takes_its_first(table: Table) -> None:
    put(table, "provider_secret")
    assert changed(table, PAGE, FIRST) == "v1"


def test_a_provider_makes_no_page(table: Table) -> None:
    assert changed(table, PAGE, FIRST) == "no page"
