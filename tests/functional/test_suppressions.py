"""Numbers that must not be texted, and persons who are forgotten."""

from typing import Any

import pytest

from tests.functional.engine import settle_down
from tests.functional.webhooks import INBOUND, inbound, post
from tests.stepped import PHONE, Answer, SteppedSystem

SUPPRESSIONS = "/api/v1/orgs/default/sms/suppressions"
OTHER = "+15557000002"


def suppress(system: SteppedSystem, phone: str = PHONE) -> Answer:
    return system.operator("POST", SUPPRESSIONS, {"phone": phone, "reason": "asked by e-mail"})


def listed(system: SteppedSystem) -> list[Any]:
    found: list[Any] = []
    cursor = ""
    for _ in range(40):
        answer = system.operator("GET", SUPPRESSIONS + (f"?cursor={cursor}" if cursor else ""))
        assert answer.status == 200, answer.text
        found += answer.json["suppressions"]
        cursor = answer.json["next_cursor"]
        if not cursor:
            return found
    raise AssertionError("a list without an end")


def test_a_suppressed_number_is_not_texted(system: SteppedSystem) -> None:
    system.subscribe()
    before = system.texts()
    assert suppress(system).status == 201
    system.open_incident()
    settle_down(system, 60)
    system.sign_up(PHONE)
    settle_down(system, 60)
    assert system.texts() == before


def test_a_number_is_suppressed_once_and_lifted_once(system: SteppedSystem) -> None:
    assert suppress(system, OTHER).json["reason"] == "operator"
    again = suppress(system, OTHER)
    assert (again.status, again.code) == (409, "already_suppressed")
    (one,) = listed(system)
    assert one["since"].startswith("2027-01-15")
    for path in (f"{SUPPRESSIONS}/{OTHER}", f"{SUPPRESSIONS}/%2B{OTHER[1:]}"):
        assert system.operator("GET", path).json["subscriber"] == one["subscriber"]
    assert system.operator("DELETE", f"{SUPPRESSIONS}/{OTHER}?reason=ours").status == 200
    assert system.operator("GET", f"{SUPPRESSIONS}/{OTHER}").code == "not_suppressed"
    assert system.operator("DELETE", f"{SUPPRESSIONS}/{OTHER}").status == 404
    assert listed(system) == []
    events = {row["event"] for row in system.rows("audit")}
    assert {"number.suppressed", "number.unsuppressed"} <= events


def test_no_operator_undoes_a_stop(system: SteppedSystem) -> None:
    system.subscribe()
    post(system, INBOUND, inbound("STOP", "SM1"))
    refused = system.operator("DELETE", f"{SUPPRESSIONS}/{PHONE}")
    assert (refused.status, refused.code) == (409, "number_opted_out")
    assert [one["reason"] for one in listed(system)] == ["stop"]
    assert PHONE not in str(listed(system))


@pytest.mark.parametrize("phone", ["5551234567", "+1", "twilio", "%2B", "+1555123456789012345"])
def test_what_is_no_number(system: SteppedSystem, phone: str) -> None:
    assert system.operator("GET", f"{SUPPRESSIONS}/{phone}").code == "invalid_number"


def test_an_erased_person_is_forgotten_and_stays_suppressed(system: SteppedSystem) -> None:
    one = system.subscribe()["id"]
    system.open_incident()
    settle_down(system, 60)
    before = system.texts()
    erased = system.operator("DELETE", f"/api/sms/subscribers?id={one}&erase=true")
    assert erased.json == {"id": one, "status": "erased"}
    assert PHONE not in str(system.rows())
    assert system.rows("consent") == system.rows("direct") == []
    assert [(row["sk"], row["suppressed"]) for row in system.rows("subscriber")] == [
        (one, "erased")
    ]
    system.sign_up(PHONE)
    system.open_incident("Another")
    settle_down(system, 60)
    assert system.texts() == before
    assert system.operator("DELETE", f"/api/sms/subscribers?id={one}&erase=true").status == 200


def test_an_erased_person_may_come_back_by_their_own_word(system: SteppedSystem) -> None:
    one = system.subscribe()["id"]
    system.operator("DELETE", f"/api/sms/subscribers?id={one}&erase=true")
    post(system, INBOUND, inbound("START", "SM1"))
    system.clock.shift(24 * 3600)
    assert system.subscribe()["id"] == one


def test_a_person_erases_themselves(system: SteppedSystem) -> None:
    begun = system.subscribe()
    headers = {"Authorization": f"Bearer {begun['manage_token']}"}
    path = f"/subscriptions/{begun['id']}"
    erased = system.http("DELETE", f"{path}?erase=true", headers=headers)
    assert erased.json == {"id": begun["id"], "status": "erased"}
    assert PHONE not in str(system.rows())
    assert system.http("GET", path, headers=headers).status == 401


def test_nobody_cannot_be_erased(system: SteppedSystem) -> None:
    path = "/api/sms/subscribers?id=sub_0000000000000000&erase=true"
    assert system.operator("DELETE", path).code == "subscriber_not_found"
