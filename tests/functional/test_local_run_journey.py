"""The README's tour, over the real template: subscribe, verify, incident, text, STOP, silence."""

import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from local.configuration import AWS_SENDER
from local.fake_aws_sms import NUMBER
from local.system import LocalSystem

PATIENCE = 60
"""Seconds until a text that does not come is lost; no test takes a part of it."""


@pytest.fixture(scope="module")
def system() -> Iterator[LocalSystem]:
    with LocalSystem.start({"STATUSTEXT_API_KEY": "journey-key"}) as started:
        yield started


def ask(system: LocalSystem, method: str, path: str, body: Any = None, **headers: str) -> Any:
    request = urllib.request.Request(  # noqa: S310 (our own http address)
        system.url + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **headers},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 (as above)
        return json.load(answer)


def texts_to(system: LocalSystem, number: str) -> list[str]:
    request = f"{system.twilio_url}/_phones"
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 (as above)
        phones = json.load(answer)["phones"]
    messages = [message for one in phones if one["number"] == number for message in one["messages"]]
    return [one["body"] for one in messages if one["direction"].startswith("outbound")]


def text_with(system: LocalSystem, number: str, pattern: str) -> re.Match[str]:
    """The newest text on a phone that matches, once there is one."""
    found: list[re.Match[str]] = []

    def arrived() -> bool:
        # Read below the lock that the condition holds: the same truth as the phones page shows.
        for phone in system.fake_twilio.fake.phones(0):
            if phone["number"] == number:
                bodies = [message["body"] for message in phone["messages"]]
                found.extend(match for body in bodies if (match := re.search(pattern, body)))
        return bool(found)

    wait_for(system, arrived)
    return found[-1]


def wait_for(system: LocalSystem, condition: Callable[[], bool]) -> None:
    with system.fake_twilio.state:
        assert system.fake_twilio.state.wait_for(condition, PATIENCE)


def subscribe(system: LocalSystem, number: str) -> dict[str, Any]:
    subscription = ask(system, "POST", "/subscriptions", {"phone": number, "consent": True})["id"]
    code = text_with(system, number, r"code is (\d{6})")[1]
    verified = ask(system, "POST", f"/subscriptions/{subscription}/verify", {"code": code})
    assert verified["status"] == "active"
    return dict(verified)


def open_incident(system: LocalSystem, name: str) -> Any:
    incident = {"name": name, "impact_override": "major", "body": "On it."}
    path, key = "/v1/pages/default/incidents", {"X-API-Key": "journey-key"}
    return ask(system, "POST", path, {"incident": incident}, **key)


def test_the_tour(system: LocalSystem) -> None:
    leaver, stayer = "+15551230001", "+15551230002"
    subscribe(system, leaver)
    subscribe(system, stayer)

    open_incident(system, "First outage")
    text_with(system, leaver, r"First outage")
    text_with(system, stayer, r"First outage")

    reply = urllib.request.Request(  # noqa: S310 (our own http address)
        f"{system.twilio_url}/_phones/{quote(leaver)}/messages",
        data=urlencode({"Body": "STOP"}).encode(),
    )
    urllib.request.urlopen(reply, timeout=PATIENCE).close()  # noqa: S310 (as above)
    wait_for(system, lambda: _inbound_answered(system))

    open_incident(system, "Second outage")
    text_with(system, stayer, r"Second outage")
    assert not [text for text in texts_to(system, leaver) if "Second outage" in text]


def _inbound_answered(system: LocalSystem) -> bool:
    """Whether our webhook has answered the handset's text."""
    log = system.fake_twilio.fake.outbox.log
    return any(one.request.target.endswith("/inbound") for one in log)


def test_a_page_may_choose_the_second_carrier(system: LocalSystem) -> None:
    """Its texts stand on the same phones, and STOP to its number is heard."""
    operator, phone = {"X-API-Key": "journey-key"}, "+15551234777"
    by_aws = {"senders": [{"id": AWS_SENDER, "prefixes": ["+"]}]}
    ask(system, "PATCH", "/v1/pages/default", by_aws, **operator)
    try:
        begun = ask(system, "POST", "/subscriptions", {"phone": phone, "consent": True})
        code = {"code": text_with(system, phone, r"code is (\d{6})")[1]}
        ask(system, "POST", f"/subscriptions/{begun['id']}/verify", code)
        text_with(system, phone, "You get status alerts now")
        (handset,) = (one for one in system.fake_twilio.fake.phones(0) if one["number"] == phone)
        assert {message["from"] for message in handset["messages"]} == {NUMBER}
        assert phone not in {one.to for one in system.fake_twilio.fake.accepted}
        system.fake_twilio.fake.reply(phone, "STOP", 0.0)
        assert phone in system.fake_twilio.aws_sms.opted_out
    finally:
        ask(system, "PATCH", "/v1/pages/default", {"senders": []}, **operator)


def test_the_demo_page_and_the_widget_are_served(system: LocalSystem) -> None:
    for path, kind in (("/", "text/html"), ("/widget.js", "text/javascript")):
        with urllib.request.urlopen(system.url + path, timeout=PATIENCE) as answer:  # noqa: S310 (as above)
            assert answer.headers.get_content_type() == kind


def test_every_route_of_the_template_is_served(system: LocalSystem) -> None:
    served = {route for route in system.api.routes if route[0] != "OPTIONS"}
    assert ("POST", "/subscriptions") in served
    assert ("POST", "/pages/{page}/subscriptions/{id}/verify") in served
    assert ("POST", "/twilio/{page}/status/{attempt}") in served
