"""What is kept of a subscription that ended, for how long, and what still works afterwards."""

from collections.abc import Callable

import pytest

from statustext.domain.subscriber import Preferences, State
from tests.functional.engine import (
    Call,
    add_active,
    settle_down,
    subscriber_row,
    watched,
)
from tests.functional.webhooks import INBOUND, inbound, post
from tests.stepped import PHONE, Answer, SteppedSystem

DAY = 24 * 3600
OTHER = "+15550000070"


def set_days(system: SteppedSystem, days: object) -> Answer:
    return system.operator("PATCH", "/v1/pages/default", {"ended_kept_days": days})


def leave(system: SteppedSystem) -> str:
    """Somebody chose what to hear, verified, and ended it on the page."""
    begun = system.subscribe(preferences={"services": ["svc_api"], "updates": True})
    path, token = f"/subscriptions/{begun['id']}", begun["manage_token"]
    assert system.http("DELETE", path, headers={"Authorization": f"Bearer {token}"}).status == 200
    system.run()
    return str(begun["id"])


def stop(system: SteppedSystem) -> str:
    """Somebody verified, and texted STOP."""
    one = str(system.subscribe()["id"])
    post(system, INBOUND, inbound("STOP", "SM1"))
    return one


def sweep(system: SteppedSystem) -> int:
    system.clock.shift(1)  # the clock looks a second later, as keys hold whole ones
    removed: int = system.tick()["numbers_removed"]
    system.run()
    return removed


@pytest.mark.parametrize("end", [leave, stop])
def test_the_number_goes_after_thirty_days_and_not_before(
    system: SteppedSystem, end: Callable[[SteppedSystem], str]
) -> None:
    one = end(system)
    before = subscriber_row(system, one)
    system.clock.shift(30 * DAY - 60)
    assert sweep(system) == 0
    assert subscriber_row(system, one)["phone"] == PHONE
    system.clock.shift(60)
    assert sweep(system) == 1
    assert PHONE not in str(system.rows())
    row = subscriber_row(system, one)
    assert row["state"] == State.UNSUBSCRIBED
    assert row.get("suppressed") == before.get("suppressed")
    assert row["preferences"]["services"] == [], "what they chose is forgotten, too"
    assert sweep(system) == 0
    assert system.rows("ended") == []
    assert system.rows("consent"), "the proof that they asked stays"
    assert [one for one in system.rows("audit") if one["event"] == "subscriber.number_removed"]


def test_whoever_is_there_stays(system: SteppedSystem) -> None:
    kept = add_active(system, 3, first=80)
    one = leave(system)
    system.clock.shift(29 * DAY)
    assert system.subscribe()["id"] == one  # back again
    system.clock.shift(400 * DAY)
    assert sweep(system) == 0
    assert subscriber_row(system, one)["phone"] == PHONE
    assert all(subscriber_row(system, other)["phone"] for other in kept)


def test_who_came_back_and_left_again_has_all_of_their_days(system: SteppedSystem) -> None:
    one = leave(system)
    system.clock.shift(20 * DAY)
    assert leave(system) == one
    system.clock.shift(20 * DAY)
    assert sweep(system) == 0
    assert subscriber_row(system, one)["phone"] == PHONE
    system.clock.shift(10 * DAY)
    assert sweep(system) == 1


def test_saying_stop_again_does_not_keep_the_number_longer(system: SteppedSystem) -> None:
    stop(system)
    system.clock.shift(20 * DAY)
    post(system, INBOUND, inbound("STOP", "SM2"))
    system.clock.shift(10 * DAY)
    assert sweep(system) == 1
    assert PHONE not in str(system.rows("subscriber"))


def test_a_page_chooses_how_many_days(system: SteppedSystem) -> None:
    assert system.operator("GET", "/v1/pages/default").json["ended_kept_days"] == 30
    one = leave(system)
    for wrong in (0, 401, True, "7 days", 1.5):
        assert set_days(system, wrong).status == 422, wrong
    assert set_days(system, 7).json["ended_kept_days"] == 7
    system.clock.shift(7 * DAY)
    assert sweep(system) == 1
    assert "phone" not in subscriber_row(system, one)


