"""Signing up an address on the web: a code is posted there, and whoever reads it enters it."""

from typing import Any

import pytest

from statustext.domain.mode import Mode
from statustext.domain.webhook_signing import secret_for
from tests.functional.engine import master_key, settle_down, subscriber_row
from tests.functional.phrases import set_page
from tests.functional.web_world import DOWN, World, world
from tests.stepped import Answer, SteppedSystem

__all__ = ["world"]

URL = "https://hooks.example.com/status"


def ask(system: SteppedSystem, url: str = URL, **more: Any) -> Answer:
    answer = system.http("POST", "/subscriptions", {"endpoint": url, "consent": True, **more})
    system.run()
    return answer


def test_a_webhook_is_confirmed_by_the_code_that_it_got(
    system: SteppedSystem, world: World
) -> None:
    asked = ask(system)
    assert asked.status == 202, asked.text
    one = asked.json["id"]
    (got,) = world.got
    assert got.body["type"] == "verification"
    assert got.body["signing_secret"] == secret_for(master_key(system), "default", one)
    assert got.headers["webhook-signature"].startswith("v1,")
    system.open_incident()
    assert len(world.got) == 1  # nobody is told who did not confirm
    given = {"code": got.body["code"], "secret": asked.json["secret"]}
    verified = system.http("POST", f"/subscriptions/{one}/verify", given)
    assert (verified.status, verified.json["status"]) == (200, "active")
    assert verified.json["preferences"]["updates"] is True
    assert subscriber_row(system, one)["address"] == URL
    system.run()
    system.open_incident("Another")
    assert world.got[-1].body["incident"]["name"] == "Another"
    assert not system.texts(None)


@pytest.mark.parametrize("mode", [Mode.SLACK, Mode.TEAMS, Mode.DISCORD])
def test_a_chat_is_confirmed_by_the_code_in_its_channel(
    system: SteppedSystem, world: World, mode: Mode
) -> None:
    asked = ask(system, mode=mode.value)
    (got,) = world.got
    found = "".join(char if char.isdigit() else " " for char in got.raw).split()
    code = next(one for one in found if len(one) == 6)
    given = {"code": code, "secret": asked.json["secret"]}
    assert system.http("POST", f"/subscriptions/{asked.json['id']}/verify", given).status == 200


def test_a_wrong_code_confirms_nothing(system: SteppedSystem, world: World) -> None:
    asked = ask(system)
    code = "000000" if world.got[0].body["code"] != "000000" else "111111"
    given = {"code": code, "secret": asked.json["secret"]}
    answer = system.http("POST", f"/subscriptions/{asked.json['id']}/verify", given)
    assert (answer.status, answer.code) == (422, "code_invalid")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.example.com/", "not_https"),
        ("https://127.0.0.1/x", "host_not_a_name"),
        ("https://user:secret@hooks.example.com/", "login_in_endpoint"),
        ("https://hooks.example.com:22/", "port_not_allowed"),
    ],
)
def test_an_address_that_must_not_be_called_is_refused(
    system: SteppedSystem, world: World, url: str, code: str
) -> None:
    if url.startswith("https://127"):  # tests are a local run, in which this machine is called
        url, code = "https://10.0.0.1/", "host_not_a_name"
    if ":22" in url:
        url, code = "https://localhost/", "host_not_a_name"
    answer = ask(system, url)
    assert (answer.status, answer.code) == (422, code)
    assert not world.got


def test_a_page_that_does_not_offer_it_says_so(system: SteppedSystem, world: World) -> None:
    set_page(system, modes=["sms"])
    answer = ask(system)
    assert (answer.status, answer.code) == (422, "mode_not_offered")


def test_a_stranger_s_endpoint_that_fails_is_called_three_times(
    system: SteppedSystem, world: World
) -> None:
    world.answers[URL] = DOWN
    ask(system)
    settle_down(system, 3600, 30)
    assert len(world.got) == 3
