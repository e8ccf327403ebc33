"""Numbers that their carriers gave up: who subscribed by one is asked, and told nothing until they
answer."""

import json

import pytest

from local.configuration import ROOT
from local.function_host import FunctionError
from statustext.adapters import deactivations
from statustext.adapters.dynamodb import Write
from statustext.adapters.subscribers import get_subscribers
from statustext.flows.keeping_time import deactivated_numbers
from tests.functional.engine import add_active, subscriber_row
from tests.functional.phrases import say, set_page
from tests.functional.webhooks import is_stopped
from tests.stepped import PHONE, SteppedSystem

QUESTION = (
    "[Demo] Is this still your number? Reply YES to go on getting status alerts, or STOP to end "
    "them."
)
YESTERDAY = "2027-01-14"
DAY = 24 * 3600


def look(system: SteppedSystem) -> int:
    """The daily look; how many were quarantined by it."""
    event = json.loads((ROOT / "events/deactivations_daily.json").read_text(encoding="utf-8"))
    found = system.invoke("deactivations", event)["quarantined"]
    system.run()
    return int(found)


@pytest.fixture
def given_up(system: SteppedSystem) -> SteppedSystem:
    """A subscriber, verified the day before their carrier gave the number up."""
    one = system.subscribe()
    system.advance(2 * DAY)
    system.twilio.deactivations.add(PHONE, "2027-01-16")
    system.twilio.deactivations.add("+15559990000", "2027-01-16")
    assert look(system) == 1
    assert subscriber_row(system, one["id"])["state"] == "quarantined"
    return system


def subscriber(system: SteppedSystem) -> str:
    (row,) = system.rows("subscriber")
    return str(row["sk"])


def test_they_are_asked_and_told_nothing_until_they_say_yes(given_up: SteppedSystem) -> None:
    assert given_up.texts()[-1] == QUESTION
    given_up.open_incident("API is down")
    assert given_up.texts()[-1] == QUESTION
    say(given_up, PHONE, "Yes")
    assert subscriber_row(given_up, subscriber(given_up))["state"] == "active"
    given_up.open_incident("Database is down")
    assert "Database is down" in given_up.texts()[-1]


@pytest.mark.parametrize("word", ["who is this?", "MUTE", "PAUSE 8H", "ALL"])
def test_other_words_may_be_a_strangers(given_up: SteppedSystem, word: str) -> None:
    say(given_up, PHONE, word)
    given_up.open_incident("API is down")
    assert given_up.texts()[-1] == QUESTION


def test_stop_is_obeyed(given_up: SteppedSystem) -> None:
    say(given_up, PHONE, "STOP")
    assert is_stopped(given_up)


def test_start_confirms_as_well(given_up: SteppedSystem) -> None:
    say(given_up, PHONE, "START")
    assert subscriber_row(given_up, subscriber(given_up))["state"] == "active"


def test_who_signs_up_anew_has_shown_the_number(given_up: SteppedSystem) -> None:
    one = given_up.subscribe()
    row = subscriber_row(given_up, one["id"])
    assert row["state"] == "active"
    assert "quarantined_for" not in row


def test_no_operator_releases_it(given_up: SteppedSystem) -> None:
    path = f"/api/sms/subscribers/{subscriber(given_up)}/release"
    answer = given_up.operator("POST", path)
    assert (answer.status, answer.code) == (409, "number_given_up")


def test_the_same_list_asks_nobody_twice(given_up: SteppedSystem) -> None:
    say(given_up, PHONE, "YES")
    row = {"day": "2027-01-16", "lines": 0}
    given_up.table.write(Write(deactivations.PK, deactivations.SK, item=row))
    assert look(given_up) == 0
    assert given_up.texts().count(QUESTION) == 1


def test_a_later_list_asks_again(given_up: SteppedSystem) -> None:
    say(given_up, PHONE, "YES")
    given_up.advance(DAY)
    given_up.twilio.deactivations.add(PHONE, "2027-01-17")
    assert look(given_up) == 1
    assert given_up.texts().count(QUESTION) == 2


def test_who_was_verified_since_is_left_alone(system: SteppedSystem) -> None:
    system.subscribe()
    system.twilio.deactivations.add(PHONE, YESTERDAY)
    assert look(system) == 0
    assert QUESTION not in system.texts()


def test_it_is_in_their_history_and_the_audit_trail(given_up: SteppedSystem) -> None:
    given_up.open_incident("API is down")
    one = subscriber(given_up)
    path = f"/v1/pages/default/subscribers/{one}/history"
    shown = given_up.operator("GET", path).json
    assert shown["status"] == "quarantined"
    said = [entry["what"] for entry in shown["history"]]
    assert any("The carrier gave the number up" in what for what in said)
    assert any("until they answer YES or START" in what for what in said)
    assert any(what.startswith("Number check: ") for what in said)
    (note,) = [row for row in given_up.rows("audit") if row["event"] == "subscriber.quarantined"]
    assert note["actor"] == "the list of deactivated numbers"
    assert note["detail"] == {"subscriber": one, "reason": "deactivated", "day": "2027-01-16"}


def test_days_that_were_missed_are_read(given_up: SteppedSystem) -> None:
    say(given_up, PHONE, "YES")
    given_up.advance(3 * DAY)
    given_up.twilio.deactivations.add(PHONE, "2027-01-18")
    assert look(given_up) == 1


def test_a_look_that_dies_is_taken_up_where_it_was(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    phones = add_active(system, 5).values()
    for phone in phones:
        system.twilio.deactivations.add(phone, "2027-01-16")
    system.advance(2 * DAY)
    monkeypatch.setattr(deactivated_numbers, "AT_ONCE", 2)
    real, batches = get_subscribers, iter((False, True))

    def dies(*args: object) -> object:
        if next(batches, False):
            raise TimeoutError
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(deactivated_numbers, "get_subscribers", dies)
    with pytest.raises(FunctionError):
        look(system)
    assert len([row for row in system.rows("subscriber") if row["state"] == "quarantined"]) == 2
    monkeypatch.setattr(deactivated_numbers, "get_subscribers", real)
    assert look(system) == 3
    assert len(system.accepted(None)) == 5


def test_a_list_that_twilio_refuses_is_read_at_the_next_look(
    system: SteppedSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system.twilio, "auth_token", "another")
    with pytest.raises(FunctionError):
        look(system)
    monkeypatch.undo()
    assert look(system) == 0


def test_they_are_asked_in_their_language(given_up: SteppedSystem) -> None:
    set_page(given_up, language="de")
    given_up.advance(DAY)
    say(given_up, PHONE, "YES")
    given_up.twilio.deactivations.add(PHONE, "2027-01-17")
    assert look(given_up) == 1
    assert given_up.texts()[-1].startswith("[Demo] Ist das noch Ihre Nummer?")
