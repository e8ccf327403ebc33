"""Operators' acts on who is told of one incident only, by Statuspage's management API v1."""

from typing import Any

import pytest

from tests.functional.engine import open_quietly, subscriber_row
from tests.stepped import PHONE, Answer, SteppedSystem

INCIDENTS, PAGE_WIDE = "/v1/pages/default/incidents", "/v1/pages/default/subscribers"


def of(incident: str) -> str:
    return f"{INCIDENTS}/{incident}/subscribers"


def add(system: SteppedSystem, path: str, phone: str = PHONE, **more: Any) -> Answer:
    given = {"phone_number": phone, "skip_confirmation_notification": True, **more}
    return system.operator("POST", path, {"subscriber": given})


def resolve(system: SteppedSystem, incident: str) -> None:
    change = {"incident": {"status": "resolved"}}
    assert system.operator("PATCH", f"{INCIDENTS}/{incident}", change).status == 200
    system.run()


@pytest.fixture
def two(system: SteppedSystem) -> tuple[str, str]:
    """Two open incidents."""
    return open_quietly(system, "First"), open_quietly(system, "Second")


def test_they_are_told_of_this_incident_only(system: SteppedSystem, two: tuple[str, str]) -> None:
    first, second = two
    added = add(system, of(first))
    assert added.status == 201, added
    one = added.json["id"]
    assert [row["id"] for row in system.operator("GET", f"{of(first)}.json").json] == [one]
    assert system.operator("GET", of(second)).json == []
    assert system.operator("GET", f"{of(first)}/{one}.json").json["phone_number"] == "5551234567"
    assert system.operator("GET", f"{of(second)}/{one}").code == "subscriber_not_found"
    assert subscriber_row(system, one)["preferences"]["incidents"] == [first]


def test_another_incident_comes_beside_it_and_goes_again(
    system: SteppedSystem, two: tuple[str, str]
) -> None:
    first, second = two
    one = add(system, of(first)).json["id"]
    assert add(system, of(first)).code == "already_subscribed"
    assert add(system, of(second)).status == 201
    assert subscriber_row(system, one)["preferences"]["incidents"] == [first, second]
    assert system.operator("DELETE", f"{of(first)}/{one}").status == 200
    assert subscriber_row(system, one)["preferences"]["incidents"] == [second]
    assert system.operator("DELETE", f"{of(first)}/{one}").status == 404
    assert system.operator("DELETE", f"{of(second)}/{one}").status == 200
    assert subscriber_row(system, one)["state"] == "unsubscribed"  # and not told of everything
    assert system.operator("GET", of(second)).json == []


def test_who_is_told_of_everything_stays_so(system: SteppedSystem, two: tuple[str, str]) -> None:
    one = add(system, PAGE_WIDE).json["id"]
    assert add(system, of(two[0])).code == "already_subscribed"
    for method in ("GET", "DELETE"):
        assert system.operator(method, f"{of(two[0])}/{one}").status == 404
    assert not subscriber_row(system, one)["preferences"].get("incidents")


def test_a_code_comes_first_and_again(system: SteppedSystem, two: tuple[str, str]) -> None:
    first, second = two
    one = add(system, of(first), skip_confirmation_notification=False).json["id"]
    system.run()
    assert len(system.code()) == 6
    assert system.operator("GET", of(first)).json == []
    assert system.operator("GET", f"{of(first)}/{one}").json["state"] == "unconfirmed"
    system.advance(60)
    assert system.operator("POST", f"{of(second)}/{one}/resend_confirmation").status == 404
    assert system.operator("POST", f"{of(first)}/{one}/resend_confirmation.json").status == 201
    system.run()
    assert len(system.texts(PHONE)) == 2


def test_an_incident_must_be_there_and_go_on(system: SteppedSystem, two: tuple[str, str]) -> None:
    resolve(system, two[0])
    assert add(system, of(two[0])).code == "incident_not_unresolved"
    assert add(system, of("nothing")).code == "incident_not_found"
    assert system.operator("GET", of("nothing")).code == "incident_not_found"
    mail = {"subscriber": {"email": "a@example.test"}}
    assert system.operator("POST", of(two[1]), mail).code == "mode_not_offered"
