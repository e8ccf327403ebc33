"""Updates to webhooks and chats: one protocol, a queue of their own, tries for a day."""

import json
import re
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from standardwebhooks.webhooks import Webhook

from statustext.adapters.guarded_http import Answer, Verdict
from statustext.adapters.quarantine import release
from statustext.adapters.subscribers import end_subscription
from statustext.domain.failing import GIVEN_UP_AFTER
from statustext.domain.mode import Mode
from statustext.domain.webhook_signing import secret_for
from tests.functional.engine import (
    Watch,
    add_active,
    delivery,
    die,
    master_key,
    once,
    open_quietly,
    run_on,
    settle_down,
    subscriber_row,
    watched,
)
from tests.functional.phrases import live, set_page
from tests.functional.web_world import (
    DOWN,
    GONE,
    OK,
    REFUSES,
    SILENT,
    World,
    add_endpoint,
    world,
)
from tests.stepped import SteppedSystem

__all__ = ["world"]

URL = "https://hooks.example.com/status"
HOUR = 3600.0


def ended(system: SteppedSystem, incident: str, one: str, seq: int = 1) -> tuple[str, str]:
    found = delivery(system, incident, one, seq)
    assert found is not None
    return found.status, found.reason


def resolve(system: SteppedSystem, incident: str) -> None:
    path = f"/v1/pages/default/incidents/{incident}"
    changed = system.operator("PATCH", path, {"incident": {"status": "resolved", "body": "Done."}})
    assert changed.status == 200
    system.run()


def test_a_webhook_gets_statuspages_body_signed(system: SteppedSystem, world: World) -> None:
    one = add_endpoint(system, URL)
    incident = system.open_incident()
    (got,) = world.got
    assert got.url == URL
    assert got.body["incident"]["id"] == incident
    assert [each["status"] for each in got.body["incident"]["incident_updates"]]
    secret = secret_for(master_key(system), "default", one)
    stamp = datetime.fromtimestamp(int(got.headers["webhook-timestamp"]), UTC)
    assert Webhook(secret).sign(got.id, stamp, got.raw) == got.headers["webhook-signature"]
    assert ended(system, incident, one) == ("delivered", "")


@pytest.mark.parametrize(
    ("mode", "field"),
    [(Mode.SLACK, "blocks"), (Mode.TEAMS, "attachments"), (Mode.DISCORD, "embeds")],
)
def test_a_chat_gets_its_own_format(
    system: SteppedSystem, world: World, mode: Mode, field: str
) -> None:
    one = add_endpoint(system, URL, mode)
    incident = system.open_incident()
    resolve(system, incident)
    first, second = world.got
    assert field in first.body
    assert "webhook-signature" not in first.headers
    assert "Resolved" in json.dumps(second.body)
    assert ended(system, incident, one, 2) == ("delivered", "")


@pytest.mark.parametrize("mode", [Mode.WEBHOOK, Mode.SLACK, Mode.TEAMS, Mode.DISCORD])
def test_of_a_page_without_address_one_can_still_unsubscribe(
    system: SteppedSystem, world: World, mode: Mode
) -> None:
    set_page(system, url="")
    one = add_endpoint(system, URL, mode)
    system.open_incident()
    (got,) = world.got
    assert "#statustext=" not in got.raw
    (token,) = set(re.findall(r"/unsubscribe\?token=([\w.-]+)", got.raw))
    link = f"/pages/default/subscriptions/{one}/unsubscribe?token={token}"
    assert "will send nothing more" in system.http("POST", link).text
    assert subscriber_row(system, one)["state"] == "unsubscribed"


def test_a_webhook_holds_up_no_text(system: SteppedSystem, world: World) -> None:
    """The sender hands endpoints on; the texts of the same batch go without a call to any."""
    add_endpoint(system, URL)
    add_active(system, 3)
    with watched(system) as watch:
        open_quietly(system)
        run_on(system)
    assert len(system.texts(None)) == 3
    assert len(world.got) == 1
    assert _callers(watch) == {"web_sender"}


def _callers(watch: Watch) -> set[str]:
    """Who claimed for the web."""
    return {
        call.function
        for call in watch.calls
        if call.is_claim and "web" in str(call.params["ExpressionAttributeValues"])
    }


def test_what_failed_is_tried_again_ever_more_rarely(system: SteppedSystem, world: World) -> None:
    one = add_endpoint(system, URL)
    world.answers[URL] = REFUSES
    incident = system.open_incident()
    assert ended(system, incident, one) == ("not_accepted", "web http_404")
    settle_down(system, 3 * HOUR, 60)
    tries = [got.at for got in world.got]
    waits = [later - before for before, later in pairwise(tries)]
    assert len(waits) == 5
    assert waits == sorted(waits)
    assert len({got.id for got in world.got}) == 1
    world.answers[URL] = OK
    settle_down(system, 6 * HOUR, 300)
    assert ended(system, incident, one) == ("delivered", "")
    assert "failing" not in subscriber_row(system, one)


