"""A component's change of state, told to webhooks as Statuspage does."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from statustext.domain.mode import Mode
from statustext.domain.subscriber import Preferences
from statustext.domain.webhook_signing import secret_for
from tests.functional.engine import Died, add_active, die, master_key, once, run_on, watched
from tests.functional.phrases import live, set_page
from tests.functional.web_world import DOWN, OK, SILENT, Got, World, add_endpoint, world
from tests.stepped import SteppedSystem

__all__ = ["world"]

URL, OTHER = "https://hooks.example.com/status", "https://hooks.example.org/"
RECORDED = (
    Path(__file__).parents[1]
    / "alert_bodies/statuspage/zulip-2017-12-26.component_status_update.json"
)


def put(system: SteppedSystem, status: str, component: str = "svc_api") -> None:
    path = f"/v1/pages/default/components/{component}"
    answer = system.operator("PATCH", path, {"component": {"status": status}})
    assert answer.status == 200, answer
    system.run()


def states(got: list[Got]) -> list[tuple[str, str]]:
    news = [one.body["component_update"] for one in got]
    return [(one["old_status"], one["new_status"]) for one in news]


def kinds(of: Any) -> Any:
    return {name: kinds(one) for name, one in of.items()} if isinstance(of, dict) else type(of)


def test_a_webhook_gets_statuspages_body_signed(system: SteppedSystem, world: World) -> None:
    one = add_endpoint(system, URL)
    add_endpoint(system, OTHER, Mode.SLACK)
    add_active(system, 1)
    put(system, "degraded_performance")
    (got,) = world.got
    assert got.url == URL
    assert states([got]) == [("operational", "degraded_performance")]
    assert got.body["component"]["status"] == "degraded_performance"
    recorded = json.loads(RECORDED.read_text())
    assert kinds({**got.body, "component": {**got.body["component"], "description": None}}) == (
        kinds(recorded)
    )
    secret = secret_for(master_key(system), "default", one)
    stamp = datetime.fromtimestamp(int(got.headers["webhook-timestamp"]), UTC)
    assert Webhook(secret).sign(got.id, stamp, got.raw) == got.headers["webhook-signature"]
    assert not system.texts(None)


def test_only_of_components_that_it_follows(system: SteppedSystem, world: World) -> None:
    api = system.operator("GET", "/v1/pages/default/components").json[0]["id"]
    add_endpoint(system, URL, preferences=Preferences(services=(api,)))
    add_endpoint(system, OTHER, preferences=Preferences(services=("another",)))
    put(system, "major_outage", api)
    assert [one.url for one in world.got] == [URL]


def test_an_endpoint_that_was_away_gets_the_latest_state(
    system: SteppedSystem, world: World
) -> None:
    add_endpoint(system, URL)
    world.answers[URL] = DOWN
    put(system, "degraded_performance")
    system.clock.shift(1)
    put(system, "major_outage")
    world.answers[URL] = OK
    before = len(world.got)
    live(system, 300, step=5)
    assert states(world.got[before:]) == [("degraded_performance", "major_outage")]


def test_what_may_have_arrived_is_sent_again_with_the_same_id(
    system: SteppedSystem, world: World
) -> None:
    add_endpoint(system, URL)
    world.answers[URL] = SILENT
    put(system, "partial_outage")
    world.answers[URL] = OK
    live(system, 120, step=5)
    assert len(world.got) == 2
    assert len({one.id for one in world.got}) == 1
    assert len({one.body["component_update"]["id"] for one in world.got}) == 1


def test_a_slow_endpoint_keeps_no_other_waiting(system: SteppedSystem, world: World) -> None:
    add_endpoint(system, URL)
    add_endpoint(system, OTHER)
    world.answers[URL] = DOWN
    put(system, "partial_outage")
    assert len(world.at(OTHER)) == 1


def test_a_function_that_dies_after_the_call_repeats_it_once(
    system: SteppedSystem, world: World
) -> None:
    add_endpoint(system, URL)

    def is_record(call: Any) -> bool:
        return call.function == "web_sender" and ":ended" in str(call.params)

    with watched(system) as watch:
        watch.before = once(is_record, die)
        with pytest.raises(Died):
            put(system, "partial_outage")
    run_on(system)
    live(system, 300, step=5)
    assert len({one.id for one in world.got}) == 1
    assert 1 <= len(world.got) <= 2


def test_an_incident_that_changes_a_component_is_both(system: SteppedSystem, world: World) -> None:
    add_endpoint(system, URL)
    api = system.operator("GET", "/v1/pages/default/components").json[0]["id"]
    system.open_incident(component_ids=[api], components={api: "major_outage"})
    assert {"incident", "component"} == {
        name for one in world.got for name in ("incident", "component") if name in one.body
    }


def test_nobody_is_looked_for_where_the_page_has_no_webhooks(
    system: SteppedSystem, world: World
) -> None:
    add_endpoint(system, URL)
    set_page(system, modes=["sms"])
    with watched(system) as watch:
        put(system, "major_outage")
    assert not world.got
    assert not [one for one in watch.of("fan_out") if one.operation == "Query"]
