"""Visitors whose client speaks Statuspage's public API v2."""

from collections.abc import Generator

from tests.faults.afterwards import everybody_stops, settings_are_changed
from tests.faults.journey import journey
from tests.faults.journeys.visitors import component_ids
from tests.faults.stage import Stage
from tests.functional.engine import subscriber_row

PHONE = "+15557770002"
API = "/api/v2/subscribers"
CHOSEN = {"subscriber": {"components": ["svc_api"]}}


def turned_on(stage: Stage) -> None:
    """The page takes such sign-ups: also to who reads it as it was before its last change."""
    for _ in range(2):
        stage.system.operator("PATCH", "/v1/pages/default", {"statuspage_sign_up": True})
    stage.carry_on()


def signed_up(stage: Stage) -> str:
    """The id of a sign-up whose code is on its way."""
    turned_on(stage)
    stage.phones.append(PHONE)
    given = {"subscriber": {"phone_number": PHONE}}
    answer = stage.system.http("POST", f"{API}.json", given)
    assert answer.status == 201, answer
    one = str(answer.json["subscriber"]["id"])
    stage.carry_on()
    return one


def subscribed(stage: Stage) -> str:
    """The id of a sign-up whose code was entered."""
    one = signed_up(stage)
    code = {"subscriber": {"code": stage.system.code(PHONE)}}
    assert stage.system.http("POST", f"{API}/{one}/verify", code).status == 200
    stage.carry_on()
    return one


def row_of(stage: Stage, one: str) -> dict[str, object]:
    return subscriber_row(stage.system, f"sub_{one[:16]}")


@journey(everybody_stops)
def signing_up_for_an_incident(stage: Stage) -> Generator[None]:
    turned_on(stage)
    stage.phones.append(PHONE)
    incident = stage.system.open_incident(deliver_notifications=False)
    stage.carry_on()
    yield
    wanted = {"incident": incident, "components": ["svc_api"]}
    given = {"subscriber": {"phone_number": PHONE, **wanted}}
    answer = stage.request("POST", f"{API}.json", given)
    assert answer.status in (201, 302), answer
    stage.carry_on()
    yield
    direct = [row for row in stage.system.rows("direct") if row["event"] == "verification"]
    assert {tuple(row["preferences"]["incidents"]) for row in direct} == {(incident,)}


@journey(everybody_stops)
def choosing_before_the_code(stage: Stage) -> Generator[None]:
    one = signed_up(stage)
    stage.system.clock.shift(40)
    yield
    assert stage.request("POST", f"{API}/{one}/resend_confirmation").status == 201
    assert stage.request("PATCH", f"{API}/{one}.json", CHOSEN).status == 200
    stage.carry_on()
    yield
    direct = [row for row in stage.system.rows("direct") if row["event"] == "verification"]
    assert all(row["preferences"]["services"] == component_ids(stage) for row in direct)


@journey(everybody_stops)
def taking_a_sign_up_back(stage: Stage) -> Generator[None]:
    one = signed_up(stage)
    yield
    assert stage.request("DELETE", f"{API}/{one}.json").status in (200, 404)
    yield
    assert stage.request("GET", f"{API}/{one}.json").status == 404


@journey(everybody_stops)
def entering_the_code_by_statuspage_api(stage: Stage) -> Generator[None]:
    one = signed_up(stage)
    code = {"subscriber": {"code": stage.system.code(PHONE)}}
    yield
    answer = stage.request("POST", f"{API}/{one}/verify", code)
    assert answer.status in (200, 422), answer
    yield
    if not stage.overtaken:
        assert row_of(stage, one)["state"] == "active"


@journey(settings_are_changed)
def looking_and_choosing_after_the_code(stage: Stage) -> Generator[None]:
    one = subscribed(stage)
    yield
    again = {"subscriber": {"phone_number": PHONE}}
    assert stage.request("POST", f"{API}.json", again).status == 302
    assert stage.request("GET", f"{API}/{one}.json").status == 200
    chosen = {"subscriber": {"id": one, **CHOSEN["subscriber"]}}
    assert stage.request("POST", f"{API}.json", chosen).status == 200
    yield
    wanted = row_of(stage, one)["preferences"]
    assert isinstance(wanted, dict)
    assert wanted["services"] == component_ids(stage)


@journey(everybody_stops)
def ending_it_by_statuspage_api(stage: Stage) -> Generator[None]:
    one = subscribed(stage)
    yield
    assert stage.request("DELETE", f"{API}.json", {"subscriber": {"id": one}}).status in (200, 404)
    yield
    assert row_of(stage, one)["state"] == "unsubscribed"
