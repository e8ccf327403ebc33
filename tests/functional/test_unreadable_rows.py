"""Rows of which nothing can be told: they fail alone, with an alarm, and keep nobody else back."""

import json
from collections.abc import Callable

import pytest

from statustext.adapters.dynamodb import Write
from statustext.adapters.subscribers import subscriber_key
from tests.functional.engine import add_active, queue
from tests.functional.phrases import HOUR, live, opened
from tests.stepped import SteppedSystem

PEOPLE = 25
"""A full batch."""


def impossible_hours(one: str) -> Write:
    update = "SET preferences.quiet_hours = :hours"
    return Write(*subscriber_key("default", one), update=update, values={"hours": "24:00-07:00"})


def no_memory(one: str) -> Write:
    return Write(*subscriber_key("default", one), update="REMOVE told")


def dead_letters(system: SteppedSystem) -> list[list[str]]:
    """Whom the messages were for that were given up."""
    url = system.queue_url(queue(system, "announcements").queue_arn) + "-dead"
    found = system.clients.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(one["Body"])["subscribers"] for one in found.get("Messages", [])]


@pytest.mark.parametrize("spoiled", [impossible_hours, no_memory])
def test_one_bad_row_of_a_batch(
    system: SteppedSystem, spoiled: Callable[[str], Write], capsys: pytest.CaptureFixture[str]
) -> None:
    everybody = add_active(system, PEOPLE)
    bad, phone = list(everybody.items())[3]
    system.table.write(spoiled(bad))
    system.stream_records()
    opened(system, impact_override="minor")
    live(system, HOUR, step=300)
    assert {text.to for text in system.accepted(None)} == {*everybody.values()} - {phone}
    assert dead_letters(system) == [[bad]]
    assert "RowUnreadable" in capsys.readouterr().out


def test_where_nobody_of_a_batch_can_be_told_each_is_a_dead_letter(system: SteppedSystem) -> None:
    everybody = add_active(system, 5)
    for one in everybody:
        system.table.write(no_memory(one))
    system.stream_records()
    opened(system)
    live(system, HOUR, step=300)
    assert system.accepted(None) == []
    assert sorted(dead_letters(system)) == sorted([one] for one in everybody)
