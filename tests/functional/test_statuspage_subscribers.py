"""Operators' acts on subscribers, in the shape of Statuspage's management API v1."""

from typing import Any

import pytest

from statustext.adapters.quarantine import quarantine
from tests.functional.engine import subscriber_row
from tests.stepped import KEY, PHONE, SteppedSystem

OF_PAGE = "/v1/pages/default/subscribers"
OTHER, THIRD = "+15551230002", "+15551230003"
CONSENT = {"source": "form", "statement": "Yes.", "obtained_at": "2027-01-02"}


def add(system: SteppedSystem, phone: str, **more: Any) -> str:
    given = {"phone_number": phone, "skip_confirmation_notification": True, **more}
    answer = system.operator("POST", OF_PAGE, {"subscriber": given})
    assert answer.status == 201, answer
    return str(answer.json["id"])


def ids(system: SteppedSystem, query: str = "") -> list[str]:
    return [one["id"] for one in system.operator("GET", f"{OF_PAGE}.json{query}").json]


@pytest.fixture
def people(system: SteppedSystem) -> dict[str, str]:
    """One active, one who has not entered the code, one that cannot be reached, one who left."""
    found = {"active": add(system, PHONE, consent=CONSENT)}
    found["unconfirmed"] = add(system, OTHER, skip_confirmation_notification=False)
    found["quarantined"] = add(system, THIRD)
    system.table.write(quarantine("default", found["quarantined"], "twilio 30005", system.now))
    found["left"] = add(system, "+15551230004")
    gone = system.operator("DELETE", f"{OF_PAGE}/{found['left']}")
    assert gone.json["id"] == found["left"]
    system.run()
    return found


def test_they_are_added_and_shown_as_statuspage_does(system: SteppedSystem) -> None:
    given = {"subscriber[phone_number]": "(555) 123-4567", "subscriber[phone_country]": "US"}
    answer = system.operator("POST", f"{OF_PAGE}.json", form=given)
    assert answer.status == 201
    system.run()
    assert len(system.code()) == 6
    one = answer.json["id"]
    shown = system.operator("GET", f"{OF_PAGE}/{one}.json").json
    assert shown == {
        "id": one,
        "mode": "sms",
        "email": None,
        "endpoint": None,
        "phone_number": "5551234567",
        "phone_country": "US",
        "display_phone_number": "+1 555-123-4567",
        "obfuscated_channel_name": None,
        "workspace_name": None,
        "quarantined_at": None,
        "purge_at": None,
        "skip_confirmation_notification": False,
        "components": [],
        "page_access_user_id": None,
        "created_at": "2027-01-15T08:00:00.000Z",
        "state": "unconfirmed",
    }
    assert {"subscriber.added", "subscriber.shown"} <= {
        row["event"] for row in system.rows("audit")
    }


def test_a_list_is_of_a_state_a_type_and_a_number(
    system: SteppedSystem, people: dict[str, str]
) -> None:
    assert ids(system) == [people["active"]]
    for state in ("unconfirmed", "quarantined"):
        assert ids(system, f"?state={state}") == [people[state]]
    every = [people["unconfirmed"], people["quarantined"], people["active"]]  # by number
    assert ids(system, "?state=all") == every
    assert ids(system, "?state=all&sort_direction=desc") == every[::-1]
    assert ids(system, "?state=all&type=sms&limit=2&page=1") == every[2:]
    assert ids(system, "?state=all&q=123-0003") == [people["quarantined"]]
    assert ids(system, "?state=all&sort_field=quarantined_at")[0] == people["quarantined"]
    assert ids(system, "?type=email") == []
    (left,) = system.operator("GET", f"{OF_PAGE}/unsubscribed").json
    assert (left["id"], left["phone_number"]) == (people["left"], "5551230004")
    for query in ("?state=some", "?sort_field=name", "?limit=0", "?pages=1"):
        assert system.operator("GET", OF_PAGE + query).status == 422, query


def test_they_are_counted(system: SteppedSystem, people: dict[str, str]) -> None:
    assert len(people) == 4
    count = system.operator("GET", f"{OF_PAGE}/count.json?state=all").json
    assert count == {"email": 0, "sms": 3, "slack": 0, "webhook": 0, "integration_partner": 0}
    assert system.operator("GET", f"{OF_PAGE}/count?type=sms").json == {"sms": 1}
    by_state = system.operator("GET", f"{OF_PAGE}/histogram_by_state").json
    assert by_state["sms"] == {"active": 1, "unconfirmed": 1, "quarantined": 1, "total": 3}
    assert by_state["email"]["total"] == 0


