"""A custom domain may map the API under a base path, which then stands in every event's path."""

import json
import urllib.parse
from typing import Any

import pytest

from local.configuration import FAKE_AUTH_TOKEN
from local.fake_twilio.webhooks import sign
from tests.functional.phrases import set_page
from tests.functional.test_events import EVENTS, function_of
from tests.functional.webhooks import INBOUND, inbound, is_stopped
from tests.stepped import KEY, SteppedSystem


def http_events() -> list[Any]:
    found = [(function_of(one), json.loads(one.read_text("utf-8"))) for one in EVENTS]
    return [one for one in found if "httpMethod" in one[1]]


@pytest.mark.parametrize("base", ["/status", "/live/texts", "/subscriptions", "/v1"])
def test_every_route_is_found_under_a_base_path(system: SteppedSystem, base: str) -> None:
    for function, event in http_events():
        event["headers"] |= {"X-API-Key": KEY}
        under = {**event, "path": base + event["path"]}
        answer = system.invoke(function, under)
        assert "There is no such route" not in answer["body"], event["resource"]
        if event["httpMethod"] == "GET":
            assert answer["statusCode"] == system.invoke(function, event)["statusCode"]


def test_a_stop_under_a_base_path_is_taken(system: SteppedSystem) -> None:
    public = "https://api.example.com/status"
    set_page(system, public_url=public)
    form = inbound("STOP")
    event = next(event for name, event in http_events() if name == "twilio_webhook") | {
        "resource": "/twilio/{page}/inbound",
        "path": "/status" + INBOUND,
        "pathParameters": {"page": "default"},
        "headers": {"X-Twilio-Signature": sign(public + INBOUND, form, FAKE_AUTH_TOKEN)},
        "body": urllib.parse.urlencode(form),
    }
    assert system.invoke("twilio_webhook", event)["statusCode"] == 200
    assert is_stopped(system)


def test_what_no_route_has_is_still_not_found(system: SteppedSystem) -> None:
    function, event = next(one for one in http_events() if one[0] == "subscribe")
    for path in ("/status/nothing", "/subscriptions/x", "/"):
        answer = system.invoke(function, {**event, "path": path})
        assert answer["statusCode"] == 404