def test_the_latest_state_wins_after_an_outage(system: SteppedSystem, world: World) -> None:
    one = add_endpoint(system, URL)
    world.answers[URL] = DOWN
    incident = system.open_incident()
    live(system, 120, step=10)
    path = f"/v1/pages/default/incidents/{incident}"
    system.operator("PATCH", path, {"incident": {"status": "identified", "body": "Found it."}})
    system.run()
    world.answers[URL] = OK
    before = len(world.got)
    settle_down(system, HOUR, 60)
    (got,) = world.got[before:]
    assert got.body["incident"]["status"] == "identified"
    assert len(got.body["incident"]["incident_updates"]) == 2
    assert ended(system, incident, one, 2) == ("delivered", "")
    assert ended(system, incident, one, 1)[0] == "superseded"


def test_a_day_of_failures_ends_in_quarantine(system: SteppedSystem, world: World) -> None:
    one = add_endpoint(system, URL)
    world.answers[URL] = DOWN
    incident = system.open_incident()
    settle_down(system, GIVEN_UP_AFTER + HOUR, 600)
    row = subscriber_row(system, one)
    assert (row["state"], row["quarantined_for"]) == ("quarantined", "web not_connected")
    assert ended(system, incident, one) == ("failed", "web not_connected")
    calls = len(world.got)
    assert calls <= 10
    system.open_incident()
    assert len(world.got) == calls
    system.table.write(release("default", one, system.now))
    world.answers[URL] = OK
    system.open_incident()
    assert len(world.got) == calls + 1


def test_one_that_is_gone_is_called_no_more(system: SteppedSystem, world: World) -> None:
    one = add_endpoint(system, URL)
    world.answers[URL] = GONE
    incident = system.open_incident()
    assert subscriber_row(system, one)["state"] == "quarantined"
    assert ended(system, incident, one) == ("failed", "web http_410")
    system.open_incident()
    assert len(world.got) == 1


def test_a_silent_endpoint_is_called_again_with_the_same_id(
    system: SteppedSystem, world: World
) -> None:
    one = add_endpoint(system, URL)
    world.answers[URL] = SILENT
    incident = system.open_incident()
    assert ended(system, incident, one)[0] == "unknown"
    settle_down(system, 300, 30)
    assert len(world.got) > 1
    assert len({got.id for got in world.got}) == 1
    world.answers[URL] = OK
    settle_down(system, HOUR, 60)
    assert ended(system, incident, one) == ("delivered", "")


def test_who_may_have_heard_of_it_hears_its_end(system: SteppedSystem, world: World) -> None:
    add_endpoint(system, URL)
    world.answers[URL] = SILENT
    incident = system.open_incident()
    world.answers[URL] = OK
    resolve(system, incident)
    settle_down(system, HOUR, 60)
    assert world.got[-1].body["incident"]["status"] == "resolved"


def test_how_long_an_endpoint_asks_to_wait(system: SteppedSystem, world: World) -> None:
    one = add_endpoint(system, URL)
    world.answers[URL] = Answer(Verdict.SLOW_DOWN, "http_429", 429, retry_after=700.0)
    incident = system.open_incident()
    world.answers[URL] = OK
    live(system, 690, step=30)
    assert len(world.got) == 1
    live(system, 60, step=10)
    assert len(world.got) == 2
    assert ended(system, incident, one) == ("delivered", "")


def test_a_failing_endpoint_keeps_no_other_waiting(system: SteppedSystem, world: World) -> None:
    add_endpoint(system, URL)
    others = [f"https://hooks{number}.example.com/" for number in range(30)]
    for url in others:
        add_endpoint(system, url)
    world.answers[URL] = DOWN
    system.open_incident()
    assert all(len(world.at(url)) == 1 for url in others)


def test_a_function_that_dies_after_the_call_calls_again(
    system: SteppedSystem, world: World
) -> None:
    one = add_endpoint(system, URL)
    with watched(system) as watch:
        watch.before = once(lambda call: call.function == "web_sender" and bool(world.got), die)
        incident = open_quietly(system)
        run_on(system)
    settle_down(system, HOUR, 60)
    assert len(world.got) == 2
    assert len({got.id for got in world.got}) == 1
    assert ended(system, incident, one) == ("delivered", "")


def test_who_left_is_called_no_more(system: SteppedSystem, world: World) -> None:
    one = add_endpoint(system, URL)
    world.answers[URL] = DOWN
    system.open_incident()
    system.table.write(end_subscription("default", one, "subscriber", system.now))
    world.answers[URL] = OK
    settle_down(system, HOUR, 60)
    assert len(world.got) == 1


def test_a_mode_that_is_turned_off_calls_nobody(system: SteppedSystem, world: World) -> None:
    add_endpoint(system, URL)
    system.operator("PATCH", "/v1/pages/default", {"modes": ["sms"]})
    system.open_incident()
    assert not world.got
