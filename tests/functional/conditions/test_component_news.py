"""Calls of one endpoint about one component: none beside another, none back to an older state."""

from statustext.adapters.component_news import claim_call, get_told, note_called
from statustext.adapters.dynamodb import Table
from statustext.domain.component_news import CALL_LEASE, Telling

NOW = 1_800_000_000.0
ABOUT = ("default", "sub_0000000000000001", "api")
OLDER, CHANGE, NEWER = "01799999999-a", "01800000000-b", "01800000001-c"


def claims(table: Table, change: str, now: float = NOW) -> bool:
    return table.write_if(claim_call(*ABOUT, change, now))


def test_one_calls_at_a_time(table: Table) -> None:
    assert claims(table, CHANGE)
    assert not claims(table, CHANGE, NOW + CALL_LEASE - 1)
    assert not claims(table, NEWER, NOW + CALL_LEASE - 1)
    assert claims(table, CHANGE, NOW + CALL_LEASE), "whoever claimed it died"


def test_what_was_delivered_is_not_told_again(table: Table) -> None:
    table.write(claim_call(*ABOUT, CHANGE, NOW))
    table.write(note_called(*ABOUT, CHANGE, Telling.DELIVERED))
    assert not claims(table, CHANGE)
    assert not claims(table, OLDER)
    assert claims(table, NEWER)


def test_what_was_not_accepted_is_told_again_but_nothing_older(table: Table) -> None:
    table.write(claim_call(*ABOUT, CHANGE, NOW))
    table.write(note_called(*ABOUT, CHANGE, Telling.NOT_ACCEPTED))
    assert not claims(table, OLDER)
    assert claims(table, CHANGE)


def test_a_call_that_ends_late_says_nothing_of_the_next(table: Table) -> None:
    table.write(claim_call(*ABOUT, CHANGE, NOW))
    table.write(claim_call(*ABOUT, NEWER, NOW + CALL_LEASE))
    assert not table.write_if(note_called(*ABOUT, CHANGE, Telling.DELIVERED))
    found = get_told(table, *ABOUT)
    assert found is not None
    assert (found.change, found.telling) == (NEWER, Telling.CALLING)
