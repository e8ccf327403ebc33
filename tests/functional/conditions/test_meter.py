"""A page's meter: functions that count at once, by clocks that differ."""

from collections.abc import Callable
from typing import Any
from unittest import mock

from statustext.adapters.dynamodb import Table
from statustext.adapters.dynamodb_types import Item
from statustext.adapters.meter import get_meter, give_back, note_told, take
from statustext.domain.quota import Use, UsedUp, windows_at

PAGE = "default"
NOW = 1_800_000_000.0
AN_HOUR = 3600
ONE = Use(1, 1, 1)


def texts_of_hour(table: Table) -> int:
    return get_meter(table, PAGE).counts["hour_texts"]


def overtaken(table: Table, meanwhile: Callable[[], object]) -> Any:
    """Somebody else counts after the first read of the meter, and before what follows it."""
    real, left = table.get, [meanwhile]

    def get(pk: str, sk: str, *, consistent: bool = True) -> Item | None:
        row = real(pk, sk, consistent=consistent)
        if left:
            left.pop()()
        return row

    return mock.patch.object(table, "get", get)


def test_a_quota_is_not_overrun(table: Table) -> None:
    assert not isinstance(take(table, PAGE, {"hour_texts": 1}, [ONE], NOW), UsedUp)
    assert isinstance(take(table, PAGE, {"hour_texts": 1}, [ONE], NOW), UsedUp)


def test_what_two_count_first_at_once_is_all_counted(table: Table) -> None:
    with overtaken(table, lambda: take(table, PAGE, {}, [ONE], NOW)):
        take(table, PAGE, {}, [ONE], NOW)
    assert texts_of_hour(table) == 2


def test_an_hour_that_two_begin_at_once_begins_once(table: Table) -> None:
    take(table, PAGE, {}, [ONE], NOW)
    with overtaken(table, lambda: take(table, PAGE, {}, [ONE], NOW + AN_HOUR)):
        take(table, PAGE, {}, [ONE], NOW + AN_HOUR)
    assert texts_of_hour(table) == 2
    assert get_meter(table, PAGE).windows == windows_at(NOW + AN_HOUR)


def test_what_is_given_back_late_is_not_taken_from_the_next_hour(table: Table) -> None:
    take(table, PAGE, {}, [ONE, ONE], NOW)
    with overtaken(table, lambda: take(table, PAGE, {}, [ONE], NOW + AN_HOUR)):
        give_back(table, PAGE, ONE, windows_at(NOW))
    assert texts_of_hour(table) == 1


def test_what_is_given_back_is_given_once_though_its_answer_was_lost(table: Table) -> None:
    """botocore repeats a request; a transaction's has the same token then."""
    take(table, PAGE, {}, [ONE, ONE, ONE], NOW)
    client = table._client
    alone, together = client.update_item, client.transact_write_items

    def alone_twice(**given: Any) -> Any:
        alone(**given)
        return alone(**given)

    def together_twice(**given: Any) -> Any:
        together(**given, ClientRequestToken="the-same")
        return together(**given, ClientRequestToken="the-same")

    with (
        mock.patch.object(client, "update_item", alone_twice),
        mock.patch.object(client, "transact_write_items", together_twice),
    ):
        give_back(table, PAGE, ONE, windows_at(NOW))
    assert texts_of_hour(table) == 2


def test_an_operator_is_told_once_of_what_is_used_in_a_window(table: Table) -> None:
    take(table, PAGE, {}, [ONE], NOW)
    half, most = (note_told(PAGE, "hour_texts", n, windows_at(NOW)) for n in (50, 80))
    assert not table.write_if(note_told(PAGE, "hour_texts", 50, windows_at(NOW - AN_HOUR)))
    assert table.write_if(half)
    assert not table.write_if(half)
    assert table.write_if(most)
    assert not table.write_if(half)