def test_who_may_not_take_numbers_sees_them_masked(
    system: SteppedSystem, people: dict[str, str]
) -> None:
    system.add_key("reader", scope="read")
    (one,) = system.http("GET", OF_PAGE, headers={"Authorization": "OAuth reader"}).json
    assert (one["id"], one["phone_number"]) == (people["active"], "+1555123xxxx")
    refused = system.http("GET", f"{OF_PAGE}/{one['id']}", headers={"X-API-Key": "reader"})
    assert refused.code == "scope_too_small"
    assert system.http("GET", OF_PAGE, headers={"X-API-Key": KEY}).json
    assert "subscribers.exported" in [row["event"] for row in system.rows("audit")]


def test_components_are_chosen_and_left_out_they_are_all(system: SteppedSystem) -> None:
    one = add(system, PHONE, component_ids=["svc_api"])
    assert len(subscriber_row(system, one)["preferences"]["services"]) == 1
    changed = system.operator("PATCH", f"{OF_PAGE}/{one}", {"component_ids": ["svc_payments"]})
    assert len(changed.json["components"]) == 1
    assert system.operator("PATCH", f"{OF_PAGE}/{one}", {}).json["components"] == []
    refused = system.operator("PATCH", f"{OF_PAGE}/{one}", {"components": []})
    assert "did you mean component_ids" in refused.json["error"]["message"]


def test_many_are_unsubscribed_reactivated_and_asked_again(
    system: SteppedSystem, people: dict[str, str]
) -> None:
    asked = {"subscribers": [people["active"], people["quarantined"], "nobody"]}
    answer = system.operator("POST", f"{OF_PAGE}/reactivate", asked)
    assert (answer.status, answer.json["done"]) == (201, [people["quarantined"]])
    assert set(answer.json["left"]) == {people["active"], "nobody"}
    system.advance(60)
    texts = len(system.texts(OTHER))
    again = system.operator("POST", f"{OF_PAGE}/resend_confirmation", {"subscribers": "all"})
    assert again.json == {"done": [people["unconfirmed"]], "left": {}}
    system.run()
    assert len(system.texts(OTHER)) == texts + 1
    form = {"subscribers[]": people["active"]}
    gone = system.operator("POST", f"{OF_PAGE}/unsubscribe", form=form)
    assert gone.json["done"] == [people["active"]]
    every = {"subscribers": "all", "state": "all"}
    assert len(system.operator("POST", f"{OF_PAGE}/unsubscribe", every).json["done"]) == 2
    assert ids(system, "?state=all") == []


def test_who_said_stop_is_not_reactivated_or_added(system: SteppedSystem) -> None:
    one = system.subscribe()["id"]
    system.reply("STOP")
    answer = system.operator("POST", f"{OF_PAGE}/reactivate", {"subscribers": [one]})
    assert answer.json["done"] == []
    given = {"phone_number": PHONE, "skip_confirmation_notification": True}
    refused = system.operator("POST", OF_PAGE, {"subscriber": given})
    assert (refused.status, refused.code) == (409, "number_opted_out")


@pytest.mark.parametrize("given", [{"email": "a@example.com"}, {"endpoint": "https://x"}, {}])
def test_other_ways_than_texts_are_refused(system: SteppedSystem, given: dict[str, str]) -> None:
    refused = system.operator("POST", OF_PAGE, {"subscriber": given})
    assert (refused.status, refused.code) == (422, "mode_not_offered")


def test_another_code_is_for_who_has_not_entered_one(
    system: SteppedSystem, people: dict[str, str]
) -> None:
    system.advance(60)
    path = f"{OF_PAGE}/{people['unconfirmed']}/resend_confirmation.json"
    assert system.operator("POST", path).status == 201
    refused = system.operator("POST", f"{OF_PAGE}/{people['active']}/resend_confirmation")
    assert (refused.status, refused.code) == (409, "nothing_to_confirm")


def test_who_was_added_is_there_before_the_code_is_texted(system: SteppedSystem) -> None:
    made = system.operator("POST", OF_PAGE, {"subscriber": {"phone_number": PHONE}})
    path = f"{OF_PAGE}/{made.json['id']}"
    assert system.operator("GET", path).json == made.json
    gone = system.operator("DELETE", path)
    assert (gone.status, gone.json["state"]) == (200, "unconfirmed")
    assert system.operator("GET", path).status == 404
    system.run()
    assert system.texts() == []
    assert system.operator("DELETE", path).status == 404
