"""Who reads the table, its stream or a backup of it sees no number, no mailbox and no endpoint."""

from tests.faults.recording import recording


def test_no_row_of_any_journey_holds_an_address_in_the_clear() -> None:
    rows = recording().rows
    assert rows.given, "nobody was to be reached"
    assert rows.in_the_clear() == []