def test_start_brings_back_who_said_stop_long_ago(system: SteppedSystem) -> None:
    one = stop(system)
    system.clock.shift(31 * DAY)
    assert sweep(system) == 1
    post(system, INBOUND, inbound("START", "SM2"))
    row = subscriber_row(system, one)
    assert (row["state"], row["phone"], "suppressed" in row) == (State.ACTIVE, PHONE, False)
    system.open_incident()
    settle_down(system, 60)
    assert "API is down" in system.texts()[-1]
    system.clock.shift(60 * DAY)
    assert sweep(system) == 0


def test_start_of_who_was_erased_and_then_looked_at_subscribes_nobody(
    system: SteppedSystem,
) -> None:
    one = stop(system)
    assert system.operator("DELETE", f"/api/sms/subscribers?id={one}&erase=true").status == 200
    system.clock.shift(31 * DAY)
    assert sweep(system) == 0  # there is no number to remove
    row = subscriber_row(system, one)
    assert row["suppressed"] == "stop"
    post(system, INBOUND, inbound("START", "SM2"))
    row = subscriber_row(system, one)
    assert row["state"] == State.UNSUBSCRIBED
    assert "suppressed" not in row


@pytest.mark.parametrize("code", ["", "21610", "30005"])
def test_a_receipt_that_comes_later_finds_its_place(system: SteppedSystem, code: str) -> None:
    set_days(system, 1)
    (one,) = add_active(system, 1, Preferences(), first=70)
    incident = system.open_incident()
    settle_down(system, 30)
    post(system, INBOUND, {**inbound("STOP", "SM9"), "From": OTHER})
    system.clock.shift(DAY)
    assert sweep(system) == 1
    form = {"MessageSid": "SM" + "b" * 32, "MessageStatus": "undelivered", "ErrorCode": code}
    path = f"/twilio/default/status/a.{incident}.1.{one}.1"
    answer = post(system, path, {name: value for name, value in form.items() if value})
    assert answer.status in (200, 204)
    assert not system.failures
    row = subscriber_row(system, one)
    assert (row["state"], row["suppressed"]) == (State.UNSUBSCRIBED, "stop")
    assert "phone" not in row
    history = system.operator("GET", f"/v1/pages/default/subscribers/{one}/history")
    assert (history.status, history.json["phone"]) == (200, None)


def test_what_operators_read_goes_on(system: SteppedSystem) -> None:
    one = stop(system)
    system.clock.shift(30 * DAY)
    assert sweep(system) == 1
    shown = system.operator("GET", "/api/v1/orgs/default/sms/suppressions")
    assert [(each["subscriber"], each["phone"]) for each in shown.json["suppressions"]] == [
        (one, None)
    ]
    assert system.operator("GET", f"/v1/pages/default/subscribers/{one}/history").status == 200
    assert system.operator("GET", "/v1/pages/default/audit").status == 200
    assert system.operator("GET", f"/api/sms/subscribers?id={one}").status == 200
    assert system.operator("GET", "/api/sms/subscribers").json["subscribers"] == []
    assert system.operator("DELETE", f"/api/sms/subscribers?id={one}&erase=true").status == 200


def test_a_new_sign_up_that_is_underway_is_left_alone(system: SteppedSystem) -> None:
    one = leave(system)
    system.clock.shift(30 * DAY - 60)
    assert system.sign_up() == one
    code = system.code()
    system.clock.shift(60)
    assert sweep(system) == 1
    answer = system.http("POST", f"/subscriptions/{one}/verify", {"code": code})
    assert answer.status == 200
    assert subscriber_row(system, one)["phone"] == PHONE


def test_who_returns_while_being_looked_at_keeps_the_number(system: SteppedSystem) -> None:
    one = stop(system)
    system.clock.shift(30 * DAY)

    def start(call: Call) -> None:
        if call.function == "clock" and call.operation == "TransactWriteItems":
            watch.before = None
            post(system, INBOUND, inbound("START", "SM2"))

    with watched(system) as watch:
        watch.before = start
        assert sweep(system) == 0
    row = subscriber_row(system, one)
    assert (row["state"], row["phone"]) == (State.ACTIVE, PHONE)


def test_a_consent_holds_no_address(system: SteppedSystem) -> None:
    system.sign_up()
    (consent,) = system.rows("consent")
    assert "address" not in consent
    assert len(consent["address_hash"]) == 24
    assert "198.51.100" not in str(system.rows())
